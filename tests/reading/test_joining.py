"""Words split over several texts: together they are read as what they say, in either order (H07)."""

import re

import pytest

from escalation_desk.classifier import Reading, read
from escalation_desk.joining import Earlier, Joined, joined
from tests.reading.test_corpus import lines

pytestmark = pytest.mark.slow

GRAVITY = ("routine", "unsure", "hand_off", "help", "emergency", "crisis")


def together(*bodies: str) -> Joined:
    """The last of `bodies` as it is read after the others."""
    earlier = [Earlier(at, body) for at, body in enumerate(bodies[:-1], start=1)]
    return joined(read(bodies[-1], None), bodies[-1], earlier, lambda text: read(text, None))


def answer(reading: Reading) -> str:
    return reading.fixed_text if reading.lane == "clinical" else reading.lane


def gravest(*readings: Reading) -> int:
    return max(GRAVITY.index(answer(reading)) for reading in readings)


@pytest.mark.parametrize(
    ("bodies", "fixed_text"),
    [
        (("my chest", "hurts"), "emergency"),
        (("hurts", "my chest"), "emergency"),
        (("my chest", "is hurting and I feel weak"), "emergency"),
        (("I can't", "breathe"), "emergency"),
        (("breathe", "I can't"), "emergency"),
        (("I want to", "die"), "crisis"),
        (("I want", "to die", "please"), "hand_off"),
        (("me duele el", "pecho"), "emergency"),
        (("pecho", "me duele el"), "emergency"),
        (("my", "chest", "hurts"), "emergency"),
        (("ya no quiero", "vivir"), "crisis"),
        (("temp", "103"), "hand_off"),
        (("my left leg", "feels funny"), "hand_off"),
        (("p a", "i n"), "hand_off"),
    ],
)
def test_parts_are_answered_as_the_whole(bodies: tuple[str, ...], fixed_text: str) -> None:
    whole = together(*bodies)
    if bodies[-1] == "please":  # it adds nothing to what the two before it said
        assert whole == Joined(read("please", None))
        return
    assert answer(whole.reading) == fixed_text
    assert whole.parts


SPELT_OUT = re.compile(r"\b\w \w \w\b")


@pytest.mark.slow
def test_clinical_lines_however_they_are_split_and_in_either_order() -> None:
    """More than 500 splits (H07); what is spelt out letter by letter is not split further."""
    lost = []
    for line in lines("clinical")[::4]:
        words = [] if SPELT_OUT.search(line.text) else line.text.split()
        wanted = GRAVITY.index(line.meaning)
        for at in range(1, len(words)):
            halves = " ".join(words[:at]), " ".join(words[at:])
            for first, last in (halves, halves[::-1]):
                if gravest(read(first, None), together(first, last).reading) < wanted:
                    lost.append((first, last))
    assert lost == []


def test_harmless_answers_stay_harmless_together() -> None:
    routine = [line.text for line in lines("routine")]
    flagged = [
        (first, last)
        for first, last in zip(routine, [*routine[7:], *routine[:7]], strict=True)
        if together(first, last).reading.lane == "clinical"
    ]
    assert len(flagged) <= len(routine) // 100, flagged


def test_each_half_is_shown_where_its_words_stand() -> None:
    whole = together("well my chest", "it hurts")
    (part,) = whole.parts
    assert (part.exchange, part.text) == (1, "well my chest")
    assert [part.text[m.start : m.end] for m in part.mentions if m.kind == "emergency"] == ["chest"]
    grave = [m for m in whole.reading.mentions if m.kind == "emergency"]
    assert ["it hurts"[m.start : m.end] for m in grave] == ["it hurts"]
    assert [m.text for m in grave] == ["chest it hurts"]


def test_its_wish_stays_its_own() -> None:
    whole = together("yes and my chest", "hurts, 1")
    assert (whole.reading.intent, whole.reading.value) == ("choose", "1")


@pytest.mark.parametrize(
    "bodies",
    [
        ("my chest hurts", "yes"),
        ("my chest hurts", "ok thanks"),
        ("yes", "see you then"),
        ("Liked “Any chest pain?”", "hurts"),
        ("my chest", "Liked “It hurts when you call 911.”"),
    ],
)
def test_what_is_said_apart_is_read_apart(bodies: tuple[str, ...]) -> None:
    assert together(*bodies) == Joined(read(bodies[-1], None))


@pytest.mark.parametrize("again", ["it hurts a lot", "hurts so bad", "really hurts"])
def test_emergency_words_told_already_are_not_told_again(again: str) -> None:
    for earlier in (("my chest hurts",), ("my chest", "hurts")):
        assert together(*earlier, again).reading.fixed_text == "hand_off"


def test_new_emergency_words_after_a_crisis_are_told() -> None:
    assert together("I want to die", "my chest", "hurts").reading.fixed_text == "emergency"
