"""Follow-ups as the screens show them: how each stands, and the steps of its ladder."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import OutreachStep
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.models.patients import Patient
from app.outreach import follow_ups, pursuit
from app.web import times
from app.web.dialog_words import ENDINGS
from app.web.following import DISPOSED, FOLLOW_UPS
from app.web.reasons import REASONS

SIGNS = {"waiting": ("○", ""), "with_person": ("●", "mine"), "paused": ("▲", "care")}
RESTS = {"with_person": "rests while a person has it", "paused": "rests while it is paused"}
OVER = "left out: it was closed before"
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
    found = [shown(session, row, patient, role) for row in rows]
    still = sorted((each for each in found if each.row.is_open), key=lambda each: (each.row.due_on, each.row.id))
    return still, sorted((each for each in found if not each.row.is_open), key=lambda each: each.row.disposed_at)[::-1]


def one(session: Session, row: FollowUp, role: str) -> Shown:
    return shown(session, row, session.get_one(Patient, row.patient_id), role)


@dataclass(frozen=True)
class Rung:
    """One step of a follow-up's ladder: when, what it does, and what became of it or stands against it."""

    at: datetime
    does: str
    became: str
    past: bool


def steps(session: Session, row: FollowUp) -> list[Rung]:
    """Why she did, or did not, get a text about it: each step with its decision and its answer, also what was done
    before the follow-up changed; then what its ladder still holds."""
    kept = session.execute(
        select(OutreachStep, Conversation)
        .outerjoin(Conversation, Conversation.id == OutreachStep.conversation_id)
        .where(OutreachStep.follow_up_id == row.id)
        .order_by(OutreachStep.decided_at, OutreachStep.id)
    ).all()
    ladder = {follow_ups.step_key(row, due.step.name): due for due in pursuit.ladder(session, row)}
    asks = {due.step.name for due in ladder.values() if due.step.says is not None}
    done = {_name(step) for step, _ in kept}
    earlier = [(step, talk) for step, talk in kept if step.key not in ladder]
    texted = {step.id for step, _ in earlier if step.conversation_id is not None or _name(step) in asks}
    before = [_decided(step.decided_at, _does(row, texts=step.id in texted), step, talk) for step, talk in earlier]
    now = {step.key: (step, talk) for step, talk in kept}
    return before + [
        _rung(row, due, *now.get(key, (None, None)))
        for key, due in ladder.items()
        if key in now or due.step.name not in done or (row.is_open and due.at > clock.now())
    ]


def _name(step: OutreachStep) -> str:
    return step.key.split(":", 3)[3]


def _rung(row: FollowUp, due: pursuit.Due, step: OutreachStep | None, talk: Conversation | None) -> Rung:
    does = _does(row, texts=due.step.says is not None)
    if step is not None:
        return _decided(due.at, does, step, talk)
    past = due.at <= clock.now()
    if past or not row.is_open:
        return Rung(due.at, does, "left out: it was over, with a person or past by then" if past else OVER, past)
    return Rung(due.at, does, RESTS.get(row.disposition, "to come, if nothing stands against it"), past)


def _decided(at: datetime, does: str, step: OutreachStep, talk: Conversation | None) -> Rung:
    why = REASONS.get(step.reason, "")
    ended = ENDINGS.get(talk.ended_as or "", "waits for an answer") if talk is not None else ""
    became = {"begun": f"asked: {ended}", "waiting": f"held back: {why}", "task": f"given to a person: {why}"}
    return Rung(at, does, became.get(step.state, f"not asked: {why}"), past=True)


def _does(row: FollowUp, *, texts: bool) -> str:
    return "A text asks" if texts else f"A task for the {OWNERS[row.owner].lower()}"


def shown(session: Session, row: FollowUp, patient: Patient, role: str) -> Shown:
    """As someone of this role sees it."""
    hidden = role == "front_desk" and row.owner == "nurses"
    return Shown(row, patient, follow_ups.today(session), None if hidden else row.note)
