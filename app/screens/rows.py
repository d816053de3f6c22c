"""Fetching a row by the id of an address: a foreign, impossible or missing one gets the same answer (H75)."""

from typing import TypeVar

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import Base
from app.models.patients import Patient, PatientContactPoint
from app.web.forms import LARGEST_ID

Row = TypeVar("Row", bound=Base)


def known(session: Session, table: type[Row], row_id: int) -> Row:
    """The row, or 404."""
    row = session.get(table, row_id) if 0 < row_id <= LARGEST_ID else None
    if row is None:
        abort(404)
    return row


def others_behind(session: Session, patient_id: int, contact_point_ids: list[int]) -> dict[int, list[Patient]]:
    """For each contact point the other patients it reaches."""
    found: dict[int, list[Patient]] = {each: [] for each in contact_point_ids}
    query = select(PatientContactPoint.contact_point_id, Patient).join(Patient)
    mine = PatientContactPoint.contact_point_id.in_(contact_point_ids)
    for point_id, patient in session.execute(query.where(mine, Patient.id != patient_id).order_by(Patient.id)):
        found[point_id].append(patient)
    return found
