"""Whoever was texted about a visit does not go on believing in it after it was cancelled or moved (H43)."""

import pytest

from app.models.outbox import Outbound
from app.outreach.untold import TELL_FIRST
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, words_of

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]

TELL = "Tell the patient that the visit was cancelled"
TELL_MOVED = "Tell the patient that the visit was moved: the next text about it comes too late"


def _moves(front_desk: Browser, booked: int, day: str, at: str = "15:00", version: int = 1) -> str:
    fields = {"day": day, "at": at, "which": "", "provider": 1, "location": 1}
    return words_of(front_desk.opens(front_desk.sends(f"/appointments/{booked}", version=version, **fields)))


@pytest.mark.parametrize("answers", [True, False])
def test_who_was_texted_is_told_that_it_is_cancelled(
    house: House, front_desk: Browser, ana: Person, answers: bool
) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    if answers:
        ana.texts("1")
        ana.reads("confirmed")
    assert "a task for the front desk will stand until" in words_of(front_desk.opens(f"/appointments/{booked}"))
    where = front_desk.sends(f"/appointments/{booked}/cancel", version=1, whose="patient")
    shown = words_of(front_desk.opens(where))
    assert TELL in shown, "the page says that a task stands"
    (task,) = house.rows(DeskItem)
    assert (task.list, task.state, task.patient_id, task.appointment_id) == ("front_desk", "open", ana.patient_id, 1)
    assert TELL.casefold() in words_of(front_desk.opens("/desk/front-desk")).casefold()
    front_desk.sends(f"/appointments/{booked}/cancel", 409, version=1, whose="patient")
    assert len(house.rows(DeskItem)) == 1
    ana.nothing_more()


def test_nobody_is_told_who_was_never_texted(house: House, front_desk: Browser, ana: Person) -> None:
    booked = visit(house, ana, days=9)
    house.tick()
    assert house.rows(Outbound) == []
    assert "No text about it has left." in words_of(front_desk.opens(f"/appointments/{booked}"))
    where = front_desk.sends(f"/appointments/{booked}/cancel", version=1, whose="patient")
    assert TELL not in words_of(front_desk.opens(where))
    assert house.rows(DeskItem) == []


def test_of_a_move_she_is_told_when_the_next_text_would_come_too_late(
    house: House, front_desk: Browser, ana: Person
) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    assert TELL_MOVED not in _moves(front_desk, booked, "2026-11-24", "16:00"), "she is asked anew at once"
    assert TELL_MOVED in _moves(front_desk, booked, "2026-12-04", version=2)
    (task,) = house.rows(DeskItem)
    assert (task.reason, task.list) == ("tell_moved", "front_desk")


def test_not_while_somebody_finds_the_time_with_her(house: House, front_desk: Browser, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2")
    ana.reads()
    (task,) = house.rows(DeskItem)
    assert task.reason == "another_time"
    assert TELL_MOVED not in _moves(front_desk, booked, "2026-12-04")
    (task,) = house.rows(DeskItem)
    assert task.note == TELL_FIRST, "whoever closes it knows that she was not told"
    assert TELL_FIRST in words_of(front_desk.opens(f"/desk/items/{task.id}"))
