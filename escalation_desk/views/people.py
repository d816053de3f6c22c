"""Who is behind the numbers of some items, and who has them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import numbers
from app.messaging import consent
from app.models.cover import StaffPhone
from app.models.patients import ContactPoint, Patient, PatientContactPoint
from app.models.staff import Staff
from app.sealing import Gap
from escalation_desk.models import DeskItem

UNKNOWN = "Unknown number"


@dataclass(frozen=True, slots=True)
class Caller:
    """A number and the patients behind it; without a number the patient it is about, or nobody: the practice."""

    spoken: str
    patients: tuple[Patient, ...]
    texts_stopped: bool = False
    why_no_texts: str | None = None
    nobody: str = UNKNOWN
    ended_by_us: bool = False

    @property
    def names(self) -> str:
        return " or ".join(patient.name for patient in self.patients) or self.nobody

    @property
    def shared(self) -> bool:
        return len(self.patients) > 1

    @property
    def household(self) -> tuple[tuple[int, str], ...]:
        """Who may have written, by id and name."""
        return tuple((patient.id, patient.name) for patient in self.patients)

    @property
    def number_lost(self) -> bool:
        return self.why_no_texts == UNREADABLE

    def how_to_reach(self, *, cannot_be_texted: bool) -> str:
        """One sentence of how, with whom of several; nothing when all may be reached as always."""
        dead = [patient.first_name for patient in self.patients if patient.deceased_on is not None]
        if dead:
            return "The patient has died" if len(dead) == len(self.patients) else f"{' and '.join(dead)} has died"
        silent = [patient.first_name for patient in self.patients if patient.do_not_contact]
        if not silent:
            return "Cannot be texted: call" if cannot_be_texted else ""
        whom = "" if len(silent) == len(self.patients) else f" {' and '.join(silent)}"
        by = ", and by a call: no texts arrive" if cannot_be_texted else ""
        return f"Do not contact{whom}: only answer{by}"

    @property
    def cannot_be_texted(self) -> bool:
        return self.texts_stopped or self.why_no_texts is not None


UNREADABLE = "unreadable"
"""Why a number that cannot be unsealed gets no text."""

PRACTICE = Caller("no number", (), nobody="The practice")
"""Behind a task about no person, such as a kept text that nobody can read."""


def callers(session: Session, items: Iterable[DeskItem]) -> dict[int, Caller]:
    """Who is behind each item, by its id, in three looks."""
    waiting = list(items)
    by_number = _of_numbers(session, {item.contact_point_id for item in waiting if item.contact_point_id})
    alone = {item.patient_id for item in waiting if item.contact_point_id is None}
    by_patient = {
        one.id: Caller("no number", (one,), why_no_texts="no_number")
        for one in (session.scalars(select(Patient).where(Patient.id.in_(alone))) if alone else ())
    }
    return {
        item.id: by_number[item.contact_point_id] if item.contact_point_id
        else by_patient.get(item.patient_id or 0, PRACTICE)
        for item in waiting
    }  # fmt: skip


def _of_numbers(session: Session, ids: set[int]) -> dict[int, Caller]:
    behind: dict[int, list[Patient]] = defaultdict(list)
    joined = select(PatientContactPoint.contact_point_id, Patient).join(Patient)
    attached = joined.where(PatientContactPoint.contact_point_id.in_(ids)).order_by(Patient.id)
    for contact_point_id, patient in session.execute(attached):
        behind[contact_point_id].append(patient)
    points = session.scalars(select(ContactPoint).where(ContactPoint.id.in_(ids))).all()
    judged = consent.ended_by_judgement(session, [point.id for point in points if point.opted_out_at is not None])
    ours = _colleagues(session, [point.id for point in points if not behind[point.id]])
    return {
        point.id: _caller(
            point, tuple(behind[point.id]), ended_by_us=point.id in judged, nobody=ours.get(point.id, UNKNOWN)
        )
        for point in points
    }  # fmt: skip


def _colleagues(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Numbers on which staff are paged, and whose they are."""
    if not ids:
        return {}
    query = select(StaffPhone.contact_point_id, Staff.name).join(Staff, Staff.id == StaffPhone.staff_id)
    found = session.execute(query.where(StaffPhone.contact_point_id.in_(ids)))
    return {row.contact_point_id: f"{row.name}, of the staff" for row in found}


def _caller(point: ContactPoint, patients: tuple[Patient, ...], *, ended_by_us: bool, nobody: str) -> Caller:
    unreadable = isinstance(point.number, Gap)
    spoken = point.number if unreadable else numbers.spoken(point.number)
    return Caller(
        spoken, patients, point.opted_out_at is not None, UNREADABLE if unreadable else point.cannot_text,
        nobody=nobody, ended_by_us=ended_by_us,
    )  # fmt: skip


def owners(session: Session, items: Iterable[DeskItem]) -> dict[int, str]:
    """Names of those who have these items."""
    ids = {item.owner_id for item in items if item.owner_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}


def named(session: Session, staff_ids: Iterable[int]) -> tuple[str, ...]:
    """These colleagues, by name; no look when there are none."""
    ids = set(staff_ids)
    query = select(Staff.name).where(Staff.id.in_(ids)).order_by(Staff.name)
    return tuple(session.scalars(query)) if ids else ()


def handed(session: Session, items: Iterable[DeskItem]) -> dict[int, str]:
    """Names of those who gave items to somebody who has not taken them yet, by the item."""
    given = {item.id: item.handed_by_id for item in items if item.handed_by_id is not None}
    if not given:
        return {}
    query = select(Staff.id, Staff.name).where(Staff.id.in_(set(given.values())))
    names = {row.id: row.name for row in session.execute(query)}
    return {item_id: names[staff_id] for item_id, staff_id in given.items()}


def holder(item: DeskItem, now: datetime) -> int | None:
    """Who has the item now: a lease that is over holds nothing, even before the sweeper has come by."""
    if item.state != "claimed" or item.lease_until is None or item.lease_until <= now:
        return None
    return item.owner_id
