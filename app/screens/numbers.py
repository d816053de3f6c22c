"""A number and what was said on it; one that nobody knows can be attached to a patient who was found."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import contact_points, db, numbers, people, sealing, speakers, timeline
from app.messaging import consent
from app.models.conversations import Exchange
from app.models.patients import ContactPoint, Patient
from app.screens import record
from app.screens.done import to_patient
from app.screens.forms import OURS, Typed, is_ours, typed
from app.screens.patients import SHOWN, looked_up
from app.screens.roles import CHANGES, REACHES, READS
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me
from app.web.minimum import may_read_text

blueprint = Blueprint("numbers", __name__, template_folder="templates")


@blueprint.get("/numbers/<int:contact_point_id>")
@allows(*READS)
def show(contact_point_id: int) -> ResponseReturnValue:
    """The number's timeline and who is behind it."""
    with sealing.gaps_shown(), db.transaction("numbers.looked") as session:
        timeline.looked(session, me().staff_id, "number", known(session, ContactPoint, contact_point_id).id)
    return _page(contact_point_id, Typed({}), None)


@blueprint.post("/numbers/<int:contact_point_id>/find")
@allows(*REACHES)
def find(contact_point_id: int) -> ResponseReturnValue:
    """Look for the patient whose number it is."""
    form = typed("wanted")
    with sealing.gaps_shown(), db.transaction("numbers.find") as session:
        known(session, ContactPoint, contact_point_id)
        found = looked_up(session, form)
        people.looked_at_list(session, me().staff_id, [patient.id for patient in found])
    return _page(contact_point_id, form, found)


@blueprint.post("/numbers/<int:contact_point_id>/attach")
@allows(*REACHES)
def attach(contact_point_id: int) -> ResponseReturnValue:
    """Say that the number reaches this patient."""
    patient_id = forms.row_id("patient")
    with db.transaction("numbers.attach") as session:
        point, patient = known(session, ContactPoint, contact_point_id), known(session, Patient, patient_id)
        ours = is_ours(point.number)
        if not ours:
            people.attach_number(session, patient.id, point.number, me().staff_id)
    if ours:
        return _page(contact_point_id, Typed({}, {"wanted": OURS}), None), 422
    return to_patient(patient_id, "attached")


@blueprint.post("/texts/<int:exchange_id>/speaker")
@allows(*REACHES)
def say_who(exchange_id: int) -> ResponseReturnValue:
    """Who of those behind a number wrote a text, or that nobody knows after all; leads back to where it was said."""
    patient_id = forms.row_id("patient") if forms.text("patient") else None
    back = _back_to()
    with db.transaction("numbers.say_who") as session:
        text = known(session, Exchange, exchange_id)
        if not may_read_text(session, me().role, text.id):
            abort(404)
        try:
            speakers.tell(session, text, patient_id, me().staff_id)
        except speakers.NotBehindTheNumber:
            abort(404)
    return redirect(back, 303)


@blueprint.get("/texts/<int:exchange_id>/speaker")
@allows(*REACHES)
def back_from_speaker(exchange_id: int) -> ResponseReturnValue:
    """Loading again where a form went leads back to the number that the text came from."""
    with db.reading("numbers.of_text") as session:
        number = known(session, Exchange, exchange_id).contact_point_id
    return redirect(url_for("numbers.show", contact_point_id=number), 303)


@blueprint.get("/numbers/<int:contact_point_id>/find")
@blueprint.get("/numbers/<int:contact_point_id>/attach")
@allows(*REACHES)
def back_to_number(contact_point_id: int) -> ResponseReturnValue:
    """Loading again where a form went leads back to its page."""
    return redirect(url_for("numbers.show", contact_point_id=contact_point_id), 303)


def _back_to() -> str:
    """The item, the record or the number on whose page the form stood."""
    if forms.text("item"):
        return url_for("desk.item", item_id=forms.row_id("item"), done="speaker")
    if forms.text("record"):
        return url_for("patients.show", patient_id=forms.row_id("record"), done="speaker")
    return url_for("numbers.show", contact_point_id=forms.row_id("number"))


def _page(contact_point_id: int, form: Typed, found: list[Patient] | None) -> str:
    with sealing.gaps_shown(), db.reading("numbers.show") as session:
        point = known(session, ContactPoint, contact_point_id)
        behind = contact_points.patients_behind(session, contact_point_id)
        lines = record.of_number(session, contact_point_id, SHOWN, me().role)
        heard_stop = consent.heard_that_texts_end(session, contact_point_id)
    return render_template(
        "numbers/show.html", point=point, spoken=numbers.spoken(point.number), behind=behind, lines=lines,
        form=form, found=found, attached={patient.id for patient in behind}, may_reach=me().role in REACHES,
        may_add=me().role in CHANGES, heard_stop=heard_stop,
    )  # fmt: skip
