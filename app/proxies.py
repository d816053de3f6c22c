"""People who may speak for a patient: noted, shown to whoever calls, and ended; each in her record (H31)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, db, numbers, timeline
from app.models.patients import Patient
from app.models.proxies import Proxy

HEARS = {"visits": "when and where visits are", "everything": "all that the patient may hear"}


@dataclass(frozen=True, kw_only=True)
class Details:
    """Who it is. number: E.164, or None; may_hear: a key of HEARS."""

    name: str
    relation: str
    number: str | None
    may_hear: str


def add(session: Session, patient_id: int, details: Details, staff_id: int) -> int:
    """Note that somebody may speak for her; the same person noted again stays one. Returns the id."""
    session.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update(key_share=True))
    for each in of_patients(session, [patient_id]).get(patient_id, ()):
        if Details(name=each.name, relation=each.relation, number=each.number, may_hear=each.may_hear) == details:
            return each.id
    row = Proxy(patient_id=patient_id, **details.__dict__, noted_by=staff_id, noted_at=clock.now())
    session.add(row)
    session.flush()
    words = ", ".join(filter(None, (details.name, details.relation, numbers.spoken(details.number or ""))))
    timeline.append(
        session, timeline.of_patient(patient_id), "proxy_noted", timeline.by_staff(staff_id), words=words,
        proxy=row.id, may_hear=details.may_hear,
    )  # fmt: skip
    return row.id


def end(session: Session, patient_id: int, proxy_id: int, staff_id: int) -> bool:
    """Nobody speaks for her by that any more. False when it was over, or is another patient's."""
    mine = (Proxy.id == proxy_id, Proxy.patient_id == patient_id, Proxy.ended_at.is_(None))
    if not db.changed(session, update(Proxy).where(*mine).values(ended_at=clock.now())):
        return False
    name = session.scalars(select(Proxy.name).where(Proxy.id == proxy_id)).one()
    timeline.append(
        session, timeline.of_patient(patient_id), "proxy_ended", timeline.by_staff(staff_id), words=name, proxy=proxy_id
    )
    return True


def of_patients(session: Session, patient_ids: Collection[int]) -> dict[int, list[Proxy]]:
    """Who may speak for each of these now, in the order in which they were noted."""
    query = select(Proxy).where(Proxy.patient_id.in_(patient_ids), Proxy.ended_at.is_(None)).order_by(Proxy.id)
    found: dict[int, list[Proxy]] = {}
    for each in session.scalars(query):
        found.setdefault(each.patient_id, []).append(each)
    return found
