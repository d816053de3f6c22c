"""A whole day is moved, or taken back: each visit once, and nobody is told of an hour that is not."""

import re

from sqlalchemy import select

from app import db
from app.models.appointments import Appointment
from app.models.day_moves import DayMove
from app.rehearsal.evidence import Evidence
from app.scheduling.ehr import ENTER
from tests.faults.crashes import cast
from tests.faults.crashes.journeys import held
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

NINE_DAYS, LATER = 9, {"provider": 1, "location": "", "to_day": "", "minutes": 60}


def _both_have_visits(practice: Practice) -> Notes:
    return {each: cast.book(practice, practice.notes[each], days=NINE_DAYS) for each in ("ana", "rosa")}


def _moves(practice: Practice) -> None:
    """Seen, confirmed, done; and looked at."""
    _confirms(practice)
    practice.until_quiet()
    practice.clock.passes(minutes=3)
    practice.until_quiet()
    practice.desk("fran").opens("/appointments/moves/1")


def _confirms(practice: Practice) -> None:
    """With one key, however often it is pressed."""
    fran = practice.desk("fran")
    plan = {**LATER, "day": practice.on(NINE_DAYS, 12).date().isoformat()}
    page = fran.presses("/appointments/moves/new", **plan).get_data(as_text=True)
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    if not _moved():
        fran.presses("/appointments/moves/new", **plan, form="the form’s", seen=seen[1] if seen else "")


def _moved() -> bool:
    with db.reading("tests.moved") as session:
        return session.scalar(select(DayMove.id)) is not None


def _is_moved(practice: Practice) -> Notes:
    notes = _both_have_visits(practice)
    _confirms(practice)
    practice.until_quiet()
    return notes


def _undoes(practice: Practice) -> None:
    practice.desk("fran").presses("/appointments/moves/1/undo")
    practice.until_quiet()
    practice.clock.passes(minutes=3)
    practice.until_quiet()


def _each_once(evidence: Evidence, _: Notes) -> list[str]:
    """One hour later, entered once each, and each was told once."""
    told = evidence.counted("task_raised", "reason")[ENTER]
    versions = [row.version for row in evidence.rows(Appointment)]
    found = [] if (versions, told) == ([2, 2], 2) else [f"versions {versions}, {told} tasks"]
    heard = held.heard_once(evidence, cast.ANAS, "visit has changed"), held.heard_once(evidence, cast.ROSAS, "cambiado")
    return [*found, *heard[0], *heard[1]]


def _as_before(evidence: Evidence, _: Notes) -> list[str]:
    """Moved and moved back, and nobody has heard of it."""
    versions = [row.version for row in evidence.rows(Appointment)]
    found = [] if versions == [3, 3] else [f"versions {versions}"]
    return [*found, *held.unheard(evidence, cast.ANAS, "changed"), *held.unheard(evidence, cast.ROSAS, "cambiado")]


MOVES = (
    Journey("day-moved", _moves, _each_once, _both_have_visits, again=_moves, pairs=False),
    Journey("day-moved-back", _undoes, _as_before, _is_moved, again=_undoes, pairs=False),
)
