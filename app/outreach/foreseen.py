"""When a patient will next be asked about a visit, or why she will not: what outreach will do, told beforehand.

Nothing of it is kept. It is worked out anew from the rows, by the judgement that outreach itself uses, so that what
staff are told is what will happen as long as nothing changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points, sealing
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation
from app.models.patients import ContactPoint, Patient
from app.outreach import askable, pauses, questions, reminders, ringable, visit_cadence
from app.outreach.askable import Decision
from app.talk import conversations, matters, opening
from app.upkeep import restorations
from dialogs.engine.cadences import Step

AT_ONCE_THEN = ("words_wait", pauses.PAUSED, pauses.NOT_OPENED)
"""What a person may end at any moment: read, or let go on, and she is asked at once."""


@dataclass(frozen=True)
class Foreseen:
    """`asked`: a text or a call asks her `at`, or later for the `reason`, if there is one; `call`: nothing is sent,
    somebody must ask by telephone; `over`: nothing is sent and nobody need ask; both with the `reason`."""

    kind: str  # asked | call | over
    reason: str = ""
    at: datetime | None = None
    again: bool = False
    rings: bool = False  # by a call of ours, not a text; of one that is over, the last question was


def question(session: Session, appointment: Appointment, patient: Patient) -> Foreseen | None:
    """What becomes of the next question about a visit; None when there is none (confirmed, cancelled, past)."""
    now = clock.now()
    if appointment.state != "booked" or appointment.confirmed_at is not None or appointment.starts_at <= now:
        return None
    points = contact_points.of_patient(session, patient.id)
    if points and isinstance(points[0].number, sealing.Gap):
        return Foreseen("call", "cannot_text")
    if restorations.held(session):
        return Foreseen("call", restorations.REASON)
    cadence = visit_cadence.hers(session, appointment)
    steps = _steps(session, appointment, cadence)
    found = _over(session, appointment, steps)
    point = points[0] if points else None
    for step, at, until in _open_spans(appointment, cadence, steps, now):
        rings = ringable.for_visit(session, step, patient, point, appointment)
        found = replace(_within(session, appointment, patient, point, (at, until), rings=rings), rings=rings)
        if found.kind == "asked" or found.reason == "hushed":
            break
    last = _last(session, appointment) if found.kind == "over" else None
    return found if last is None else replace(found, rings=last.channel == ringable.VOICE)


def _steps(session: Session, appointment: Appointment, cadence: Sequence[Step]) -> dict[str, OutreachStep]:
    """What was decided so far about the appointment as it is, by key."""
    keys = [visit_cadence.key_of(appointment.id, appointment.version, step) for step in cadence]
    found = session.scalars(select(OutreachStep).where(OutreachStep.key.in_(keys), OutreachStep.state != "waiting"))
    return {row.key: row for row in found}


def _open_spans(
    appointment: Appointment, cadence: Sequence[Step], steps: dict[str, OutreachStep], now: datetime
) -> Iterator[tuple[Step, datetime, datetime]]:
    """From when until when each step that is not settled is the current one, the soonest first."""
    ends = [appointment.starts_at + step.at for step in cadence[1:]] + [appointment.starts_at]
    for step, until in zip(cadence, ends, strict=True):
        settled = visit_cadence.key_of(appointment.id, appointment.version, step) in steps
        if not settled and now < until:
            yield step, max(now, appointment.starts_at + step.at), until


def _within(
    session: Session, appointment: Appointment, patient: Patient, point: ContactPoint | None,
    span: tuple[datetime, datetime], *, rings: bool,
) -> Foreseen:  # fmt: skip
    """What becomes of a step while it is the current one."""
    at, until = span
    question = questions.of_one(session, appointment, patient, point)
    while True:
        decision = reminders.judged(session, question, at, rings=rings)
        if decision.state == "begun" and point is not None:
            return _asked(session, appointment, point, at)
        may_be_over_by_then = at > clock.now() or decision.reason in AT_ONCE_THEN
        if decision.state == "waiting" and decision.until is None and may_be_over_by_then:
            return Foreseen("asked", decision.reason, at, again=_last(session, appointment) is not None)
        if decision.state != "waiting" or decision.until is None:
            return _refused(decision)
        if decision.until > min(until, appointment.starts_at + visit_cadence.calls(session, appointment).at):
            return Foreseen("call", decision.reason)
        at = decision.until


def _asked(session: Session, appointment: Appointment, point: ContactPoint, at: datetime) -> Foreseen:
    """A number answers one question at a time: the other visit's may still wait then."""
    waits = conversations.waiting(session, point.id)
    other = waits.conversation if waits is not None and waits.conversation.appointment_id != appointment.id else None
    held = other is not None and other.dialog != opening.WELCOME and at < other.answer_by
    return Foreseen("asked", "another_conversation" if held else "", at, again=_last(session, appointment) is not None)


def _refused(decision: Decision) -> Foreseen:
    return Foreseen("over" if decision.state == "dropped" else "call", decision.reason)


def _over(session: Session, appointment: Appointment, steps: dict[str, OutreachStep]) -> Foreseen:
    """What stands when no step is left to come: how the last one was settled, or what became of its question."""
    last = _last(session, appointment)
    if last is not None and last.ended_as in askable.UNSEEN:
        return Foreseen("call", last.ended_as)
    settled = max(steps.values(), key=lambda row: row.decided_at, default=None)
    if settled is None or settled.state == "begun":
        return Foreseen("over", "asked")
    return _refused(Decision(settled.state, settled.reason))


def _last(session: Session, appointment: Appointment) -> Conversation | None:
    """The last conversation about the appointment as it is."""
    query = select(Conversation).where(matters.about(appointment))
    return session.scalar(query.order_by(Conversation.id.desc()).limit(1))
