"""Why nothing of ours will ever ask a patient: no number, none that takes texts or calls, no wish for any."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import settings
from app.models.patients import ContactPoint, Patient, PatientContactPoint


def points_of(session: Session, patients: Collection[int]) -> dict[int, list[Any]]:
    """The numbers of each patient, the one to try first in front, and what may go there."""
    query = (
        select(
            PatientContactPoint.patient_id, ContactPoint.opted_out_at, ContactPoint.cannot_text,
            ContactPoint.calls_agreed_at, ContactPoint.number,
        )
        .join(ContactPoint, ContactPoint.id == PatientContactPoint.contact_point_id)
        .where(PatientContactPoint.patient_id.in_(patients))
        .order_by(PatientContactPoint.position, PatientContactPoint.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.patient_id].append(row)
    return found


def of_each(patients: Collection[Patient], points: Mapping[int, list[Any]]) -> dict[int, str]:
    """Why nothing of ours will ask a patient, whenever it is. A landline that agreed to calls can be rung."""
    found: dict[int, str] = {}
    for each in patients:
        first = next(iter(points.get(each.id, ())), None)
        if each.do_not_contact or each.deceased_on is not None:
            found[each.id] = "do_not_contact"
        elif first is None:
            found[each.id] = "no_number"
        elif first.opted_out_at is not None:
            found[each.id] = "opted_out"
        elif first.cannot_text is not None and first.calls_agreed_at is None:
            found[each.id] = "cannot_text"
        elif isinstance(first.number, str) and not settings.current().reaches(first.number):
            found[each.id] = "abroad"
    return found
