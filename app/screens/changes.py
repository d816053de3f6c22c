"""Adding and changing a patient and her numbers: what was typed is kept, and a stale form changes nothing (H45)."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock, contact_points, db, people, sealing, timeline
from app.models.patients import Patient
from app.outreach import agreeing
from app.people import Details
from app.screens import forms as screen_forms
from app.screens.done import to_patient
from app.screens.forms import LANGUAGES, Typed, typed, zone_labels
from app.screens.merging import Part, merged, opened_with
from app.screens.patients import page
from app.screens.roles import CHANGES, REACHES
from app.screens.rows import known
from app.web import forms
from app.web import page as web_page
from app.web.access import allows, me
from app.web.names import names_in
from app.web.sentences import describe
from app.web.times import local

blueprint = Blueprint("changes", __name__, template_folder="templates")
HERE_ALREADY = "It looks as if this patient is here already. Please look before adding another."
SHARES = (
    "This number reaches somebody already. What comes from a shared number goes to a person more often. "
    "Please look before they share it."
)

FIELDS = ("name", "birth_date", "language", "time_zone", "do_not_contact")
CHANGED_BY = ("patient_changed", "language_changed", "deceased_recorded", "deceased_removed")
PARTS: tuple[Part, ...] = tuple((name,) for name in FIELDS)
LABELS = {"name": "Name", "birth_date": "Birth date", "language": "Language", "time_zone": "Time zone",
          "do_not_contact": "Do not contact"}  # fmt: skip


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("/patients/new")
@allows(*CHANGES)
def new() -> ResponseReturnValue:
    """The empty form."""
    return _new_page(Typed({"language": "en"}), [])


@blueprint.post("/patients/new")
@allows(*CHANGES)
def add() -> ResponseReturnValue:
    """Enter a patient; one who seems to be here already is shown first, so that nobody is entered twice."""
    form = typed(*FIELDS, "phone", "another", "agreed")
    details, number = screen_forms.details(form), screen_forms.phone(form, needed=False)
    if form.problems:
        return _new_page(form, []), 422
    with db.transaction("patients.add") as session:
        same = _the_same(session, details, number)
        if same and form["another"] != "yes":
            form.problems["another"] = SHARES if _strangers(same, details) else HERE_ALREADY
            people.looked_at_list(session, me().staff_id, [patient.id for patient in same])
            return _new_page(form, same), 422
        patient = people.add_patient(session, details, [number] if number else [], me().staff_id)
        _welcome(session, patient.id, contact_points.first_of(session, patient.id), form)
    return to_patient(patient.id, "added")


@blueprint.get("/patients/<int:patient_id>/change")
@allows(*REACHES)
def change_form(patient_id: int) -> ResponseReturnValue:
    """The form as the patient stands now."""
    with db.transaction("patients.looked_to_change") as session:
        patient = known(session, Patient, patient_id)
        timeline.looked(session, me().staff_id, "patient", patient_id)
    return _change_page(patient, screen_forms.of_patient(patient), [])


@blueprint.post("/patients/<int:patient_id>/change")
@allows(*REACHES)
def change(patient_id: int) -> ResponseReturnValue:
    """Save the form; a nurse's changes the language only."""
    form, was, version = typed(*FIELDS), opened_with(FIELDS), forms.row_id("version")
    with db.transaction("patients.change") as session:
        patient = known(session, Patient, patient_id)
        if me().role not in CHANGES:
            stands = screen_forms.of_patient(patient).values
            form, was = Typed({**stands, "language": form["language"]}), Typed({**stands, "language": was["language"]})
        details = screen_forms.details(form)
        saved = not form.problems and people.change_patient(session, patient_id, version, details, me().staff_id)
    if saved:
        return to_patient(patient_id, "changed")
    if form.problems:
        return _change_page(patient, form, [], (was, version)), 422
    return _conflict(patient_id, form, was)


@blueprint.post("/patients/<int:patient_id>/deceased")
@allows(*CHANGES)
def deceased(patient_id: int) -> ResponseReturnValue:
    """Record that the patient has died, or take that back."""
    form, version = typed("deceased_on", "mistake"), forms.row_id("version")
    with db.transaction("patients.deceased") as session:
        patient = known(session, Patient, patient_id)
        if form["mistake"] == "yes":
            saved = people.unmark_deceased(session, patient_id, version, me().staff_id)
        elif (on := _day_of_death(form, patient)) is not None:
            saved = people.mark_deceased(session, patient_id, version, on, me().staff_id)
        else:
            saved = False
    if saved:
        return to_patient(patient_id, "not_deceased" if form["mistake"] == "yes" else "deceased")
    stands = screen_forms.of_patient(patient)
    so_far = Typed({**stands.values, **form.values}, form.problems)
    if form.problems:
        return _change_page(patient, so_far, [], (stands, version)), 422
    return _conflict(patient_id, so_far, stands)


