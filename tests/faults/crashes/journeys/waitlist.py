"""The waitlist: times put up, given by telephone, taken back; nobody is booked twice or left with none."""

from sqlalchemy import select

from app import db
from app.ehr import ENTER
from app.models.appointments import Appointment
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes
from tests.faults.evidence import Evidence

WEDNESDAY = {"day": "2026-11-25", "at": "09:00", "which": "", "provider": 1, "location": 1, "minutes": 30, "many": 2}


def _ana_has_a_visit(practice: Practice) -> Notes:
    return {"visit": cast.book(practice, practice.notes["ana"], days=9)}


def _gives_times(practice: Practice) -> None:
    """Put up two, put Ana and Rosa on the list, book one for Ana, take the other back, take Rosa off."""
    fran, ana, rosa = practice.desk("fran"), practice.notes["ana"], practice.notes["rosa"]
    fran.presses("/waitlist/slots/new", **WEDNESDAY)
    if not _all(WaitlistRequest):
        fran.presses(f"/patients/{ana}/waitlist", instead_of=practice.notes["visit"], notice=2)
    if len(_all(WaitlistRequest)) == 1:
        fran.presses(f"/patients/{rosa}/waitlist", notice=2)
    fran.opens("/waitlist")
    hers, other = _all(WaitlistRequest)
    first, second = _all(Slot)[:2]
    form = {"slot_version": first.version, "request": hers.id, "request_version": hers.version}
    fran.presses(f"/waitlist/slots/{first.id}/book", **form)
    fran.presses(f"/waitlist/slots/{second.id}/take-back", slot_version=1)
    fran.presses(f"/waitlist/requests/{other.id}/end", request_version=1)


def _all(table: type[Slot] | type[WaitlistRequest]) -> list[Slot | WaitlistRequest]:
    with db.reading("tests.all") as session:
        return list(session.scalars(select(table).order_by(table.id)))


def _given_once(evidence: Evidence, notes: Notes) -> list[str]:
    """Her visit lies at the new time, her old hour is freed, the EHR is told once."""
    (visit,) = evidence.rows(Appointment)
    states = sorted((row.state, row.appointment_id) for row in evidence.rows(Slot, Slot.state != "closed"))
    waits = sorted(row.state for row in evidence.rows(WaitlistRequest))
    told = evidence.counted("task_raised", "reason")[ENTER]
    if (visit.version, states, waits, told) != (
        2,
        [("booked", visit.id), ("freed", visit.id)],
        ["closed", "filled"],
        1,
    ):
        return [f"visit {visit.id} has version {visit.version}, slots {states}, requests {waits}, {told} tasks"]
    return []


WAITLIST = (Journey("waitlist", _gives_times, _given_once, _ana_has_a_visit, again=_gives_times, pairs=False),)
