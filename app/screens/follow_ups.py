"""Capturing follow-ups at the visit, looking at one, and ending it."""

import secrets
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db, sealing, timeline
from app.models.follow_ups import Encounter, FollowUp
from app.models.patients import Patient
from app.outreach import encounters, follow_ups, loops
from app.outreach.follow_ups import Need
from app.screens import loose_ends
from app.screens.forms import Typed, a_date, typed
from app.screens.roles import REACHES, READS
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me
from app.web.following import DISPOSED, FOLLOW_UPS

blueprint = Blueprint("follow_ups", __name__, template_folder="templates")

FIELDS = ("kind", "many", "unit", "day", "owner", "note", "encounter", "form")
CAPTURED = ("book", "lab", "referral", "recall_chronic", "recall_lapsed", "callback", "check_in")
UNITS = {"days": timedelta(days=1), "weeks": timedelta(weeks=1), "months": timedelta(days=30)}
FURTHEST = timedelta(days=5 * 366)
LONGEST_NOTE = 500
DECIDED_MEANWHILE = (
    "Somebody has said meanwhile what follows from this visit; it stands on the patient’s page. If this must follow, "
    "too, press “Add” once more."
)


@blueprint.get("/follow-ups/<int:follow_up_id>")
@allows(*READS)
def show(follow_up_id: int) -> ResponseReturnValue:
    """One follow-up: how it stands, and the forms to end it or to go on later."""
    with db.transaction("follow_ups.looked") as session:
        timeline.looked(session, me().staff_id, "patient", known(session, FollowUp, follow_up_id).patient_id)
    return _page(follow_up_id, Typed({}))


@blueprint.post("/follow-ups/<int:follow_up_id>/close")
@allows(*REACHES)
def close(follow_up_id: int) -> ResponseReturnValue:
    """End it, with what came of it."""
    form, version = typed("disposition", "note"), forms.row_id("version")
    if form["disposition"] not in follow_ups.BY_STAFF:
        form.problems["disposition"] = "Please choose what came of it."
        return _page(follow_up_id, form), 422
    with db.transaction("follow_ups.close") as session:
        patient_id = known(session, FollowUp, follow_up_id).patient_id
        words, staff_id = _note(form), me().staff_id
        saved = not form.problems and loops.close(session, follow_up_id, version, form["disposition"], staff_id, words)
    return _saved(follow_up_id, patient_id, form, saved)


@blueprint.post("/follow-ups/<int:follow_up_id>/again")
@allows(*REACHES)
def again(follow_up_id: int) -> ResponseReturnValue:
    """Somebody tried; it goes on at another day."""
    form, version = typed("day", "note"), forms.row_id("version")
    with db.transaction("follow_ups.again") as session:
        patient_id = known(session, FollowUp, follow_up_id).patient_id
        on, words = _future(session, form), _note(form)
        saved = on is not None and not form.problems and loops.try_again(
            session, follow_up_id, version, on, me().staff_id, words
        )  # fmt: skip
    return _saved(follow_up_id, patient_id, form, saved)


@blueprint.get("/patients/<int:patient_id>/follow-ups/new")
@allows(*REACHES)
def new(patient_id: int) -> ResponseReturnValue:
    """The empty form; for an encounter, if there is one that nobody has decided about."""
    with db.reading("follow_ups.new") as session:
        patient = known(session, Patient, patient_id)
        encounter = request.args.get("encounter", "")
        form = Typed(
            {"owner": "front_desk", "unit": "weeks", "encounter": encounter, "form": secrets.token_urlsafe(16)}
        )
        return _new_page(session, patient, form)


@blueprint.post("/patients/<int:patient_id>/follow-ups/new")
@allows(*REACHES)
def capture(patient_id: int) -> ResponseReturnValue:
    """Keep what must come after the visit; the same form twice is kept once."""
    form, token = typed(*FIELDS), forms.token("form")
    with db.transaction("follow_ups.capture") as session:
        patient = known(session, Patient, patient_id)
        loops.hold(session, patient_id)
        need = _need(session, form, patient, token)
        if need is None:
            return _new_page(session, patient, form), 422
        if _decided_meanwhile(session, form, need):
            form.values["encounter"] = ""
            form.problems["kind"] = DECIDED_MEANWHILE
            return _new_page(session, patient, form), 409
        follow_ups.capture(session, need, me().staff_id)
        if need.encounter_id is not None:
            encounters.decide(session, need.encounter_id, "captured", me().staff_id)
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@blueprint.post("/encounters/<int:encounter_id>/none")
@allows(*REACHES)
def none_needed(encounter_id: int) -> ResponseReturnValue:
    """Nothing follows from the encounter, as this person says."""
    with db.transaction("follow_ups.none_needed") as session:
        patient_id = known(session, Encounter, encounter_id).patient_id
        encounters.decide(session, encounter_id, "none_needed", me().staff_id)
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


