"""A list to print while all is well, to call from when nothing answers: who waits, and whose visits are today and
tomorrow, with the numbers. Whoever is on it was looked at, and that is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points, db, numbers, people, sealing
from app.models.appointments import Appointment
from app.models.patients import ContactPoint, Patient
from app.models.practice import Location, Provider
from app.sealing import Gap
from app.web import page as web_page
from app.web import times
from app.web.access import allows, me
from escalation_desk import items
from escalation_desk.views import looking, who
from escalation_desk.views.rows import SHOWN, rows

call_list = Blueprint("call_list", __name__, url_prefix="/desk/call-list", template_folder="../templates")

TITLES: dict[items.ListName, str] = {"nurses": "Before the nurses", "front_desk": "Before the front desk"}
MOST_VISITS = 500


@dataclass(frozen=True)
class Visit:
    """One visit that somebody may have to be called about."""

    when: str
    patient: Patient
    number: str
    provider: str
    location: str
    confirmed: bool


@call_list.get("")
@allows(*who.WHO_ACTS)
def show() -> ResponseReturnValue:
    """As of now; it does not change by itself, since it is meant for paper."""
    now = clock.now()
    there = now.astimezone(web_page.zone())
    until = datetime.combine(there.date() + timedelta(days=2), time(0), tzinfo=there.tzinfo)
    with sealing.gaps_shown(), db.reading("call_list.read") as session:
        lists = {name: rows(session, name, me().staff_id) for name in TITLES if who.may_see(me().role, name)}
        visits = _visits(session, now - timedelta(hours=1), until)
    for name, found in lists.items():
        looking.note(me().staff_id, name, [row.item_id for row in found])
    with db.transaction("call_list.looked") as session:
        people.looked_at_list(session, me().staff_id, [visit.patient.id for visit in visits])
    return render_template(
        "desk/call_list.html", lists=lists, visits=visits, titles=TITLES, as_of=times.local(now, web_page.zone().key),
        shown=SHOWN,
    )  # fmt: skip


def _visits(session: Session, since: datetime, until: datetime) -> Sequence[Visit]:
    query = (
        select(Appointment, Patient, Provider.name, Location.name, Location.time_zone)
        .join(Patient, Patient.id == Appointment.patient_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.state == "booked", Appointment.starts_at >= since, Appointment.starts_at < until)
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_VISITS)
    )
    found = session.execute(query).all()
    first = contact_points.firsts_of(session, {patient.id for _, patient, *_ in found})
    points = session.scalars(select(ContactPoint).where(ContactPoint.id.in_(first.values())))
    spoken = {each.id: each.number if isinstance(each.number, Gap) else numbers.spoken(each.number) for each in points}
    return [
        Visit(times.local(visit.starts_at, zone), patient, spoken.get(first.get(patient.id, 0), "no number"), provider,
              location, visit.confirmed_at is not None)
        for visit, patient, provider, location, zone in found
    ]  # fmt: skip
