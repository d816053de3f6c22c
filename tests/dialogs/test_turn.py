"""One turn at a time: what the engine decides for each kind of words."""

import pytest

from dialogs.engine.model import Dialog
from dialogs.engine.parse import parse_dialog
from dialogs.engine.turn import Place, Turn, begin, offered, outcome, picks, silent, turn
from tests.dialogs.readings import Reads, digit
from tests.dialogs.shipped import CONFIRM

ASK = Place("ask")
MENU = "confirm/ask/menu"

CHECK_IN = """
title = "How are you"
purpose = "Asks whether all goes as expected after a visit."
about = "patient"
start = "ask"
life = "1d"
asks_about_health = true
[states.ask]
say.en = "{practice}: Is all as you expected after your visit?"
say.es = "{practice}: ¿Va todo como usted esperaba después de su cita?"
silence = { after = "20h", goes = "silent" }
[[states.ask.choices]]
label = { en = "say that it is", es = "decir que sí" }
also = ["confirm"]
goes = "well"
[[states.ask.choices]]
label = { en = "say that it is not", es = "decir que no" }
also = ["decline"]
goes = "not_well"
[states.well]
say = { en = "{practice}: Thank you.", es = "{practice}: Gracias." }
ends = "well"
[states.not_well]
say.en = "{practice}: A nurse will read this. To talk now, call {phone}. In an emergency call {emergency_line}."
say.es = "{practice}: Una persona lo va a leer. Para hablar, llame al {phone}. Emergencias: {emergency_line}."
ends = "not_well"
people = "health_answer"
[states.silent]
ends = "unanswered"
people = "health_answer"
"""


@pytest.fixture(scope="module")
def check_in() -> Dialog:
    return parse_dialog("check_in", CHECK_IN)


def test_a_conversation_begins_with_its_question() -> None:
    assert begin(CONFIRM) == Turn(says=("confirm/ask",), place=ASK)


def test_a_clinical_message_never_reaches_a_dialog() -> None:
    with pytest.raises(ValueError, match="clinical"):
        turn(CONFIRM, ASK, Reads("choose", "1", lane="clinical"))


@pytest.mark.parametrize("reading", [digit(1), Reads("confirm")])
def test_yes_confirms(reading: Reads) -> None:
    assert turn(CONFIRM, ASK, reading) == Turn(does="confirm_appointment", picked=1, place=ASK)


@pytest.mark.parametrize("reading", [digit(2), *map(Reads, ("decline", "cancel_visit", "another_time", "preference"))])
def test_whatever_is_not_coming_asks_for_another_time(reading: Reads) -> None:
    assert turn(CONFIRM, ASK, reading) == Turn(does="ask_for_another_time", picked=2, place=ASK)


def test_an_action_ends_as_it_ended() -> None:
    assert outcome(CONFIRM, ASK, 1, "done") == Turn(says=("confirm/confirmed",), ends="confirmed")
    changed = Turn(says=("confirm/changed",), ends="changed", people="changed_visit")
    assert outcome(CONFIRM, ASK, 1, "changed") == outcome(CONFIRM, ASK, 2, "changed") == changed


def test_an_action_cannot_end_for_a_choice_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="no choice 3"):
        outcome(CONFIRM, ASK, 3, "done")


def test_silence_ends_without_a_text() -> None:
    assert silent(CONFIRM, ASK) == Turn(ends="unanswered")


@pytest.mark.parametrize("reading", [digit(0), Reads("person")])
def test_a_person_is_always_one_word_away(reading: Reads) -> None:
    assert turn(CONFIRM, ASK, reading) == Turn(says=("_always/person",), ends="people", people="asked_for_person")


def test_not_understood_once_is_asked_again_and_twice_is_for_people() -> None:
    once = turn(CONFIRM, ASK, digit(7))
    assert once == Turn(says=("_always/not_understood", MENU), place=Place("ask", 1))
    twice = turn(CONFIRM, Place("ask", 1), Reads("none"))
    assert twice == Turn(says=("_always/unread",), ends="people", people="not_understood")


def test_what_is_not_surely_administrative_is_for_people_and_the_question_stands() -> None:
    assert turn(CONFIRM, ASK, Reads("confirm", lane="unsure")) == Turn(
        says=("_always/unread",), place=ASK, people="unread"
    )


@pytest.mark.parametrize("intent", ["question", "late", "arrived", "help"])
def test_some_words_are_for_people_while_the_question_stands(intent: str) -> None:
    assert turn(CONFIRM, Place("ask", 1), Reads(intent)) == Turn(
        says=(f"_always/{intent}",), place=Place("ask", 1), people=intent
    )


@pytest.mark.parametrize(
    ("intent", "says"),
    [
        ("repeat", ("confirm/ask",)),
        ("language", ("_always/language", "confirm/ask")),
        ("opt_in", ("_always/opt_in", "confirm/ask")),
        ("who", ("_always/who", MENU)),
        ("thanks", ("_always/thanks", MENU)),
    ],
)
def test_some_words_have_a_standing_answer(intent: str, says: tuple[str, ...]) -> None:
    assert turn(CONFIRM, ASK, Reads(intent)) == Turn(says=says, place=ASK)


def test_a_stranger_ends_the_talk() -> None:
    turned = turn(CONFIRM, ASK, Reads("wrong_number"))
    assert turned == Turn(ends="number_doubted", begins="wrong_number")


def test_an_opt_out_is_answered_with_nothing() -> None:
    assert turn(CONFIRM, ASK, Reads("opt_out")) == Turn(ends="opted_out")


def test_what_is_offered_is_digits() -> None:
    assert offered(CONFIRM, ASK, "en") == offered(CONFIRM, ASK, "es") == ("1", "2", "0")


def test_a_choice_is_known_even_in_words_the_engine_may_not_act_on() -> None:
    choice = picks(CONFIRM, ASK, Reads("choose", "1", lane="clinical"))
    assert choice is not None
    assert choice.label["en"] == "confirm"
    assert picks(CONFIRM, ASK, digit(3)) is None


@pytest.mark.parametrize("state", ["confirmed", "nowhere"])
def test_there_is_no_turn_where_nothing_waits(state: str) -> None:
    with pytest.raises(ValueError, match="does not wait"):
        turn(CONFIRM, Place(state), digit(1))


def test_the_good_answer_about_health_stays_with_the_dialog(check_in: Dialog) -> None:
    assert turn(check_in, ASK, Reads("confirm")) == Turn(says=("check_in/well",), picked=1, ends="well")


@pytest.mark.parametrize(
    "reading",
    [digit(7), digit(0), Reads("none"), Reads("thanks"), Reads("question"), Reads("confirm", lane="unsure")],
)
def test_every_other_answer_about_health_is_for_the_nurses(check_in: Dialog, reading: Reads) -> None:
    assert turn(check_in, ASK, reading) == Turn(says=("_always/hand_off",), ends="people", people="health_answer")


def test_a_choice_an_opt_out_and_silence_about_health_reach_the_nurses_too(check_in: Dialog) -> None:
    assert turn(check_in, ASK, digit(2)).people == "health_answer"
    assert turn(check_in, ASK, Reads("opt_out")) == Turn(ends="opted_out", people="health_answer")
    assert silent(check_in, ASK) == Turn(ends="unanswered", people="health_answer")


def test_a_question_about_health_may_be_repeated(check_in: Dialog) -> None:
    assert turn(check_in, ASK, Reads("repeat")) == Turn(says=("check_in/ask",), place=ASK)