@blueprint.post("/patients/<int:patient_id>/numbers")
@allows(*REACHES)
def add_number(patient_id: int) -> ResponseReturnValue:
    """Attach a number that reaches the patient."""
    form = typed("phone", "agreed")
    number = screen_forms.phone(form, needed=True)
    if number is None:
        return page(patient_id, form, 422)
    with db.transaction("patients.add_number") as session:
        known(session, Patient, patient_id)
        _welcome(session, patient_id, people.attach_number(session, patient_id, number, me().staff_id), form)
    return to_patient(patient_id, "attached")


@blueprint.post("/patients/<int:patient_id>/numbers/<int:contact_point_id>/detach")
@allows(*REACHES)
def detach_number(patient_id: int, contact_point_id: int) -> ResponseReturnValue:
    """The number does not reach the patient any more."""
    with db.transaction("patients.detach_number") as session:
        known(session, Patient, patient_id)
        if contact_point_id > forms.LARGEST_ID or not people.detach_number(
            session, patient_id, contact_point_id, me().staff_id
        ):
            abort(404)
    return to_patient(patient_id, "detached")


@blueprint.get("/patients/<int:patient_id>/deceased")
@allows(*CHANGES)
def back_to_form(patient_id: int) -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to it."""
    return redirect(url_for("changes.change_form", patient_id=patient_id), 303)


@blueprint.get("/patients/<int:patient_id>/numbers")
@allows(*REACHES)
def back_to_patient(patient_id: int) -> ResponseReturnValue:
    """As above, for the form on the patient's page."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@blueprint.get("/patients/<int:patient_id>/numbers/<int:contact_point_id>/detach")
@allows(*REACHES)
def back_from_detaching(patient_id: int, contact_point_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """As above."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


def _welcome(session: Session, patient_id: int, contact_point_id: int | None, form: Typed) -> None:
    """She agreed to texts there: the first one says who we are and how to stop it."""
    if form["agreed"] == "yes" and contact_point_id is not None:
        agreeing.wish(session, patient_id, contact_point_id, me().staff_id)


def _the_same(session: Session, details: Details, number: str | None) -> list[Patient]:
    """Patients who may be this one, by the same name with the same birth date, and whoever has the number already. The
    number is locked first, so that of two equal forms sent at once one sees the other's patient."""
    if number is not None:
        contact_points.lock(session, number)
    words = sealing.name_words(details.name)
    named = [each for each in people.find(session, details.name) if sealing.name_words(each.name) == words]
    behind = people.find_by_number(session, number) if number else []
    same = {each.id: each for each in named if each.birth_date == details.birth_date}
    return [*({each.id: each for each in behind} | same).values()]


def _strangers(same: list[Patient], details: Details) -> bool:
    """Whether all of them have other names: then it is about the number."""
    words = sealing.name_words(details.name)
    return all(sealing.name_words(each.name) != words for each in same)


def _day_of_death(form: Typed, patient: Patient) -> date | None:
    on = screen_forms.a_date(form, "deceased_on", "Please give the day, as year-month-day.")
    if on is not None and not screen_forms.OLDEST <= on <= clock.now().astimezone(web_page.zone()).date():
        form.problems["deceased_on"] = "The day must not lie in the future. Please check it."
    elif on is not None and on.isoformat() < (patient.birth_date or ""):
        form.problems["deceased_on"] = f"The patient was born on {patient.birth_date}. Please check the day."
    return None if form.problems else on


def _new_page(form: Typed, same: list[Patient]) -> str:
    return render_template("patients/new.html", form=form, same=same, languages=LANGUAGES, zones=zone_labels(None))


def _change_page(patient: Patient, form: Typed, changed: list[str], opened: tuple[Typed, int] | None = None) -> str:
    """`opened`: how the fields stood, and at which version, when a form was opened that was not saved."""
    was, version = opened or (screen_forms.of_patient(patient), patient.version)
    return render_template(
        "patients/change.html", patient=patient, form=form, changed=changed, languages=LANGUAGES,
        zones=zone_labels(patient.time_zone), was=was, version=version,
        full=me().role in CHANGES, today=clock.now().astimezone(web_page.zone()).date().isoformat(),
    )  # fmt: skip


def _conflict(patient_id: int, form: Typed, was: Typed) -> ResponseReturnValue:
    """Somebody was faster: the form as it stands now, with what she changed; what both changed is said."""
    with db.reading("patients.conflict") as session:
        patient = known(session, Patient, patient_id)
        happened = timeline.read(session, [timeline.of_patient(patient_id)])
        newest = [each for each in happened if each.kind in CHANGED_BY][-1:]
        names = names_in(session, newest)
    changed = [f"{describe(each, names)}, {local(each.at, names['zone'])}." for each in newest]
    now = screen_forms.of_patient(patient)
    mine = merged(form, was, now, PARTS)
    changed += [
        f"{LABELS[name]} is now {_shown(name, now[name])}; you have {_shown(name, form[name])}."
        for (name,) in mine.both
    ]
    return _change_page(patient, mine.form, changed), 409


def _shown(name: str, value: str) -> str:
    if name == "language":
        return LANGUAGES.get(value, value)
    if name == "time_zone":
        return zone_labels(value).get(value, value)
    if name == "do_not_contact":
        return "yes" if value == "yes" else "no"
    return f"“{value}”" if value else "empty"
