"""Dialogs that call one another: what was said counts in the other one, and the talk ends there."""

from dataclasses import replace

import pytest

from dialogs.engine.check import check
from dialogs.engine.turn import Place, Turn, go_on, hear_on, outcome, turn
from tests.dialogs.readings import Reads, digit
from tests.dialogs.shipped import ALWAYS, CONFIRM, DIALOGS

RESCHEDULE = DIALOGS["reschedule"]


def test_a_choice_goes_on_in_another_dialog() -> None:
    asked = turn(CONFIRM, Place("ask"), digit(2))
    assert outcome(CONFIRM, Place("ask"), asked.picked or 0, "done") == Turn(calls="reschedule")
    assert go_on(RESCHEDULE, digit(2)) == Turn(says=("reschedule/days",), place=Place("days"))


def test_a_day_that_was_named_is_not_asked_for_again() -> None:
    there = go_on(RESCHEDULE, Reads("preference", "friday"))
    assert (there.says, there.saves) == (("reschedule/part",), ("days", "friday"))


def test_a_day_with_its_time_of_day_answers_both_questions_at_once() -> None:
    friday = Reads("preference", "friday 15:00")
    first = turn(RESCHEDULE, Place("days"), friday)
    assert (first.says, first.saves, first.hears) == ((), ("days", "friday"), Place("part"))
    then = hear_on(RESCHEDULE, Place("part"), friday)
    assert (then.saves, then.does, then.place) == (("time_of_day", "15:00"), "ask_for_another_time", Place("part"))
    assert outcome(RESCHEDULE, Place("part"), then.picked or 0, "done").says == ("reschedule/asked",)
    assert go_on(RESCHEDULE, friday) == first
    assert turn(RESCHEDULE, Place("days"), Reads("preference", "evening")).saves is None, "no day was named"
    with pytest.raises(ValueError, match="no written answer"):
        hear_on(CONFIRM, Place("ask"), friday)


@pytest.mark.parametrize("intent", ["preference", "another_time"])
def test_when_she_can_come_is_an_answer_also_where_no_value_can_say_it(intent: str) -> None:
    """“Any day”, “next week”, “the first available”: she is understood, and staff are told her own words."""
    days = turn(RESCHEDULE, Place("days"), Reads(intent))
    assert (days.saves, days.says) == (("days", None), ("reschedule/part",))
    part = turn(RESCHEDULE, Place("part"), Reads(intent))
    assert (part.saves, part.does) == (("time_of_day", None), "ask_for_another_time")
    assert turn(RESCHEDULE, Place("days"), Reads(intent, "friday")).saves == ("days", "friday")
    assert turn(RESCHEDULE, Place("days"), digit(4)).saves is None
    assert turn(RESCHEDULE, Place("days"), Reads("confirm", "thursday")).saves == ("days", "thursday")
    assert turn(RESCHEDULE, Place("days"), Reads("confirm")).saves is None, "a mere yes names no day"


def test_who_gave_the_visit_up_is_not_asked_which_days_suit() -> None:
    assert go_on(RESCHEDULE, Reads("cancel_visit")).does == "wait_no_more"


def test_a_circle_of_three_is_refused_in_each_of_them() -> None:
    def calling(name: str, to: str):  # type: ignore[no-untyped-def]
        ask = DIALOGS["callback"].states["ask"]
        choices = (replace(ask.choices[0], goes={"done": f"dialog:{to}"}), *ask.choices[1:])
        states = {**DIALOGS["callback"].states, "ask": replace(ask, choices=choices)}
        return replace(DIALOGS["callback"], name=name, states=states)

    ring = {name: calling(name, to) for name, to in (("one", "two"), ("two", "three"), ("three", "one"))}
    found = check(ring, ALWAYS, clinical_words=lambda _: False)
    assert [fault.address.split(" › ")[0] for fault in found if fault.id == "D42"] == [
        "dialogs/one.toml", "dialogs/two.toml", "dialogs/three.toml",
    ]  # fmt: skip


def test_what_is_called_may_be_proved_before() -> None:
    mine = {"confirm": CONFIRM}
    assert check(mine, ALWAYS, clinical_words=lambda _: False, beside=DIALOGS) == []
    assert {fault.id for fault in check(mine, ALWAYS, clinical_words=lambda _: False)} == {"D41"}
