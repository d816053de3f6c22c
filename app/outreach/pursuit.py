"""Pursuing one follow-up along its cadence: which step is due, whether it may be said, and what came of the last (P6).

Nothing is stored ahead. The steps' times are worked out from the row and the cadence in force; a step has one key for
one version of the row, so that a new day, an end or a change of the cadence leaves no orphan and nothing is said twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import clock, timeline
from app.library import versions
from app.models.appointments import Appointment
from app.models.follow_ups import Encounter, FollowUp
from app.models.patients import Patient
from app.outreach import askable, follow_ups, ringable, steps
from app.outreach.askable import Decision
from app.outreach.gathered import Matter
from app.talk import opening
from app.talk.opening import Opening
from dialogs.engine.cadences import CHECK_IN, Step

AFTER_THE_VISIT = timedelta(hours=20)
"""Nobody is texted about what was noted while she stood at the desk, but for a call that is owed or a visit missed."""
AT_ONCE = ("callback", "no_show", CHECK_IN)
FRESH = timedelta(hours=24)  # a text that has not left by then is the next step's
LOOK = timedelta(minutes=10)
ENDS_IT = {"well": "well", "no_call_needed": "not_needed"}
"""Answers that close a follow-up by themselves; after every other one a person has it."""


@dataclass(frozen=True)
class Due:
    """A step and when its time comes."""

    at: datetime
    step: Step


@dataclass(frozen=True)
class Next:
    """When it is looked at again; or that a person must take it, and why."""

    look_at: datetime | None
    reason: str = ""


def go_on(session: Session, matter: Matter) -> Next:
    """Take a locked, open follow-up of a patient who may be contacted one step further. Its number is locked."""
    last = matter.last
    if last is not None and last.state == "live":
        return Next(clock.now() + LOOK)
    if last is not None and last.ended_as not in askable.UNANSWERED:
        return Next(None, "answered")
    rungs = ladder(session, matter.row)
    due = [each for each in rungs if each.at <= clock.now()]
    if not due:
        return Next(_after(rungs, None))
    if due[-1].step.says is None:
        return Next(None, "unanswered" if last is not None else "due")
    return _say(session, matter, rungs, due[-1])


def ladder(session: Session, row: FollowUp) -> list[Due]:
    """Its steps with their times, in order: the cadence that is in force for what it is about and after which visit."""
    encounter = session.get(Encounter, row.encounter_id) if row.encounter_id is not None else None
    steps = versions.in_force(session).cadences.of(row.kind, _visit_type(session, row, encounter))
    steps = tuple(ringable.ladder(session, row.patient_id, steps))
    anchor = follow_ups.morning_of(session, row.due_on)
    if row.kind == CHECK_IN and encounter is not None:
        anchor = encounter.at
    soonest = row.created_at if row.kind in AT_ONCE else row.created_at + AFTER_THE_VISIT
    return [Due(max(anchor + each.at, soonest) if each.says else anchor + each.at, each) for each in steps]


def ended_by(matter: Matter) -> str | None:
    """The end that her answer gives it by itself."""
    return ENDS_IT.get(matter.last.ended_as or "") if matter.last is not None else None


def _visit_type(session: Session, row: FollowUp, encounter: Encounter | None) -> str:
    if encounter is not None:
        return encounter.visit_type
    visit = session.get(Appointment, row.appointment_id) if row.appointment_id is not None else None
    return visit.visit_type if visit is not None else "routine"


def _after(rungs: Sequence[Due], said: Due | None) -> datetime:
    """When the next step's time comes."""
    return min((each.at for each in rungs if each.at > clock.now() and each != said), default=clock.now() + LOOK)


def _say(session: Session, matter: Matter, rungs: Sequence[Due], due: Due) -> Next:
    """Say a step whose time has come, if it may be said and has not been."""
    row, patient, point = matter.row, matter.patient, matter.point
    step = matter.steps.get(follow_ups.step_key(row, due.step.name))
    if step is not None and step.state != "waiting":
        return Next(_after(rungs, due))
    health = row.kind == CHECK_IN
    rings = ringable.for_need(session, due.step, patient, point, row)
    decision = askable.judge_need(session, row, patient, point, matter.known, health=health, rings=rings)
    talk = None
    if decision.state == "begun" and point is not None:
        talk = _open(session, row, patient, point.id, due.step, rings=rings)
    if decision.state == "begun" and talk is None:
        decision = Decision("waiting", "another_conversation")
    _write(session, row, due.step, decision, talk)
    if decision.state == "begun":
        row.attempts += 1
        return Next(clock.now() + LOOK)
    if decision.state == "task":
        return Next(None, decision.reason)
    return Next(min(decision.until or clock.now() + LOOK, _after(rungs, due)))


def _open(
    session: Session, row: FollowUp, patient: Patient, contact_point_id: int, step: Step, *, rings: bool
) -> int | None:  # fmt: skip
    return opening.open_one(session, Opening(
        key=follow_ups.step_key(row, step.name), dialog=step.says or "", contact_point_id=contact_point_id,
        patient=patient, appointment_id=row.appointment_id, expires_at=clock.now() + FRESH, follow_up_id=row.id,
        rings=rings,
    ))  # fmt: skip


def _write(session: Session, row: FollowUp, step: Step, decision: Decision, talk: int | None) -> None:
    if steps.keep(session, follow_ups.step_key(row, step.name), decision, talk, follow_up_id=row.id):
        timeline.append(
            session, timeline.of_patient(row.patient_id), "follow_up_decided", "agent", follow_up=row.id,
            matter=row.kind, step=step.name, state=decision.state, reason=decision.reason,
        )  # fmt: skip
