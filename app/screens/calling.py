"""Whether our system may call a patient, on which number, and whether she would rather be called than texted."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from app import contact_points, db, people
from app.messaging import consent
from app.models.patients import Patient
from app.screens.done import to_patient
from app.screens.roles import REACHES
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me

blueprint = Blueprint("calling", __name__)
CHANNELS = {"voice": "rather_called", "sms": "rather_texted"}


@blueprint.post("/patients/<int:patient_id>/calls")
@allows(*REACHES)
def prefer(patient_id: int) -> ResponseReturnValue:
    """Text her, or call her where our system may."""
    channel = forms.one_of("channel", CHANNELS)
    with db.transaction("calling.prefer") as session:
        known(session, Patient, patient_id)
        people.reach_by(session, patient_id, channel, me().staff_id)
    return to_patient(patient_id, CHANNELS[channel])


@blueprint.post("/patients/<int:patient_id>/numbers/<int:contact_point_id>/calls")
@allows(*REACHES)
def agree(patient_id: int, contact_point_id: int) -> ResponseReturnValue:
    """She told us that our system may call this number; or that it may not any more."""
    agreed = forms.text("agreed") == "yes"
    with db.transaction("calling.agree") as session:
        known(session, Patient, patient_id)
        if contact_point_id not in [point.id for point in contact_points.of_patient(session, patient_id)]:
            abort(404)
        contact_points.hold(session, contact_point_id)
        if agreed:
            consent.agree_to_calls(session, contact_point_id, me().staff_id)
        else:
            consent.end_calls(session, contact_point_id, "staff", staff_id=me().staff_id)
    return to_patient(patient_id, "calls_agreed" if agreed else "calls_ended")


@blueprint.get("/patients/<int:patient_id>/calls")
@allows(*REACHES)
def back(patient_id: int) -> ResponseReturnValue:
    """Loading again where a form went leads back to the patient."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@blueprint.get("/patients/<int:patient_id>/numbers/<int:contact_point_id>/calls")
@allows(*REACHES)
def back_from_number(patient_id: int, contact_point_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """As above."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)
