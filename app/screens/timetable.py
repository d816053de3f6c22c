"""What outreach did today, what it holds back and why, what failed, what people have, and what falls due next."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, people, sealing
from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation, ConversationVisit
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import Patient
from app.outreach import pauses, pursuit, ringable, visit_cadence
from app.screens import against, leaks, with_people
from app.screens.asks import WHY
from app.screens.local_times import start_of
from app.screens.loose_ends import OWNERS
from app.screens.roles import READS
from app.web import page as web_page
from app.web.access import allows, me
from app.web.dialog_words import ENDINGS
from app.web.following import FOLLOW_UPS
from app.web.reasons import REASONS
from dialogs.engine.cadences import BY_CALL, CONFIRM, Step, without_calls

blueprint = Blueprint("timetable", __name__, template_folder="templates")

SHOWN = 200
AHEAD = timedelta(hours=24)
LISTS = {"front_desk": "the front desk", "nurses": "the nurses"}
CONFIRMING = "confirm the visit"


@dataclass(frozen=True)
class Line:
    """One step for one patient: when, what it is about, and what became of it or why it is held."""

    at: datetime
    patient: Patient
    matter: str
    why: str
    follow_up_id: int | None
    purpose: str = ""  # of a text that is to come; empty where none is


@blueprint.get("/outreach")
@allows(*READS)
def today() -> ResponseReturnValue:
    """Held, asked, given to people, failed, and due within a day; whom the list showed is recorded."""
    since = start_of(clock.now().astimezone(web_page.zone()).date(), web_page.zone().key)
    with sealing.gaps_shown(), db.transaction("timetable.today") as session:
        groups = {
            "held": list(_decided(session, "waiting", None)),
            "asked": list(_decided(session, "begun", since)),
            "given": list(_decided(session, "task", since)),
            "coming": _coming(session),
        }
        failed = list(with_people.not_arrived(session, since))
        shown = [line.patient.id for lines in groups.values() for line in lines]
        shown += [each.patient.id for each in failed if each.patient is not None]
        people.looked_at_list(session, me().staff_id, shown)
        dark, waits = leaks.dark(session), with_people.waiting(session, me().role)
    return render_template(
        "outreach/today.html", **groups, dark=dark, failed=failed, waits=waits, owners=OWNERS,
    )  # fmt: skip


def _decided(session: Session, state: str, since: datetime | None) -> Iterator[Line]:
    """Steps in a state, the newest first; those that are held only while what they are about still waits."""
    query = select(OutreachStep).where(OutreachStep.state == state)
    if since is not None:
        query = query.where(OutreachStep.decided_at >= since)
    steps = session.scalars(query.order_by(OutreachStep.decided_at.desc(), OutreachStep.id.desc()).limit(SHOWN)).all()
    talks = _by_id(session, Conversation, [step.conversation_id for step in steps])
    others = _asked_together(session, talks)
    for step in steps:
        about = _about(session, step)
        if about is not None and (since is not None or about[2]):
            line = Line(
                step.decided_at, about[0], about[1], _became(step, talks.get(step.conversation_id or 0)),
                step.follow_up_id,
            )  # fmt: skip
            yield line
            for other in others.get(step.conversation_id or 0, {}).values():
                if other.id != about[0].id:
                    yield replace(line, patient=other)


def _asked_together(session: Session, talks: Collection[int]) -> dict[int, dict[int, Patient]]:
    """By talk whom it asks about their visits on a phone that they share."""
    query = select(ConversationVisit.conversation_id, Patient).join(Appointment, Appointment.patient_id == Patient.id)
    seats = query.join(ConversationVisit, ConversationVisit.appointment_id == Appointment.id).where(
        ConversationVisit.conversation_id.in_(talks)
    )
    found: dict[int, dict[int, Patient]] = {}
    for talk_id, patient in session.execute(seats.order_by(ConversationVisit.id)) if talks else ():
        found.setdefault(talk_id, {})[patient.id] = patient
    return found


def _about(session: Session, step: OutreachStep) -> tuple[Patient, str, bool] | None:
    """Whose step it is, what it is about, and whether that still waits as it was."""
    if step.follow_up_id is not None:
        row = session.get_one(FollowUp, step.follow_up_id)
        still = row.is_open and step.key.startswith(f"follow_up:{row.id}:v{row.version}:")
        return session.get_one(Patient, row.patient_id), FOLLOW_UPS[row.kind], still
    if step.appointment_id is None:
        return None
    visit = session.get_one(Appointment, step.appointment_id)
    still = visit.state == "booked" and visit.confirmed_at is None and visit.starts_at > clock.now()
    still = still and step.key.startswith(visit_cadence.key_of(visit.id, visit.version, ""))
    return session.get_one(Patient, visit.patient_id), CONFIRMING, still


def _became(step: OutreachStep, talk: Conversation | None) -> str:
    if step.state != "begun":
        return REASONS.get(step.reason, "see the record")
    if talk is None or talk.state == "live":
        return "waits for an answer" if talk is not None else "asked"
    return ENDINGS.get(talk.ended_as or "", "over")


def _coming(session: Session) -> list[Line]:
    """What falls due within a day; of what will not go as things stand, why not."""
    lines = sorted((*_visits_ahead(session), *_follow_ups_ahead(session)), key=lambda line: line.at)[:SHOWN]
    patients = {line.patient.id: line.patient for line in lines}
    never = against.of_each(list(patients.values()), against.points_of(session, patients.keys()))
    stopped = pauses.standing(session)
    return [replace(line, why=_stands_against(line, never, stopped) or line.why) for line in lines]


def _stands_against(line: Line, never: Mapping[int, str], stopped: frozenset[str]) -> str | None:
    if not line.purpose:
        return None
    if line.patient.id in never:
        return f"no text: {WHY.get(never[line.patient.id], 'see the record')}"
    why = pauses.stops(stopped, line.purpose)
    return f"held: {REASONS[why]}" if why is not None else None


def _visits_ahead(session: Session) -> Iterator[Line]:
    """Questions about visits whose time comes within a day."""
    now, cadences_now = clock.now(), versions.in_force(session).cadences
    horizon = now + AHEAD - min(steps[0].at for steps in cadences_now.ladders[CONFIRM].values())
    agreed = ringable.agreed(Appointment.patient_id)
    query = select(Appointment, Patient, agreed).join(Patient, Patient.id == Appointment.patient_id).where(
        Appointment.state == "booked", Appointment.confirmed_at.is_(None), Appointment.starts_at > now,
        Appointment.starts_at <= horizon,
    )  # fmt: skip
    for visit, patient, rings in session.execute(query.order_by(Appointment.starts_at).limit(5 * SHOWN)):
        ladder = cadences_now.of(CONFIRM, visit.visit_type)
        for step in ladder if rings else without_calls(ladder):
            if now < visit.starts_at + step.at <= now + AHEAD:
                kind = _kind(step, patient if rings else None)
                purpose = pauses.REMINDERS if step.says is not None else ""
                yield Line(visit.starts_at + step.at, patient, CONFIRMING, kind, None, purpose)


def _follow_ups_ahead(session: Session) -> Iterator[Line]:
    now = clock.now()
    agreed = ringable.agreed(FollowUp.patient_id)
    query = select(FollowUp, Patient, agreed).join(Patient, Patient.id == FollowUp.patient_id).where(
        FollowUp.disposition == OPEN[0], FollowUp.look_at <= now + AHEAD
    )  # fmt: skip
    for row, patient, rings in session.execute(query.order_by(FollowUp.look_at, FollowUp.id).limit(SHOWN)):
        for due in pursuit.ladder(session, row):
            if now < due.at <= now + AHEAD:
                kind = _kind(due.step, patient if rings else None, row.owner)
                purpose = pauses.of_kind(row.kind) if due.step.says is not None else ""
                yield Line(due.at, patient, FOLLOW_UPS[row.kind], kind, row.id, purpose)


def _kind(step: Step, rung: Patient | None, owner: str | None = None) -> str:
    """rung: the patient, where our system may call her."""
    if step.by == BY_CALL or (step.says is not None and rung is not None and rung.channel == ringable.VOICE):
        return "called by our system"
    return "asked by text" if step.says is not None else f"given to {LISTS[owner or step.gives_to or 'front_desk']}"


def _by_id(session: Session, table: type[Conversation], ids: Sequence[int | None]) -> dict[int, Conversation]:
    wanted = {each for each in ids if each is not None}
    return {row.id: row for row in session.scalars(select(table).where(table.id.in_(wanted)))} if wanted else {}
