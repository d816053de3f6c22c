"""The form with which staff put a patient on the waitlist."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.scheduling import waitlist
from app.scheduling.wishes import DAYS, PARTS, Wishes
from app.screens.choices import choices, chosen, kind, kinds, number
from app.screens.forms import Typed, a_date, typed
from app.screens.roles import CHANGES
from app.screens.rows import known
from app.web import page as web_page
from app.web.access import allows, me
from app.web.times import local

blueprint = Blueprint("wishing", __name__, template_folder="templates")

WISHES = ("instead_of", "provider", "location", "visit_kind", "earliest", "latest", "notice", "said", *DAYS, *PARTS)
LONGEST_SAID = 300


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("/patients/<int:patient_id>/waitlist")
@allows(*CHANGES)
def wish(patient_id: int) -> ResponseReturnValue:
    """The empty form for a patient who is to wait."""
    with db.reading("waitlist.wish") as session:
        return _wish_page(session, known(session, Patient, patient_id), Typed({"notice": "2"}))


@blueprint.post("/patients/<int:patient_id>/waitlist")
@allows(*CHANGES)
def ask(patient_id: int) -> ResponseReturnValue:
    """Put her on the waitlist; a double click puts her there once, since her row is locked."""
    form = typed(*WISHES)
    with db.transaction("waitlist.ask") as session:
        patient = known(session, Patient, patient_id)
        session.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update())
        details = _wished(session, patient, form)
        if form.problems:
            return _wish_page(session, patient, form), 422
        waitlist.ask(session, patient_id, _wishes(form), "staff", timeline.by_staff(me().staff_id), **details)
    return redirect(url_for("waitlist.listed", done="asked"), 303)


def _wishes(form: Typed) -> Wishes:
    return Wishes(
        frozenset(day for day in DAYS if form[day]), frozenset(part for part in PARTS if form[part]),
        a_date(form, "earliest", "") if form["earliest"] else None,
        a_date(form, "latest", "") if form["latest"] else None,
    )  # fmt: skip


def _wished(session: Session, patient: Patient, form: Typed) -> dict[str, Any]:
    """What else she wishes; what is wrong with it stands in `form.problems`."""
    if patient.deceased_on is not None:
        form.problems["said"] = "This patient is recorded as deceased, so nothing is sought."
    _check_dates(form)
    meant = kind(form)
    if meant is not None and meant not in kinds(session):
        form.problems["visit_kind"] = "No time of this kind was ever put up. Please choose one from the list."
    if len(form["said"]) > LONGEST_SAID:
        form.problems["said"] = f"The note has {len(form['said'])} characters; {LONGEST_SAID} fit. Please shorten it."
    return {
        "appointment": _instead_of(session, patient, form), "said": form["said"].strip() or None, "visit_kind": meant,
        "provider_id": chosen(session, Provider, form, "provider"),
        "location_id": chosen(session, Location, form, "location"),
        "notice_hours": number(form, "notice", 0, 336, "Please say how many hours’ notice is needed, from 0 to 336."),
    }  # fmt: skip


def _check_dates(form: Typed) -> None:
    ask = "This is not a date. Please write it as year-month-day, such as 2027-03-02."
    found = [a_date(form, name, ask) for name in ("earliest", "latest") if form[name].strip()]
    if len(found) == 2 and None not in found and found[0] > found[1]:  # type: ignore[operator]
        form.problems["latest"] = "The latest day lies before the earliest. Please check both."
    if form["latest"] and found and found[-1] is not None and found[-1] < clock.now().date():
        form.problems["latest"] = "This day is over. Please choose a later one."


def _instead_of(session: Session, patient: Patient, form: Typed) -> Appointment | None:
    """The visit that she would give up; none when she has none, or keeps it."""
    if not form["instead_of"]:
        return None
    found = next((each for each in coming(session, patient.id) if str(each.id) == form["instead_of"]), None)
    if found is None:
        form.problems["instead_of"] = "This visit does not stand any more. Please choose again."
    return found


def coming(session: Session, patient_id: int) -> list[Appointment]:
    """Her visits that lie ahead."""
    query = select(Appointment).where(
        Appointment.patient_id == patient_id, Appointment.state == "booked", Appointment.starts_at > clock.now()
    )
    return list(session.scalars(query.order_by(Appointment.starts_at)))


def _wish_page(session: Session, patient: Patient, form: Typed) -> str:
    zones = {row.id: row.time_zone for row in session.execute(select(Location.id, Location.time_zone))}
    visits = {str(each.id): local(each.starts_at, zones[each.location_id]) for each in coming(session, patient.id)}
    return render_template("waitlist/wish.html", form=form, patient=patient, visits=visits, **choices(session))
