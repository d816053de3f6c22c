"""What of today's texts did not arrive, and what waits for people, by whose it is and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.messaging.errors import Meaning, meaning
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient
from app.numbers import spoken
from app.web.reasons import REASONS
from escalation_desk.models import LISTS, DeskItem

SHOWN = 200
SAID: dict[Meaning, str] = {
    "opted_out": "the number asked for no more texts",
    "landline": "the number is a landline",
    "bad_number": "there is no such number",
    "temporary": "the telephone could not be reached",
    "blocked": "the carrier held it back",
    "configuration": "the carrier refuses our texts: ask the practice’s technician",
    "expired": "it could not be delivered while it was still true",
    "unexplained": "the carrier does not say why",
}
WORDS = "words of a patient"
NOBODY_KNOWS = "nobody knows whether it left"


@dataclass(frozen=True)
class NotArrived:
    """A text that did not arrive, or of which nobody knows it: to whom, and why."""

    at: datetime
    patient: Patient | None
    number_id: int
    number: str
    why: str


@dataclass(frozen=True)
class Waiting:
    """What waits on a list: how many items, since when the oldest, and how many for each reason, most first."""

    list: str
    many: int
    since: datetime
    reasons: Sequence[tuple[str, int]]


def not_arrived(session: Session, since: datetime) -> Iterator[NotArrived]:
    """Of the texts since then those that failed, and those of which it is not known, the newest first."""
    failed = and_(Outbound.state == "failed", Outbound.ended_at >= since)
    lost = and_(Outbound.state == "unknown", Outbound.created_at >= since)
    query = select(Outbound.state, Outbound.error_code, Outbound.created_at, ContactPoint, Patient).where(
        or_(failed, lost)
    )
    joined = query.join(ContactPoint, ContactPoint.id == Outbound.contact_point_id).outerjoin(
        Patient, Patient.id == Outbound.patient_id
    )
    for state, code, at, point, patient in session.execute(joined.order_by(Outbound.id.desc()).limit(SHOWN)):
        why = NOBODY_KNOWS if state == "unknown" else SAID[meaning(code)]
        yield NotArrived(at, patient, point.id, spoken(point.number), why)


def waiting(session: Session, role: str) -> list[Waiting]:
    """What is open on each list; why on the nurses' is for nurses and who looks after the practice."""
    each = select(
        DeskItem.list, DeskItem.opened_at, case((DeskItem.kind == "words", WORDS), else_=DeskItem.reason).label("why")
    )
    item, many = each.where(DeskItem.state != "closed").subquery().c, func.count()
    query = select(item.list, item.why, many, func.min(item.opened_at)).group_by(item.list, item.why)
    rows = session.execute(query.order_by(many.desc(), item.why)).all()
    found = []
    for name in LISTS:
        hers = [row for row in rows if row[0] == name]
        told = [] if (role, name) == ("front_desk", "nurses") else hers
        if hers:
            reasons = [(REASONS.get(why, why), count) for _, why, count, _ in told]
            found.append(Waiting(name, sum(row[2] for row in hers), min(row[3] for row in hers), reasons))
    return found
