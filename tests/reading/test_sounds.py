"""Words written by ear, and medicines that a telephone heard as several words."""

import pytest

from escalation_desk.classifier import read
from escalation_desk.sounds import name_sound, spanish_sound


@pytest.mark.parametrize(
    ("one", "other"),
    [("bomito", "vomito"), ("horina", "orina"), ("kabesa", "cabeza"), ("calles", "cayes"), ("jente", "gente")],
)
def test_spanish_words_that_sound_alike(one: str, other: str) -> None:
    assert spanish_sound(one) == spanish_sound(other)


def test_words_that_do_not_sound_alike_stay_apart() -> None:
    assert spanish_sound("hacha") != spanish_sound("haca")
    assert name_sound("metformin") != name_sound("metoprolol")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("out of my met forming", "met forming"),
        ("can i take i be profen", "i be profen"),
        ("gab a pen tin refill", "gab a pen tin"),
        ("he put me on pred nis own", "pred nis own"),
        ("tengo bomitos", "bomitos"),
        ("me duele el estomagho", "estomagho"),
    ],
)
def test_they_reach_a_nurse_and_show_where_they_stand(text: str, heard: str) -> None:
    reading = read(text, None)
    assert reading.lane == "clinical"
    assert any(heard in mention.text for mention in reading.mentions)


@pytest.mark.parametrize(
    "text", ["I'll be there on time", "sí, ahí nos vemos", "met for lunch", "thirty minutes late", "is it ok to cancel"]
)
def test_everyday_words_are_not_heard_as_medicines(text: str) -> None:
    assert read(text, None).lane != "clinical"
