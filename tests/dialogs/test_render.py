"""From a reference to a patient's words."""

import pytest

from dialogs.engine.facts import examples
from dialogs.engine.render import render, render_both, render_together
from tests.dialogs.shipped import ALWAYS, DIALOGS

EN, ES = examples("en"), examples("es")


def test_the_menu_is_written_behind_the_question() -> None:
    assert render("confirm/ask", DIALOGS, ALWAYS, "en", EN) == (
        "Lakeside Clinic: Ana, your visit is Tuesday, November 24 at 3:00 PM, Main Street. "
        "Reply 1 to confirm, 2 to ask for another time, 0 for a person."
    )
    assert render("confirm/ask", DIALOGS, ALWAYS, "es", ES) == (
        "Lakeside Clinic: Rosa, su cita es el martes 24 de noviembre a las 3:00 p. m., Main Street. "
        "Responda 1 para confirmar, 2 para pedir otra fecha u hora, 0 para hablar con una persona."
    )


def test_the_menu_is_spoken_on_a_call() -> None:
    assert render("confirm/ask", DIALOGS, ALWAYS, "en", EN, "voice") == (
        "This is Lakeside Clinic. Ana, your visit is Tuesday, November 24 at 3:00 PM, Main Street. "
        "To confirm, press 1. To ask for another time, press 2. For a person, press 0."
    )


def test_a_call_says_the_text_where_it_has_no_words_of_its_own() -> None:
    assert render("confirm/confirmed", DIALOGS, ALWAYS, "en", EN, "voice") == render(
        "confirm/confirmed", DIALOGS, ALWAYS, "en", EN
    )


def test_one_message_names_the_practice_once() -> None:
    together = render_together(("_always/not_understood", "confirm/ask/menu"), DIALOGS, ALWAYS, "en", EN)
    assert together == (
        "Lakeside Clinic: Sorry, we did not understand your answer. "
        "Reply 1 to confirm, 2 to ask for another time, 0 for a person."
    )
    again = render_together(("_always/language", "confirm/ask"), DIALOGS, ALWAYS, "es", ES)
    assert again.count("Lakeside Clinic") == 1


def test_nothing_said_is_an_empty_message() -> None:
    assert render_together((), DIALOGS, ALWAYS, "en", EN) == ""


def test_both_languages_when_nobody_knows_which_is_read() -> None:
    english, spanish = render_both("_always/emergency", ALWAYS, EN).split("\n")
    assert english == render("_always/emergency", {}, ALWAYS, "en", EN)
    assert spanish == render("_always/emergency", {}, ALWAYS, "es", EN)


def test_a_fact_is_put_in_as_it_is() -> None:
    named = render("confirm/ask", DIALOGS, ALWAYS, "en", {**EN, "first_name": "{phone} {0.__class__}"})
    assert "{phone} {0.__class__}, your visit" in named


@pytest.mark.parametrize("missing", ["practice", "first_name", "time"])
def test_a_missing_fact_stops_the_text(missing: str) -> None:
    facts = {name: value for name, value in EN.items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        render("confirm/ask", DIALOGS, ALWAYS, "en", facts)


@pytest.mark.parametrize("reference", ["_always/nowhere", "confirm/nowhere", "nobody/ask"])
def test_an_unknown_text_stops(reference: str) -> None:
    with pytest.raises(KeyError):
        render(reference, DIALOGS, ALWAYS, "en", EN)
