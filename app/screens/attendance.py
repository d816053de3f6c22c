"""Whether a patient came to a visit that is over: said once, corrected knowingly, never overwritten unseen."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.models.appointments import Appointment
from app.models.patients import Patient
from app.outreach import loops
from app.screens.roles import REACHES
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me

blueprint = Blueprint("attendance", __name__, template_folder="templates")

SAID = {"seen": "was seen", "missed": "did not come"}


@blueprint.post("/appointments/<int:appointment_id>/came")
@allows(*REACHES)
def came(appointment_id: int) -> ResponseReturnValue:
    """Keep what this person says; what a colleague has said since her page was opened is shown first."""
    how = "missed" if forms.text("how") == "missed" else "seen"
    showed = forms.text("was") if forms.text("was") in SAID else None
    with db.transaction("attendance.came") as session:
        visit = known(session, Appointment, appointment_id)
        loops.came(session, appointment_id, how, me().staff_id, before=(showed,))
        session.refresh(visit)
        patient = session.get_one(Patient, visit.patient_id)
    if visit.attended not in (None, how):
        return render_template("follow_ups/came.html", visit=visit, patient=patient, how=how, said=SAID), 409
    return redirect(url_for("patients.show", patient_id=patient.id), 303)


@blueprint.get("/appointments/<int:appointment_id>/came")
@allows(*REACHES)
def back(appointment_id: int) -> ResponseReturnValue:
    """Loading again where the form went leads to the patient's page."""
    with db.reading("attendance.whose") as session:
        patient_id = known(session, Appointment, appointment_id).patient_id
    return redirect(url_for("patients.show", patient_id=patient_id), 303)
