"""Whole families of what patients say: aids and devices, parts of the body, "it" and "them" of medicines, sayings."""

import pytest

from escalation_desk.classifier import read
from tests.reading.test_corpus import OFFERED


def lane(text: str) -> str:
    return read(text, None, expected=OFFERED).lane


BODY_ES = ("la sien", "el párpado", "la barbilla", "el codo", "el pulgar", "las rodillas", "el empeine", "la rabadilla")
SAID_ES = ("se me tapó {}", "me está dando lata {}", "tengo algo en {}", "{} me trae loco", "me operaron de {}")
AIDS = ("walker", "retainer", "compression socks", "chest tube", "bipap", "glucose meter", "walking boot")
SAID_OF_AIDS = ("my {} broke", "need a new {}", "the {} fell off", "how do I clean the {}", "question about my {}")
AIDS_ES = ("la férula", "el andador", "los lentes de contacto", "las medias de compresión", "la silla de ruedas")
SAID_OF_AIDS_ES = ("se me rompió {}", "ya no sirve {}", "cómo limpio {}", "necesito {}")


@pytest.mark.parametrize("said", SAID_ES)
def test_a_verb_tells_whose_body_it_is_in_spanish(said: str) -> None:
    assert [part for part in BODY_ES if lane(said.format(part)) != "clinical"] == []


@pytest.mark.parametrize(
    ("said", "aids"), [(said, AIDS) for said in SAID_OF_AIDS] + [(said, AIDS_ES) for said in SAID_OF_AIDS_ES]
)
def test_what_somebody_wears_or_lives_by_is_for_a_nurse(said: str, aids: tuple[str, ...]) -> None:
    assert [aid for aid in aids if lane(said.format(aid)) != "clinical"] == []


@pytest.mark.parametrize(
    "text",
    [
        "it clicks when I chew", "gave out on me twice", "I can't do this life anymore", "hypothermia",
        "breathing difficulty", "loss of consciousness", "dribbling all day", "he has personality changes",
        "I'm off it", "took 3 by mistake", "it's on backorder", "the little white ones", "the one for my heart",
        "I threw it up", "what time do I take it", "should I split it", "since I started it", "I'll take it with food",
        "la del corazón", "las de dormir", "me salté una", "la tomo con comida", "tomé la de mi esposo",
        "cada ocho horas", "devuelvo todo lo que como", "punza mucho", "no me deja dormir", "me sigue saliendo",
        "I want to be dead", "hasta aquí llegué", "me dan ganas de tirarme", "se quedó sin aire", "blud pressure hi",
        "se le fue la boca de lado", "feeling bien mal", "everyone is watching me", "not ok tbh",
    ],
)  # fmt: skip
def test_complaints_of_few_words(text: str) -> None:
    assert lane(text) == "clinical"


@pytest.mark.parametrize(
    "text",
    [
        "todavía late mucho", "mi corazón late en la noche", "me late desde ayer", "no llegó mi mes", "el mes no llegó",
        "no voy bien", "va en la noche", "hoy va bien", "no pude en la noche", "el niño tiene algo", "tiene algo",
        "necesito otra", "quiero otra", "dónde estoy", "está abierta", "cuando hago", "no puedo ni",
        "he better since monday", "on since monday", "still here all the time", "it's still here a lot",
        "I'm lost too much", "late all the time", "she can't keep it", "desde el lunes no puedo",
    ],
)  # fmt: skip
def test_everyday_words_that_may_hide_a_complaint_are_answered_by_no_machine(text: str) -> None:
    """Each of them was a yes, a no, a day or a delay until a nurse's eye fell on it."""
    assert lane(text) != "routine"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I'll take it", "confirm"), ("la tomo", "confirm"), ("I'll take that one please", "confirm"),
        ("both work", "confirm"), ("I'll take the 9:30", "preference"), ("book me for Tuesday", "preference"),
        ("we're on vacation that week", "decline"), ("me toca trabajar", "decline"), ("ninguna me queda", "decline"),
        ("is there a garage", "question"), ("do you take credit cards", "question"), ("anything after 4", "question"),
        ("dónde lleno las formas", "question"), ("I filled out the forms", "question"), ("no me va bien", "decline"),
        ("just saw this, yes I'll be there", "confirm"), ("sorry for the late reply, yes", "confirm"),
        ("perdón por contestar tarde, sí voy", "confirm"), ("I overslept", "late"),
    ],
)  # fmt: skip
def test_more_of_what_people_answer_every_day(text: str, intent: str) -> None:
    reading = read(text, None, expected=OFFERED)
    assert (reading.lane, reading.intent) == ("routine", intent)


@pytest.mark.parametrize(
    ("saying", "intent", "told"),
    [
        ("my ride fell through", "decline", "my ride fell through and I fell"),
        ("the sitter fell through", "decline", "I fell through the floor"),
        ("I can't open the link", "question", "I can't open the link or my eye"),
        ("can someone come with me", "question", "can someone come please"),
    ],
)
def test_a_saying_speaks_for_the_clinical_words_it_is_made_of_and_for_no_others(
    saying: str, intent: str, told: str
) -> None:
    reading = read(saying, None, expected=OFFERED)
    assert (reading.lane, reading.intent) == ("routine", intent)
    assert lane(told) == "clinical"


@pytest.mark.parametrize(
    "text",
    [
        "unsubscribe from the pharmacy's newsletter", "unsubscribe me from CVS emails", "stop the paper bills",
        "opt out of the lab's robocalls", "bórrenme del boletín de la farmacia", "cancelar los correos del seguro",
    ],
)  # fmt: skip
def test_leaving_another_list_is_no_wish_to_leave_ours_and_a_person_reads_it(text: str) -> None:
    reading = read(text, None, expected=OFFERED)
    assert reading.intent != "opt_out"
    assert reading.lane != "routine"
