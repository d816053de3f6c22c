"""The days ahead, and adding, moving and cancelling an appointment."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, people, sealing, timeline
from app.models.appointments import SIDES, Appointment
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.outreach import happened, loops, untold
from app.scheduling import booking
from app.screens import next_asks, snow_shown, visits
from app.screens.booking import Wanted, as_typed, ask_what_stands_against, wanted
from app.screens.done import to_patient
from app.screens.forms import Typed, typed
from app.screens.local_times import days_from, spoken, start_of
from app.screens.merging import Part, merged, opened_with
from app.screens.roles import CHANGES, READS
from app.screens.rows import known
from app.screens.visits import Shown
from app.web import forms
from app.web import page as web_page
from app.web.access import allows, me
from app.web.names import names_in
from app.web.sentences import describe
from app.web.times import local

blueprint = Blueprint("appointments", __name__, template_folder="templates")

DAYS = 7
WHEN: Part = ("day", "at", "which")
PARTS: tuple[Part, ...] = (WHEN, ("provider",), ("location",))
FIELDS = ("day", "at", "which", "provider", "location", "odd", "twice", "visit_type")
KINDS = {"routine": "Routine", "chronic": "Regular, for a long illness", "acute": "Acute", "procedure": "Procedure"}


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("/appointments")
@allows(*READS)
def upcoming() -> ResponseReturnValue:
    """A week of appointments by day, from today or from the day asked for."""
    zone = web_page.zone().key
    today = clock.now().astimezone(web_page.zone()).date()
    first = _asked_day() or today
    days = days_from(first, DAYS)
    with sealing.gaps_shown(), db.transaction("appointments.upcoming") as session:
        found = visits.between(session, start_of(first, zone), start_of(first + timedelta(days=DAYS), zone))
        asked = next_asks.of_each(session, found)
        off = snow_shown.days_off(session, days[0], days[-1])
        people.looked_at_list(session, me().staff_id, [each.patient.id for each in found])
    by_day = {day: list(each) for day, each in groupby(found, _practice_day)}
    return render_template(
        "appointments/upcoming.html", days=[(day, by_day.get(day, [])) for day in days], today=today,
        before=first - timedelta(days=DAYS), after=first + timedelta(days=DAYS), may_change=me().role in CHANGES,
        asks=asked, sees_nurses=me().role != "front_desk", counted=visits.counted, off=off,
    )  # fmt: skip


@blueprint.get("/patients/<int:patient_id>/appointments/new")
@allows(*CHANGES)
def new(patient_id: int) -> ResponseReturnValue:
    """The empty form."""
    with db.reading("appointments.new") as session:
        patient = known(session, Patient, patient_id)
        return _new_page(session, patient, Typed({}))


@blueprint.post("/patients/<int:patient_id>/appointments/new")
@allows(*CHANGES)
def book(patient_id: int) -> ResponseReturnValue:
    """Enter an appointment that was agreed; the patient's row is locked, so that a double click books once."""
    form = typed(*FIELDS)
    with db.transaction("appointments.book") as session:
        patient = known(session, Patient, patient_id)
        loops.hold(session, patient_id)
        session.execute(select(Patient.id).where(Patient.id == patient_id).with_for_update())
        chosen = wanted(session, form)
        if chosen is not None and _may_be_booked(session, patient, chosen, form):
            booking.book(
                session,
                patient_id,
                chosen.provider_id,
                chosen.location_id,
                chosen.starts_at,
                me().staff_id,
                visit_type=chosen.visit_type,
            )
            happened.booked(session, patient_id)
            return to_patient(patient_id, "booked")
        return _new_page(session, patient, form), 422


@blueprint.get("/appointments/<int:appointment_id>")
@allows(*CHANGES)
def change_form(appointment_id: int) -> ResponseReturnValue:
    """The form to move or cancel an appointment, as it stands now."""
    with db.transaction("appointments.looked") as session:
        shown = _one(session, appointment_id)
        timeline.looked(session, me().staff_id, "patient", shown.patient.id)
        return _change_page(session, shown, as_typed(shown), [])


@blueprint.post("/appointments/<int:appointment_id>")
@allows(*CHANGES)
def move(appointment_id: int) -> ResponseReturnValue:
    """Give the appointment another time, place or clinician."""
    form, was, version = typed(*FIELDS), opened_with(FIELDS), forms.row_id("version")
    with db.transaction("appointments.move") as session:
        shown = _one(session, appointment_id)
        chosen = wanted(session, form)
        if chosen is None or not ask_what_stands_against(session, form, chosen, shown.patient.id, appointment_id):
            return _change_page(session, shown, form, [], (was, version)), 422
        if shown.appointment.version != version or not untold.move(
            session, appointment_id, version, chosen.starts_at, chosen.provider_id, chosen.location_id,
            me().staff_id,
        ):  # fmt: skip
            return _conflict(session, appointment_id, form, was)
    return to_patient(shown.patient.id, "moved")


