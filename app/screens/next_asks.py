"""When each of many visits is, or was, asked about, in few words and few looks.

What outreach decided stands in its rows, what it has yet to do in the cadence; the patient's own page works the latter
out to the minute (app.screens.asks).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.practice import Practice
from app.outreach import askable, quiet_hours, visit_cadence
from app.screens import against
from app.screens.asks import OVER, WHY
from app.screens.visits import Shown
from app.web import times
from app.web.page import practice, zone
from dialogs.engine.cadences import Cadences, Step

UNTIL_READ = frozenset({"hushed", "words_wait"})
SETTLED = {"nurses": "closed", "front_desk": "read"}
"""What lets a question go out again over words that wait on a list."""
SILENT = (None, "unanswered", "asked_again")
"""Ends of a talk in which nobody has said anything; None: it goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands beside a visit; `call`: somebody must do something."""

    words: str
    call: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What was looked up for all visits together."""

    cadences: Cadences
    steps: Mapping[str, OutreachStep]
    ended: Mapping[int, str | None]
    against: Mapping[int, str]
    rung: Collection[int]
    practice: Practice


def of_each(session: Session, shown: Collection[Shown]) -> dict[int, Line]:
    """By appointment, for those that lie ahead and wait for an answer."""
    waiting = [each for each in shown if each.waits_for_answer]
    house = practice()
    if not waiting or house is None:
        return {}
    steps = _steps(session, [each.appointment.id for each in waiting])
    points = against.points_of(session, {each.patient.id for each in waiting})
    rung = {patient for patient, its in points.items() if any(point.calls_agreed_at is not None for point in its)}
    known = _Known(
        versions.in_force(session).cadences, steps, _ended(session, steps.values()),
        against.of_each([each.patient for each in waiting], points), rung, house,
    )  # fmt: skip
    return {each.appointment.id: _line(each, known) for each in waiting}


def _line(each: Shown, known: _Known) -> Line:
    latest = max(_decided(each.appointment, known), key=lambda row: row.decided_at, default=None)
    if latest is not None and latest.state == "task":
        return Line(f"Please call: {_why(latest.reason)}", call=True)
    if (why := known.against.get(each.patient.id)) is not None:
        call = why != "do_not_contact"
        return Line(f"{'Please call' if call else 'Not asked'}: {_why(why)}", call)
    if latest is not None and latest.state == "waiting":
        if latest.reason in UNTIL_READ and each.wrote is not None:
            return Line(f"Not asked until that is {SETTLED[each.wrote.list]}")
        return Line(f"Held: {_why(latest.reason)}")
    coming = _next(each, known)
    if latest is None:
        return Line(f"Will be asked {coming}" if coming else "Not asked yet")
    if latest.state == "dropped":
        return Line(OVER.get(latest.reason, f"Not asked: {_why(latest.reason)}").removesuffix("."))
    return Line(_begun(each, latest, known, f"; again {coming}" if coming else ""))


def _begun(each: Shown, step: OutreachStep, known: _Known, again: str) -> str:
    """When it was asked, what came of it, and when it is asked again."""
    asked, ended = f"Asked {times.moment(step.decided_at, zone().key)}", known.ended.get(step.conversation_id or 0)
    if ended not in SILENT:
        return asked if each.wrote is not None else f"{asked}: {_why(ended or '')}"
    if each.wrote is not None:
        return asked + (f"{again}, if that is {SETTLED[each.wrote.list]} by then" if again else "")
    return f"{asked}, no answer yet{again}"


def _decided(visit: Appointment, known: _Known) -> Sequence[OutreachStep]:
    """What was decided of its steps as it is now."""
    keys = (visit_cadence.key_of(visit.id, visit.version, step) for step in _ladder(visit, known))
    return [known.steps[key] for key in keys if key in known.steps]


def _ladder(visit: Appointment, known: _Known) -> Sequence[Step]:
    return known.cadences.of(visit_cadence.DIALOG, visit.visit_type)


def _next(each: Shown, known: _Known) -> str:
    """When the next text asks, with the quiet hours; nothing when none is to come."""
    visit, now = each.appointment, clock.now()
    asks = known.cadences.asks(visit_cadence.DIALOG, visit.visit_type)
    if each.patient.id in known.rung:
        asks = tuple(step for step in _ladder(visit, known) if step.says is not None)
    at = next((visit.starts_at + step.at for step in asks if visit.starts_at + step.at > now), None)
    begun = any(row.state == "begun" for row in _decided(visit, known))
    if not begun and asks and now >= visit.starts_at + asks[0].at:
        at = now  # it has fallen due and nothing is decided: the next round does it
    if at is None:
        return ""
    there = ZoneInfo(each.patient.time_zone or known.practice.time_zone)
    opens = quiet_hours.next_opening(at, there, known.practice.quiet_until, known.practice.quiet_from)
    return _told(opens or at, visit.starts_at - askable.LAST_CALL)


def _told(at: datetime, last: datetime) -> str:
    if at > last:
        return ""
    return "within a minute" if at <= clock.now() else times.moment(at, zone().key)


def _why(reason: str) -> str:
    return WHY.get(reason, "see the record")


def _steps(session: Session, ids: Collection[int]) -> dict[str, OutreachStep]:
    return {row.key: row for row in session.scalars(select(OutreachStep).where(OutreachStep.appointment_id.in_(ids)))}


def _ended(session: Session, steps: Collection[OutreachStep]) -> dict[int, str | None]:
    """How each talk that a step began has ended; None while it goes on."""
    ids = {step.conversation_id for step in steps if step.conversation_id is not None}
    query = select(Conversation.id, Conversation.ended_as).where(Conversation.id.in_(ids))
    return {row.id: row.ended_as for row in session.execute(query)} if ids else {}
