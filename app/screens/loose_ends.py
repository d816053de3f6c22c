"""Follow-ups as the screens show them, and the leaks: what was not captured, decided or owned."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import Patient
from app.outreach import follow_ups, pursuit
from app.web import times
from app.web.dialog_words import ENDINGS
from app.web.following import DISPOSED, FOLLOW_UPS
from app.web.reasons import REASONS

SHOWN = 100
SIGNS = {"waiting": ("○", ""), "with_person": ("●", "mine"), "paused": ("▲", "care")}
OWNERS = {"front_desk": "Front desk", "nurses": "Nurses"}


@dataclass(frozen=True)
class Shown:
    """One follow-up with its patient; `note` only for those who may read it."""

    row: FollowUp
    patient: Patient
    today: date
    note: str | None

    @property
    def matter(self) -> str:
        words = FOLLOW_UPS[self.row.kind]
        return words[0].upper() + words[1:]

    @property
    def sign(self) -> tuple[str, str]:
        """Its shape and colour."""
        return SIGNS.get(self.row.disposition, ("✓", ""))

    @property
    def stands(self) -> str:
        words = DISPOSED[self.row.disposition]
        why = REASONS.get(self.row.reason or "")
        return words[0].upper() + words[1:] + (f": {why}" if why else "")

    @property
    def due(self) -> str:
        """`Tue Dec 15`."""
        return times.day(datetime.combine(self.row.due_on, time()))

    @property
    def late(self) -> bool:
        """Whether it should have happened by now."""
        return self.row.is_open and self.row.due_on < self.today

    @property
    def owner(self) -> str:
        return OWNERS[self.row.owner]


def of_patient(session: Session, patient: Patient, role: str) -> tuple[list[Shown], list[Shown]]:
    """Her open follow-ups, the soonest first, and those that are closed, the newest first."""
    rows = session.scalars(select(FollowUp).where(FollowUp.patient_id == patient.id)).all()
    found = [_shown(session, row, patient, role) for row in rows]
    still = sorted((each for each in found if each.row.is_open), key=lambda each: (each.row.due_on, each.row.id))
    return still, sorted((each for each in found if not each.row.is_open), key=lambda each: each.row.disposed_at)[::-1]


def one(session: Session, row: FollowUp, role: str) -> Shown:
    return _shown(session, row, session.get_one(Patient, row.patient_id), role)


@dataclass(frozen=True)
class Rung:
    """One step of a follow-up's ladder: when, what it does, and what became of it or stands against it."""

    at: datetime
    does: str
    became: str
    past: bool


def steps(session: Session, row: FollowUp) -> list[Rung]:
    """Why she did, or did not, get a text about it: each step with its decision and its answer."""
    kept = {
        step.key: (step, talk)
        for step, talk in session.execute(
            select(OutreachStep, Conversation)
            .outerjoin(Conversation, Conversation.id == OutreachStep.conversation_id)
            .where(OutreachStep.follow_up_id == row.id)
        )
    }
    ladder = pursuit.ladder(session, row)
    return [_rung(row, due, *kept.get(follow_ups.step_key(row, due.step.name), (None, None))) for due in ladder]


def _rung(row: FollowUp, due: pursuit.Due, step: OutreachStep | None, talk: Conversation | None) -> Rung:
    does = "A text asks" if due.step.says is not None else f"A task for the {OWNERS[row.owner].lower()}"
    if step is not None:
        why = REASONS.get(step.reason, "")
        ended = ENDINGS.get(talk.ended_as or "", "waits for an answer") if talk is not None else ""
        became = {"begun": f"asked: {ended}", "waiting": f"held back: {why}", "task": f"given to a person: {why}"}
        return Rung(due.at, does, became.get(step.state, f"not asked: {why}"), past=True)
    past = due.at <= clock.now()
    over = "left out: it was over, with a person or past by then" if past else "not needed any more"
    return Rung(due.at, does, over if past or not row.is_open else "to come, if nothing stands against it", past)


def by_kind(session: Session, role: str) -> dict[str, tuple[int, list[Shown]]]:
    """Of each kind how many are open, and those of them that are due first."""
    counted = select(FollowUp.kind, func.count()).where(FollowUp.disposition.in_(OPEN)).group_by(FollowUp.kind)
    many = dict(session.execute(counted).all())
    return {kind: (many[kind], _first(session, kind, role)) for kind in FOLLOW_UPS if kind in many}


def _first(session: Session, kind: str, role: str) -> list[Shown]:
    query = select(FollowUp, Patient).join(Patient, Patient.id == FollowUp.patient_id)
    found = query.where(FollowUp.kind == kind, FollowUp.disposition.in_(OPEN)).order_by(FollowUp.due_on, FollowUp.id)
    return [_shown(session, row, patient, role) for row, patient in session.execute(found.limit(SHOWN))]


def _shown(session: Session, row: FollowUp, patient: Patient, role: str) -> Shown:
    hidden = role == "front_desk" and row.owner == "nurses"
    return Shown(row, patient, follow_ups.today(session), None if hidden else row.note)