@blueprint.post("/appointments/<int:appointment_id>/cancel")
@allows(*CHANGES)
def cancel(appointment_id: int) -> ResponseReturnValue:
    """Cancel the appointment that the form showed."""
    version, whose = forms.row_id("version"), forms.one_of("whose", SIDES)
    with db.transaction("appointments.cancel") as session:
        shown = _one(session, appointment_id)
        if not untold.cancel(session, appointment_id, version, me().staff_id, whose):
            return _conflict(session, appointment_id, as_typed(shown), as_typed(shown))
    return to_patient(shown.patient.id, "cancelled")


@blueprint.post("/appointments/<int:appointment_id>/confirm")
@allows(*CHANGES)
def confirm(appointment_id: int) -> ResponseReturnValue:
    """The patient said so by telephone, or in words that no question waited for."""
    version = forms.row_id("version")
    with db.transaction("appointments.confirm") as session:
        shown = _one(session, appointment_id)
        if not booking.confirm(session, appointment_id, version, timeline.by_staff(me().staff_id)):
            return _conflict(session, appointment_id, as_typed(shown), as_typed(shown))
    return to_patient(shown.patient.id, "confirmed")


@blueprint.get("/appointments/<int:appointment_id>/cancel")
@blueprint.get("/appointments/<int:appointment_id>/confirm")
@allows(*CHANGES)
def back_to_form(appointment_id: int) -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to it."""
    return redirect(url_for("appointments.change_form", appointment_id=appointment_id), 303)


def _asked_day() -> date | None:
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return None
    return asked if 2000 <= asked.year <= 2100 else None


def _practice_day(shown: Shown) -> date:
    return shown.appointment.starts_at.astimezone(web_page.zone()).date()


def _one(session: Session, appointment_id: int) -> Shown:
    """404 for one that is not there, whatever its id looks like."""
    shown = visits.one(session, known(session, Appointment, appointment_id).id)
    return shown if shown is not None else abort(404)


def _may_be_booked(session: Session, patient: Patient, chosen: Wanted, form: Typed) -> bool:
    if patient.deceased_on is not None:
        form.problems["day"] = "This patient is recorded as deceased, so nothing is booked."
        return False
    same = select(Appointment.id).where(
        Appointment.patient_id == patient.id, Appointment.starts_at == chosen.starts_at,
        Appointment.provider_id == chosen.provider_id, Appointment.state == "booked",
    )  # fmt: skip
    if session.scalar(same.limit(1)) is not None:
        form.problems["at"] = "The patient has an appointment at this time already."
        return False
    return ask_what_stands_against(session, form, chosen, patient.id)


def _new_page(session: Session, patient: Patient, form: Typed) -> str:
    return render_template("appointments/new.html", patient=patient, form=form, kinds=KINDS, **_choices(session))


def _change_page(
    session: Session, shown: Shown, form: Typed, changed: list[str], opened: tuple[Typed, int] | None = None
) -> str:
    """`opened`: how the fields stood, and at which version, when a form was opened that was not saved."""
    was, version = opened or (as_typed(shown), shown.appointment.version)
    return render_template(
        "appointments/change.html", shown=shown, form=form, changed=changed, was=was, version=version,
        believed=untold.believed(session, shown.appointment), chosen=spoken(form["day"], form["at"]),
        **_choices(session),
    )  # fmt: skip


def _choices(session: Session) -> dict[str, Any]:
    return {
        "providers": {str(each.id): each.name for each in session.scalars(select(Provider).order_by(Provider.id))},
        "locations": {str(each.id): each.name for each in session.scalars(select(Location).order_by(Location.id))},
        "today": clock.now().astimezone(web_page.zone()).date().isoformat(),
    }


def _conflict(session: Session, appointment_id: int, form: Typed, was: Typed) -> ResponseReturnValue:
    """Somebody was faster: what happened, and the form as it stands now, with what she changed; what both changed is
    said."""
    session.expire_all()
    shown = _one(session, appointment_id)
    happenings = timeline.read(session, [timeline.of_patient(shown.patient.id)])
    newest = [each for each in happenings if each.details.get("appointment") == appointment_id][-1:]
    names = names_in(session, newest)
    names |= {"patient": shown.patient.first_name}
    changed = [f"{describe(each, names)}, {local(each.at, names['zone'])}." for each in newest]
    now = as_typed(shown)
    mine = merged(form, was, now, PARTS)
    if all(mine.form[name] == form[name] for name in WHEN):
        mine.form.values["odd"] = form["odd"]  # what she was asked about belongs to the time she chose
    changed += [_both(session, part, now, form) for part in mine.both]
    return _change_page(session, shown, mine.form, changed), 409


def _both(session: Session, part: Part, now: Typed, form: Typed) -> str:
    if part == WHEN:
        return f"It is now {spoken(now['day'], now['at'])}; you have {spoken(form['day'], form['at'])}."
    (name,) = part
    names = _choices(session)["providers" if name == "provider" else "locations"]
    label = {"provider": "With", "location": "Where"}[name]
    return f"{label} is now {names.get(now[name], '')}; you have {names.get(form[name], '')}."
