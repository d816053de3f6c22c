"""What was given is somebody else's in the EHR: one step, and nobody is without a visit or the first place in line
(H43, H47, decision 0064)."""

import pytest

from app import db
from app.models.appointments import Appointment
from app.models.waitlist import WaitlistRequest
from app.outreach import apologies, gone
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.screens.desk import Browser, words_of
from tests.slots import times

GONE = "slot_gone"
TELL = apologies.TELL


def _booked(fran: Browser, freda: Colleague, slot_id: int, request: int) -> DeskItem:
    """Staff give her the time; the task that tells the EHR of it."""
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, request)))
    return _to_enter(freda)[-1]


def _to_enter(freda: Colleague) -> list[DeskItem]:
    return [each for each in freda.sees("front_desk") if each.reason == "enter_in_ehr"]


def _notes(house: House, reason: str) -> list[str | None]:
    return [item.note for item in house.rows(DeskItem) if item.reason == reason and item.state != "closed"]


def test_she_has_her_old_hour_again_and_is_asked_about_that(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H43, H47: and the wrong time is offered to nobody; whoever says it again changes nothing."""
    hers, slot_id = visit(house, ana, days=4), times.put_up(house, fran)
    task = _booked(fran, freda, slot_id, times.waits(ana, hers))
    assert "Enter in the EHR what has become of a visit" in words_of(fran.opens(f"/desk/items/{task.id}"))
    ana.texts("STOP")
    ana.reads("")
    freda.settles(task, GONE)
    house.tick()
    back = appointment(hers)
    assert (back.starts_at, back.state, back.version, back.confirmed_at) == (house.on(4, 15), "booked", 3, None)
    assert times.slot(slot_id).state == "closed"
    old = times.slot_at(house, 4, 15)
    assert (old.state, old.appointment_id) == ("booked", hers)
    assert _notes(house, TELL) == ["She has her old time again."]  # no text may go: somebody calls
    (told,) = _notes(house, "enter_in_ehr")
    assert told is not None
    assert told.startswith("Moved from Wed Nov 25, 9:00 AM")
    with pytest.raises(Refused, match="do not have this item"):
        freda.closes(task, GONE)
    said = {"disposition": GONE, "closing_note": "", "task_note": "", "version": task.version}
    assert "do not have this item" in words_of(fran.sends(f"/desk/items/{task.id}/close", 409, **said))
    assert appointment(hers).version == 3
    assert [row.state for row in house.rows(WaitlistRequest)] == ["filled"]


@pytest.mark.parametrize("had", [True, False])
def test_who_has_no_hour_to_go_back_to_is_first_in_line(
    house: House, ana: Person, rosa: Person, fran: Browser, freda: Colleague, *, had: bool
) -> None:
    """H47: somebody has her old hour meanwhile, or she never had one; Rosa has waited longer, and is second."""
    waits = times.waits(rosa)
    house.passes(minutes=1)
    hers = visit(house, ana, days=4) if had else None
    slot_id = times.put_up(house, fran)
    task = _booked(fran, freda, slot_id, times.waits(ana, hers))
    other = visit(house, rosa, days=4) if had else None
    freda.settles(task, GONE)
    house.tick()
    mine = [row for row in house.rows(Appointment) if row.patient_id == ana.patient_id]
    assert [row.state for row in mine] == ["cancelled"]
    assert times.slot(slot_id).state == "closed"
    if other is not None:
        assert times.slot_at(house, 4, 15).appointment_id == other
    owed = next(row for row in house.rows(WaitlistRequest) if row.owed_at is not None)
    assert (owed.patient_id, owed.state, owed.appointment_id) == (ana.patient_id, "waiting", None)
    assert times.request(waits).state == "waiting"
    ana.reads("Ana, we are sorry", "do not come then", "first in line")
    times.put_up(house, fran, days=2, hour=11)
    page = words_of(fran.opens("/waitlist"))
    assert "Fits: we owe her a time; waits since today" in page
    assert page.index("we owe her a time") < page.index("Fits: waits since")


def test_what_has_changed_since_is_left_alone(house: House, ana: Person, fran: Browser, freda: Colleague) -> None:
    """H45: cancelled meanwhile, or a cancellation itself: both are told, and the item stays hers."""
    task = _booked(fran, freda, times.put_up(house, fran), times.waits(ana, visit(house, ana, days=4)))
    (row,) = house.rows(Appointment)
    fran.sends(f"/appointments/{row.id}/cancel", version=row.version, whose="patient")
    cancelled = _to_enter(freda)[-1]
    for each, why in ((task, gone.CHANGED), (cancelled, gone.NO_TIME)):
        with pytest.raises(Refused) as refused:
            freda.settles(each, GONE)
        assert str(refused.value) == why
        with db.reading("tests.still_hers") as session:
            assert session.get_one(DeskItem, each.id).state == "claimed"
