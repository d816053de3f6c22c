"""Calling a day off: whom it concerns before anything happens, the button, what became of each patient, and undoing."""

import secrets
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, people, practice, sealing
from app.models.practice import Location, Provider
from app.models.snow_days import SnowDay
from app.models.staff import Staff
from app.outreach import called_off, snow_days
from app.outreach.snow_day_slots import Wanted
from app.outreach.snow_days import SnowDayRefused
from app.screens import snow_shown
from app.screens.choices import chosen
from app.screens.forms import Typed, typed
from app.screens.roles import CHANGES, READS
from app.screens.rows import known
from app.web import forms
from app.web.access import allows, me

blueprint = Blueprint("snow_days", __name__, url_prefix="/outreach/snow-days", template_folder="templates")

LONGEST = 200
TOO_LATE = "It cannot be taken back any more: call whoever is to come after all."


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """The form, the preview of what was chosen in it, and the days that were called off."""
    form = Typed({name: request.args.get(name, "") for name in ("day", "provider", "location")})
    form.values["form"] = secrets.token_urlsafe(16)
    if "day" in request.args and not form["day"]:
        form.problems["day"] = "Please choose the day."
    return _page(form)


@blueprint.post("")
@allows(*CHANGES)
def declare() -> ResponseReturnValue:
    """Call the day off, for as many patients as were typed; the same form twice does it once."""
    form = typed("day", "provider", "location", "reason", "many")
    form.values["form"] = forms.token("form")
    reason, many = form["reason"].strip(), form["many"].strip()
    if not reason or len(reason) > LONGEST:
        form.problems["reason"] = f"Please say why, in up to {LONGEST} letters, so that colleagues understand it."
    if not (many.isascii() and many.isdecimal() and len(many) < 5):
        form.problems["many"] = "Please type how many patients it concerns, as it stands above."
    row_id = _declared(form, reason, int(many)) if not form.problems else None
    if row_id is None:
        return _page(form, 422)
    called_off.work(row_id)
    return redirect(url_for("snow_days.show", snow_day_id=row_id), 303)


def _declared(form: Typed, reason: str, many: int) -> int | None:
    """Its id; None when it cannot be, which then stands in `form.problems`."""
    try:
        with db.transaction("snow_days.declare") as session:
            wanted = _wanted(session, form)
            key = f"form:{form['form']}"
            return snow_days.declare(session, key, wanted, reason, many, me().staff_id) if wanted is not None else None
    except SnowDayRefused as refused:
        form.problems["many"] = str(refused)
        return None


@blueprint.get("/<int:snow_day_id>")
@allows(*READS)
def show(snow_day_id: int) -> ResponseReturnValue:
    """What became of each patient; whom the list showed is recorded."""
    return _one(snow_day_id)


@blueprint.post("/<int:snow_day_id>/undo")
@allows(*CHANGES)
def undo(snow_day_id: int) -> ResponseReturnValue:
    """It was a mistake: the visits stand again, and whoever was told is called; harmless to repeat."""
    with db.transaction("snow_days.undo") as session:
        row = known(session, SnowDay, snow_day_id)
        done = snow_days.undo(session, snow_day_id, me().staff_id) or row.undone_at is not None
    if not done:
        return _one(snow_day_id, TOO_LATE, 409)
    called_off.work(snow_day_id)
    return redirect(url_for("snow_days.show", snow_day_id=snow_day_id), 303)


@blueprint.get("/<int:snow_day_id>/undo", endpoint="back")
@allows(*READS)
def back(snow_day_id: int) -> ResponseReturnValue:
    """After the button the address bar may show where it went: loading that again leads back to the page."""
    return redirect(url_for("snow_days.show", snow_day_id=snow_day_id), 303)


def _page(form: Typed, code: int = 200) -> ResponseReturnValue:
    with sealing.gaps_shown(), db.transaction("snow_days.listed") as session:
        wanted = _wanted(session, form) if form["day"] else None
        lines = (
            [snow_shown.foreseen(each) for each in snow_days.concerned(session, wanted)] if wanted is not None else None
        )
        people.looked_at_list(session, me().staff_id, [each.patient.id for each in lines or ()])
        shown = _choices(session) | {"before": snow_shown.before(session)}
    return render_template(
        "outreach/snow_days.html", form=form, lines=lines, may=me().role in CHANGES, most=snow_days.MOST,
        calls=sum(each.calls for each in lines or ()), longest=LONGEST, **shown,
    ), code  # fmt: skip


def _one(snow_day_id: int, problem: str = "", code: int = 200) -> ResponseReturnValue:
    with sealing.gaps_shown(), db.transaction("snow_days.show") as session:
        row = known(session, SnowDay, snow_day_id)
        lines = list(snow_shown.lines(session, row))
        people.looked_at_list(session, me().staff_id, [each.patient.id for each in lines])
        title, by = snow_shown.title(session, row), session.get_one(Staff, row.declared_by).name
    until = row.declared_at + snow_days.UNDONE_WITHIN
    return render_template(
        "outreach/snow_day.html", row=row, lines=lines, problem=problem, until=until, title=title, by=by,
        calls=sum(each.calls for each in lines), held_until=row.declared_at + snow_days.HELD_FOR,
        may_undo=me().role in CHANGES and row.undone_at is None and until > clock.now(),
    ), code  # fmt: skip


def _wanted(session: Session, form: Typed) -> Wanted | None:
    """What the form chose; None when it cannot be, which then stands in `form.problems`."""
    provider, location = chosen(session, Provider, form, "provider"), chosen(session, Location, form, "location")
    if form["day"] not in _days(session):
        form.problems["day"] = "Please choose one of the days of the list."
    if form.problems.keys() & {"day", "provider", "location"}:
        return None
    return Wanted(date.fromisoformat(form["day"]), provider, location)


def _days(session: Session) -> dict[str, str]:
    """Today and the week to come, by their dates."""
    today = practice.today(session)
    days = [today + timedelta(days=each) for each in range(snow_days.FURTHEST.days + 1)]
    named = {0: "Today, ", 1: "Tomorrow, "}
    return {day.isoformat(): f"{named.get(place, '')}{day:%A, %B} {day.day}" for place, day in enumerate(days)}


def _choices(session: Session) -> dict[str, Any]:
    return {
        "days": _days(session),
        "providers": {str(each.id): each.name for each in session.scalars(select(Provider).order_by(Provider.id))},
        "locations": {str(each.id): each.name for each in session.scalars(select(Location).order_by(Location.id))},
    }
