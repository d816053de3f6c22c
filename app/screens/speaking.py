"""Who may speak for a patient, and what they may hear."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import db, proxies, timeline
from app.models.patients import Patient
from app.screens import forms as screen_forms
from app.screens.done import to_patient
from app.screens.forms import Typed, typed
from app.screens.roles import REACHES
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me

blueprint = Blueprint("speaking", __name__, template_folder="templates")

LONGEST_RELATION = 40
HEARS = {name: words[:1].upper() + words[1:] for name, words in proxies.HEARS.items()}


@blueprint.get("/patients/<int:patient_id>/proxies")
@allows(*REACHES)
def new(patient_id: int) -> ResponseReturnValue:
    """The empty form."""
    return _page(patient_id, Typed({"may_hear": "visits"}))


@blueprint.post("/patients/<int:patient_id>/proxies")
@allows(*REACHES)
def add(patient_id: int) -> ResponseReturnValue:
    """Note who it is."""
    form = typed("name", "relation", "phone", "may_hear")
    name, relation = (" ".join(form[each].split()) for each in ("name", "relation"))
    if not any(character.isalpha() for character in name) or len(name) > screen_forms.LONGEST_NAME:
        form.problems["name"] = f"Please type the name, in up to {screen_forms.LONGEST_NAME} characters."
    if not relation or len(relation) > LONGEST_RELATION:
        form.problems["relation"] = f"Please say how they are related, in up to {LONGEST_RELATION} characters."
    if form["may_hear"] not in HEARS:
        form.problems["may_hear"] = "Please choose what this person may hear."
    number = screen_forms.phone(form, needed=False)
    if form.problems:
        return _page(patient_id, form), 422
    details = proxies.Details(name=name, relation=relation, number=number, may_hear=form["may_hear"])
    with db.transaction("speaking.add") as session:
        known(session, Patient, patient_id)
        proxies.add(session, patient_id, details, me().staff_id)
    return to_patient(patient_id, "proxy")


@blueprint.post("/patients/<int:patient_id>/proxies/<int:proxy_id>/end")
@allows(*REACHES)
def end(patient_id: int, proxy_id: int) -> ResponseReturnValue:
    """Not any more."""
    with db.transaction("speaking.end") as session:
        known(session, Patient, patient_id)
        if proxy_id > forms.LARGEST_ID or not proxies.end(session, patient_id, proxy_id, me().staff_id):
            abort(404)
    return to_patient(patient_id, "proxy_ended")


@blueprint.get("/patients/<int:patient_id>/proxies/<int:proxy_id>/end")
@allows(*REACHES)
def back(patient_id: int, proxy_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Loading again where a form went leads back to the patient."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


def _page(patient_id: int, form: Typed) -> str:
    with db.transaction("speaking.form") as session:
        patient = known(session, Patient, patient_id)
        timeline.looked(session, me().staff_id, "patient", patient_id)
    return render_template("patients/proxy.html", patient=patient, form=form, hears=HEARS)
