"""Small words of every day that look like clinical ones once their accents are gone, or begin like them (issue 4: at
most two in a hundred administrative texts go to the nurses)."""

import pytest
from babel.dates import get_day_names, get_month_names

from escalation_desk.classifier import read
from tests.reading.test_corpus import OFFERED

IN = {
    "en": ("{}", "how about {}", "in {} please", "{} works for me"),
    "es": ("{}", "mejor en {}", "el {} me queda bien"),
}


def lane(text: str) -> str:
    return read(text, None, expected=OFFERED).lane


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_name_of_the_calendar_is_clinical(language: str) -> None:
    """Once the beginning of `febrile` made every February a matter for a nurse."""
    names = [*get_month_names("wide", locale=language).values(), *get_day_names("wide", locale=language).values()]
    said = [each.format(name) for name in names for each in IN[language]]
    assert [text for text in said if lane(text) == "clinical"] == []


@pytest.mark.parametrize(
    "text",
    [
        "te llamo luego", "gracias te veo el jueves", "no te preocupes", "te mando los papeles", "ya te dije que sí",
        "mi tía me lleva", "voy con mi tía", "a la una", "la una está bien", "de la una a las dos", "dame unas horas",
        "este año", "nos vemos el otro año", "en dos partes", "I live on the other side of town",
        "hello is this the clinic? I am Dolores", "me llamo Dolores y no puedo ir", "this is Dolores Ruiz",
        "we moved to the other side of the city", "I'm on the other side of the building",
    ],
)  # fmt: skip
def test_they_are_not(text: str) -> None:
    assert lane(text) != "clinical"


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("tomo té para dormir", "hand_off"), ("le di té de manzanilla y sigue igual", "hand_off"),
        ("history of TIAs", "hand_off"), ("I had a TIA last year", "emergency"), ("tiene febrícula", "hand_off"),
        ("la uña del dedo gordo está rara", "hand_off"), ("mis partes íntimas", "hand_off"),
        ("tengo dolores", "hand_off"), ("soy Dolores y me duele el pecho", "emergency"),
        ("see you on the other side", "crisis"), ("I'm ready for the other side", "crisis"),
        ("I want to cross over to the other side", "crisis"), ("my arm is broken", "hand_off"),
    ],
)  # fmt: skip
def test_what_they_look_like_still_is(text: str, fixed: str) -> None:
    reading = read(text, None, expected=OFFERED)
    assert (reading.lane, reading.fixed_text) == ("clinical", fixed)


@pytest.mark.parametrize("text", ["no puedo respirar", "I can't breathe", "no puedo dormir"])
def test_part_of_a_complaint_is_no_answer(text: str) -> None:
    """A nurse was offered “also wrote: no” by the words of somebody who could not breathe."""
    assert (lane(text), read(text, None, expected=OFFERED).intent) == ("clinical", "none")
    assert read(f"{text}, no puedo ir mañana", None, expected=OFFERED).intent == "decline"
