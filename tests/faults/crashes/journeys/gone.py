"""The EHR has given a time away: the visit goes back once, whole or not at all (H47, decision 0064)."""

from sqlalchemy import select

from app import db
from app.models.appointments import Appointment
from app.models.outbox import Outbound
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.rehearsal.evidence import Evidence
from app.scheduling.ehr import ENTER
from escalation_desk.models import DeskItem
from tests.faults.crashes.journeys import waitlist
from tests.faults.crashes.journeys.desk import AtItem
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes


def _has_a_new_time(practice: Practice) -> Notes:
    notes = waitlist.ana_waits_beside_a_time(practice)
    form = {"slot_version": 1, "request": notes["waits"], "request_version": 1}
    practice.desk("fran").presses(f"/waitlist/slots/{notes['slot']}/book", **form)
    with db.reading("tests.to_enter") as session:
        item = session.scalars(select(DeskItem.id).where(DeskItem.reason == ENTER)).one()
    return {**notes, "item": item}


def _is_gone(practice: Practice) -> None:
    at = AtItem(practice, "fran")
    at.claims()
    at.closes("slot_gone")
    practice.until_quiet()


def _back_once(evidence: Evidence, notes: Notes) -> list[str]:
    """Her old hour is hers again, the wrong one closed, and she is told by one text."""
    (visit,) = evidence.rows(Appointment)
    slots = sorted((row.state, row.id == notes["slot"]) for row in evidence.rows(Slot))
    told = [row.text_name for row in evidence.rows(Outbound)].count("slot_gone_kept/ask")
    raised = evidence.counted("task_raised", "reason")
    waits = [row.state for row in evidence.rows(WaitlistRequest)]
    found = visit.state, visit.version, slots, raised[ENTER], told, waits
    expected = "booked", 3, [("booked", False), ("closed", True)], 2, 1, ["filled"]
    return [] if found == expected else [f"visit {visit.id}: {found}"]


GONE = (Journey("slot-gone", _is_gone, _back_once, _has_a_new_time, again=_is_gone, pairs=False),)
