"""Who of those behind a shared number wrote a text: a person says so, and can say it anew (H25)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import contact_points, timeline
from app.models.conversations import Exchange
from app.models.patients import Patient
from app.models.records import Entry
from app.models.staff import Staff

TOLD = "speaker_told"


class NotBehindTheNumber(ValueError):
    """Somebody was named whom the number does not reach; the message is a sentence."""


@dataclass(frozen=True)
class Speaker:
    """Who wrote a text, and who of the staff said so."""

    patient_id: int
    name: str
    said_by: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def told(self) -> str:
        """`Sam Okoye wrote this, as Nora said`."""
        return f"{self.name} wrote this, as {self.said_by} said"


def tell(session: Session, exchange: Exchange, patient_id: int | None, staff_id: int) -> bool:
    """Append to the number's stream, and to those of the patient named and the one named before, that this patient
    wrote the text; None: nobody knows after all. False when that was said last already. Raises NotBehindTheNumber."""
    contact_points.hold(session, exchange.contact_point_id)
    behind = contact_points.ids_behind(session, exchange.contact_point_id)
    if patient_id is not None and patient_id not in behind:
        raise NotBehindTheNumber("This number does not reach that patient. Please look who it reaches now.")
    was = _named(session, {exchange.contact_point_id}).get(exchange.id, (None, ""))[0]
    if was == patient_id:
        return False
    streams = [timeline.of_number(exchange.contact_point_id)]
    streams += [timeline.of_patient(each) for each in (was, patient_id) if each is not None]
    for stream in streams:
        timeline.append(
            session, stream, TOLD, timeline.by_staff(staff_id), exchange=exchange.id, patient=patient_id, was=was,
            contact_point=exchange.contact_point_id, wrote_at=exchange.received_at.isoformat(),
        )  # fmt: skip
    return True


def of_numbers(session: Session, contact_point_ids: Collection[int]) -> dict[int, Speaker]:
    """Whom the last word about each text of these numbers names, by the exchange's id."""
    named = {text: said for text, said in _named(session, contact_point_ids).items() if said[0] is not None}
    if not named:
        return {}
    people = select(Patient.id, Patient.name).where(Patient.id.in_({patient for patient, _ in named.values()}))
    names = dict(session.execute(people).all())
    staff = {timeline.by_staff(row.id): row.name for row in session.execute(select(Staff.id, Staff.name))}
    return {
        text: Speaker(patient, names[patient], staff.get(actor, "a colleague"))
        for text, (patient, actor) in named.items()
        if patient is not None
    }


def _named(session: Session, contact_point_ids: Collection[int]) -> dict[int, tuple[int | None, str]]:
    streams = [timeline.of_number(each) for each in contact_point_ids]
    said = select(Entry.actor, Entry.details).where(Entry.stream.in_(streams), Entry.kind == TOLD)
    return {
        int(details["exchange"]): (details["patient"], actor)
        for actor, details in session.execute(said.order_by(Entry.stream, Entry.position))
    }
