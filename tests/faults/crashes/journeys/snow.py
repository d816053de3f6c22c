"""A day is called off, and another one taken back: each patient told once, each visit off once or put back."""

from collections.abc import Iterator

from app import db
from app.models.appointments import Appointment
from app.models.outbox import Outbound
from app.models.snow_days import SnowDay, SnowDayPatient
from app.rehearsal.evidence import Evidence
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

FORM = {"reason": "Ice on the roads", "provider": "", "location": ""}
MEANT = "1@1@2026-11-24T22:00:00+00:00"
"""That the visit is booked although the day is called off: what was asked about comes back."""
PATH = "/outreach/snow-days"


def _two_visits(practice: Practice) -> Notes:
    """Ana tomorrow, Rosa the day after; neither is asked about it before this begins."""
    return {
        "off": cast.book(practice, practice.notes["ana"], 1),
        "back": cast.book(practice, practice.notes["rosa"], 2),
    }


def _calls_off(practice: Practice) -> None:
    """Tomorrow is off; the day after was a slip. Then the texts leave, and what must be entered is a task."""
    fran = practice.desk("fran")
    fran.opens(f"{PATH}?day=2026-11-24")
    fran.presses(PATH, **FORM, day="2026-11-24", many=1, form="the-form-of-tomorrow-0")
    fran.presses(PATH, **FORM, day="2026-11-25", many=1, form="the-form-of-the-day-af")
    with db.reading("tests.days") as session:
        days = {row.day.day: row.id for row in session.query(SnowDay)}
    fran.presses(f"{PATH}/{days.get(25, 0)}/undo")
    fran.opens(f"{PATH}/{days.get(24, 0)}")
    when = {"day": "2026-11-24", "at": "16:00", "provider": 1, "location": 1, "which": "", "twice": MEANT}
    fran.presses(f"/patients/{practice.notes['rosa']}/appointments/new", **when)
    practice.clock.passes(minutes=3)
    practice.until_quiet()
    practice.clock.passes(minutes=16)
    practice.until_quiet()


def _once(evidence: Evidence, notes: Notes) -> Iterator[str]:
    visits = {row.id: (row.state, row.snow_day_id is not None) for row in evidence.rows(Appointment)}
    late = evidence.counted("task_raised", "reason")["booked_on_snow_day"]
    if len(visits) != 3 or late != 1:
        yield f"{len(visits)} visits, {late} of them found on a day that is called off"
    if (visits[notes["off"]], visits[notes["back"]]) != (("cancelled", True), ("booked", False)):
        yield f"visits are {visits}"
    told = [row.patient_id for row in evidence.rows(Outbound) if row.text_name == "snow_day/ask"]
    if told != [notes["ana"]]:
        yield f"told are patients {told}"
    states = sorted(row.state for row in evidence.rows(SnowDayPatient))
    entered = evidence.counted("task_raised", "reason")["enter_snow_day"]
    if states[-1] != "undone" or states[0] not in ("texted", "told") or entered != 1:
        yield f"patients stand {states}, entered {entered} times"


SNOW = (Journey("snow-day", _calls_off, _once, _two_visits, again=_calls_off, pairs=False),)