@blueprint.get("/follow-ups/<int:follow_up_id>/close")
@blueprint.get("/follow-ups/<int:follow_up_id>/again")
@allows(*REACHES)
def back(follow_up_id: int) -> ResponseReturnValue:
    """Loading again where a form went leads back to its page."""
    return redirect(url_for("follow_ups.show", follow_up_id=follow_up_id), 303)


@blueprint.get("/encounters/<int:encounter_id>/none")
@allows(*REACHES)
def back_from_encounter(encounter_id: int) -> ResponseReturnValue:
    """As above."""
    with db.reading("follow_ups.whose_encounter") as session:
        patient_id = known(session, Encounter, encounter_id).patient_id
    return redirect(url_for("patients.show", patient_id=patient_id), 303)


def _saved(follow_up_id: int, patient_id: int, form: Typed, saved: bool) -> ResponseReturnValue:
    if saved:
        return redirect(url_for("patients.show", patient_id=patient_id), 303)
    return _page(follow_up_id, form), 422 if form.problems else 409


def _page(follow_up_id: int, form: Typed) -> str:
    with sealing.gaps_shown(), db.reading("follow_ups.show") as session:
        row = known(session, FollowUp, follow_up_id)
        shown, steps = loose_ends.one(session, row, me().role), loose_ends.steps(session, row)
    return render_template(
        "follow_ups/show.html", shown=shown, steps=steps, form=form, may_act=me().role in REACHES,
        ends={name: DISPOSED[name][0].upper() + DISPOSED[name][1:] for name in follow_ups.BY_STAFF},
        conflict=request.method == "POST" and not form.problems,
    )  # fmt: skip


def _new_page(session: Session, patient: Patient, form: Typed) -> str:
    return render_template(
        "follow_ups/new.html", patient=patient, form=form, owners=loose_ends.OWNERS,
        units={name: name for name in UNITS},
        matters={kind: FOLLOW_UPS[kind][0].upper() + FOLLOW_UPS[kind][1:] for kind in CAPTURED},
        today=follow_ups.today(session).isoformat(),
    )  # fmt: skip


def _need(session: Session, form: Typed, patient: Patient, token: str) -> Need | None:
    """What the form asks for; None when something is wrong with it, which then stands in `form.problems`."""
    if form["kind"] not in CAPTURED:
        form.problems["kind"] = "Please choose what must happen."
    if form["owner"] not in loose_ends.OWNERS:
        form.problems["owner"] = "Please choose who looks after it."
    if patient.deceased_on is not None:
        form.problems["kind"] = "This patient is recorded as deceased, so nothing is to follow."
    on, note, encounter_id = _due(session, form), _note(form), _encounter(session, form, patient.id)
    if on is None or form.problems:
        return None
    return Need(key=f"form:{token}", patient_id=patient.id, kind=form["kind"], owner=form["owner"], due_on=on,
                note=note, encounter_id=encounter_id)  # fmt: skip


def _due(session: Session, form: Typed) -> date | None:
    """The day by which it should have happened: the day typed, or so many days, weeks or months from today."""
    many = form["many"].strip()
    if many and form["day"].strip():
        form.problems["day"] = "Please say either in how many days, weeks or months, or by which day: not both."
        return None
    if form["day"].strip():
        return _future(session, form)
    if not (many.isascii() and many.isdecimal() and len(many) < 4 and int(many) and form["unit"] in UNITS):
        form.problems["many"] = "Please say when: in how many days, weeks or months, or by which day."
        return None
    form.values["day"] = (follow_ups.today(session) + int(many) * UNITS[form["unit"]]).isoformat()
    on = _future(session, form)
    form.values["day"] = ""
    return on


def _future(session: Session, form: Typed) -> date | None:
    on = a_date(form, "day", "Please give the day, as year-month-day.")
    today = follow_ups.today(session)
    if on is not None and not today <= on <= today + FURTHEST:
        form.problems["day"] = "The day must lie ahead, within five years. Please check it."
        return None
    return on


def _note(form: Typed) -> str | None:
    note = form["note"].strip()
    if len(note) > LONGEST_NOTE:
        form.problems["note"] = f"The note has {len(note)} characters; {LONGEST_NOTE} fit. Please shorten it."
    return note or None


def _decided_meanwhile(session: Session, form: Typed, need: Need) -> bool:
    """Whether somebody has said what follows from the visit since this form was opened, and not by this very form."""
    return bool(form["encounter"]) and need.encounter_id is None and not follow_ups.is_captured(session, need.key)


def _encounter(session: Session, form: Typed, patient_id: int) -> int | None:
    """The visit it follows from: this patient's own."""
    undecided = {str(each.id): each.id for each in encounters.undecided_of(session, patient_id)}
    return undecided.get(form["encounter"])
