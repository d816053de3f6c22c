"""Writing to a patient first, from her page."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.models.patients import Patient
from app.web import forms
from app.web.access import allows, me
from escalation_desk import beginning
from escalation_desk.holding import Refused
from escalation_desk.views import who

begin = Blueprint(
    "begin", __name__, url_prefix="/patients/<int(max=2147483647):patient_id>/numbers/<int(max=2147483647):number>/text"
)
HEADING = "No text was begun"


@begin.post("")
@allows(*who.WHO_ACTS)
def text(patient_id: int, number: int) -> ResponseReturnValue:
    """An item of hers from which she texts this number; nothing is sent yet."""
    form, list_name = forms.token("form"), who.own_list(me().role)
    try:
        with db.transaction("begin_text") as session:
            if session.get(Patient, patient_id) is None:
                abort(404)
            item_id = beginning.begin_text(session, patient_id, number, me().staff_id, list_name, form)
    except Refused as refusal:
        return render_template(
            "error.html", code=409, heading="No text was begun", sentence=str(refusal), typed=[]
        ), 409
    return redirect(url_for("desk.item", item_id=item_id, _anchor="body"), 303)


@begin.get("")
@allows(*who.EVERYBODY)
def back(patient_id: int, number: int) -> ResponseReturnValue:  # noqa: ARG001
    """Loading again where the form went leads back to the patient."""
    return redirect(url_for("patients.show", patient_id=patient_id), 303)
