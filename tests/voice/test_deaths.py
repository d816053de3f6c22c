"""Processes that die while somebody is on the line, and what the desk sees of a call."""

import pytest

from app import crash
from app.models.calls import PhoneCall
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person
from tests.web.browsing import signed_in


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("point", ["begun", "before_commit", "committed", "done"])
def test_whoever_dies_in_the_middle_of_a_turn_leaves_the_caller_to_somebody(
    house: House, ana: Person, nora: Colleague, fran: Colleague, point: str
) -> None:
    """H13: before the commit she heard of nothing, and is owed a call; after it a nurse has her words."""
    ana.calls()

    def dies(name: str) -> None:
        if name == f"calls.turn:{point}":
            crash.arm(None)
            raise SystemExit

    crash.arm(dies)
    ana.says("my chest hurts")
    ana.hears("an application error has occurred")
    house.passes(minutes=2)
    kept = point in ("committed", "done")
    assert len(nora.sees("nurses")) == kept
    assert fran.sees("front_desk") == []
    if not kept:
        ana.reads("we did not get to speak")
        house.passes(minutes=31)
        assert [task.reason for task in fran.sees("front_desk")] == ["call_missed"]


@pytest.mark.parametrize("name", ["calls.ended", "calls.owed", "calls.connected"])
def test_a_report_or_a_task_that_is_cut_off_comes_about_all_the_same(house: House, ana: Person, name: str) -> None:
    house.carrier.books.other_side = "completed"
    died: list[str] = []

    def dies(point: str) -> None:
        if point == f"{name}:before_commit" and not died:
            died.append(point)
            raise RuntimeError(point)

    crash.arm(dies)
    ana.calls()
    if name == "calls.connected":
        ana.presses("0")
    ana.hangs_up()
    for _ in range(2):
        house.passes(minutes=20)
    crash.arm(None)
    assert died
    settled = {call.settled_as for call in house.rows(PhoneCall)}
    if settled == {"text"}:
        ana.reads("we did not get to speak")
        house.passes(minutes=31)
    assert settled in ({"task"}, {"text"})
    assert len(house.rows(DeskItem)) == 1


def test_the_desk_shows_what_was_said_and_that_it_was_said(house: House, ana: Person) -> None:
    ana.calls()
    ana.presses("1")
    ana.says("my chest hurts")
    (item,) = house.rows(DeskItem)
    at_desk = signed_in(house, "nell", "nurse")
    assert "On a call" in at_desk.page("/desk/nurses")
    page = at_desk.page(f"/desk/items/{item.id}")
    for part in ("Said on a call, as the carrier heard it", "Ana called us", "Ana pressed the key 1 on a call",
                 "Handrail said on the call", "A nurse will read what you said"):  # fmt: skip
        assert part in page, part
