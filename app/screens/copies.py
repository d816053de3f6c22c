"""A copy of a patient's record to take away, and corrections: both are entries of the record themselves (H36)."""

import json
import secrets

from flask import Blueprint, Response, abort, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, practice, sealing, timeline
from app.files import table
from app.models.patients import Patient
from app.models.records import Entry
from app.screens import record
from app.screens.done import to_patient
from app.screens.forms import Typed, typed
from app.screens.lines import CORRECTED, Line
from app.screens.roles import REACHES
from app.screens.rows import known
from app.timeline import Happening
from app.web import forms, times
from app.web.access import Role, allows, me
from app.web.minimum import POINTERS
from app.web.page import zone

blueprint = Blueprint("copies", __name__, template_folder="templates")

TAKES: tuple[Role, ...] = ("nurse", "manager", "auditor")
"""Who may take a copy: the front desk does not read all of a record, and half a copy would pass for a whole one."""
COLUMNS = ("at", "by", "what", "words", "note", "stream", "position")
KINDS = {"text": ("text/plain", "txt"), "csv": ("text/csv", "csv"), "json": ("application/json", "json")}
WORDS_OF_ANOTHER = "(words of somebody else on this number are not part of this copy)"
LONGEST = 500


@blueprint.post("/patients/<int:patient_id>/copy")
@allows(*TAKES)
def take(patient_id: int) -> ResponseReturnValue:
    """The record as text, CSV or JSON, all of it or what was said, oldest first. That it was taken, by whom and for
    whom stands in the record before it leaves."""
    form = typed("kind", "part", "whom")
    if form["kind"] not in KINDS or form["part"] not in ("", "said"):
        abort(400)
    if not form["whom"].strip():
        form.problems["whom"] = "Please say for whom the copy is. It stands in the record."
        return _copy_page(patient_id, form), 422
    here = zone().key
    with sealing.gaps_shown(), db.transaction("copies.take") as session:
        patient = known(session, Patient, patient_id)
        lines = record.of_patient(session, patient, None, me().role, record.PARTS[form["part"]])[::-1]
        body = _made(session, patient, lines, form, here)
        actor = timeline.by_staff(me().staff_id)
        for stream in (timeline.of_patient(patient_id), timeline.of_staff(me().staff_id)):
            timeline.append(
                session, stream, "record_exported", actor, words=form["whom"].strip(), patient=patient_id,
                form=form["kind"], part=form["part"], entries=len(lines),
            )  # fmt: skip
    media, ending = KINDS[form["kind"]]
    name = f"record-{patient_id}-{clock.now().date().isoformat()}.{ending}"
    return Response(body, content_type=f"{media}; charset=utf-8",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


@blueprint.get("/patients/<int:patient_id>/copy")
@allows(*TAKES)
def copy_form(patient_id: int) -> ResponseReturnValue:
    """What is to be in the copy, and for whom it is."""
    return _copy_page(patient_id, Typed({"kind": "text"}))


@blueprint.get("/patients/<int:patient_id>/entries/<any(patient, number):whose>/<int:row_id>/<int:position>")
@allows(*REACHES)
def correct_form(patient_id: int, whose: str, row_id: int, position: int) -> ResponseReturnValue:
    """One entry, and what is right instead."""
    return _correct_page(patient_id, (f"{whose}:{row_id}", position), Typed({}))


@blueprint.post("/patients/<int:patient_id>/entries/<any(patient, number):whose>/<int:row_id>/<int:position>")
@allows(*REACHES)
def correct(patient_id: int, whose: str, row_id: int, position: int) -> ResponseReturnValue:
    """Write what is right behind the entry, which stays as it was; a double click writes it once."""
    form, token, place = typed("right"), forms.token("form"), (f"{whose}:{row_id}", position)
    words = form["right"].strip()
    if not words or len(words) > LONGEST:
        form.problems["right"] = f"Please write what is right, in up to {LONGEST} characters."
        return _correct_page(patient_id, place, form), 422
    with db.transaction("copies.correct") as session:
        wrong, _ = _entry(session, patient_id, place)
        said = select(Entry.details).where(Entry.stream == place[0], Entry.kind == CORRECTED)
        if not any(details["form"] == token for details in session.scalars(said)):
            timeline.append(
                session, place[0], CORRECTED, timeline.by_staff(me().staff_id), words=words, corrects=position,
                of_at=wrong.at.isoformat(), form=token, **_pointing(wrong),
            )  # fmt: skip
    return to_patient(patient_id, "corrected")


def _entry(session: Session, patient_id: int, place: tuple[str, int]) -> tuple[Happening, Line]:
    """The entry, if it is this patient's and this person reads all of it; 404 otherwise."""
    patient = known(session, Patient, patient_id)
    found = record.one(session, patient, place, me().role) if place[1] <= forms.LARGEST_ID else None
    return found or abort(404)


def _pointing(wrong: Happening) -> dict[str, object]:
    """To what the entry points, so that its correction is read by those who may read it."""
    return {name: wrong.details[name] for name in POINTERS if name in wrong.details}


def _correct_page(patient_id: int, place: tuple[str, int], form: Typed) -> str:
    with db.reading("copies.correct_form") as session:
        _, line = _entry(session, patient_id, place)
        patient = known(session, Patient, patient_id)
    return render_template(
        "patients/correct.html",
        patient=patient,
        line=line,
        form=form,
        longest=LONGEST,
        form_token=secrets.token_urlsafe(16),
    )


def _copy_page(patient_id: int, form: Typed) -> str:
    with db.transaction("copies.form") as session:
        patient = known(session, Patient, patient_id)
        timeline.looked(session, me().staff_id, "patient", patient_id)
    return render_template("patients/copy.html", patient=patient, form=form)


def _made(session: Session, patient: Patient, lines: list[Line], form: Typed, here: str) -> bytes:
    if form["kind"] == "csv":
        return b"\xef\xbb\xbf" + table.written(COLUMNS, [_row(line) for line in lines]).encode()  # Excel asks for it
    made = f"{times.local(clock.now(), here)} ({here})"
    head = {
        "patient": patient.name, "born": patient.birth_date or "", "practice": practice.name(session), "made": made,
        "by": me().name, "for": form["whom"].strip(), "part": record.PARTS[form["part"]].label,
    }  # fmt: skip
    if form["kind"] == "json":
        whole = {**head, "entries": [_row(line) | {"position": line.place[1]} for line in lines]}
        return json.dumps(whole, ensure_ascii=False, indent=1).encode()
    return _readable(head, lines, here).encode()


def _readable(head: dict[str, str], lines: list[Line], here: str) -> str:
    """As somebody reads it on paper: what was said stands under who said it, set in."""
    born = f", born {head['born']}" if head["born"] else ""
    found = [f"Record of {head['patient']}{born}", f"{head['practice']}: {head['part'].lower()}, oldest first",
             f"Made {head['made']} by {head['by']} for {head['for']}", ""]  # fmt: skip
    for line in lines:
        row = _row(line)
        found.append(f"{times.local(line.at, here)}  {row['what']}")
        found += [f"    {each}" for each in row["words"].splitlines()]
        found += [f"    [{row['note']}]"] if row["note"] else []
    return "\n".join(found) + "\n"


def _row(line: Line) -> dict[str, str]:
    note = "; ".join(filter(None, (line.mark, "corrected by a later entry" if line.corrected_at else "")))
    return {
        "at": line.at.isoformat(timespec="seconds"), "by": line.by, "what": line.sentence,
        "words": WORDS_OF_ANOTHER if line.of_another else str(line.words or ""), "note": note,
        "stream": line.place[0], "position": str(line.place[1]),
    }  # fmt: skip
