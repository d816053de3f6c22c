"""Moving a provider's whole day: the form, what would become of each visit, and what has become of it."""

import secrets

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db, people, sealing
from app.models.day_moves import DayMove
from app.models.practice import Location, Provider
from app.models.staff import Staff
from app.scheduling import day_moves, day_plans
from app.scheduling.day_plans import Plan
from app.screens import moves_shown
from app.screens.choices import chosen
from app.screens.forms import Typed, a_date, typed
from app.screens.roles import CHANGES, READS
from app.screens.rows import known
from app.web import forms
from app.web import page as web_page
from app.web.access import allows, me

blueprint = Blueprint("moving", __name__, url_prefix="/appointments/moves", template_folder="templates")

FIELDS = ("provider", "location", "day", "to_day", "minutes")
MOST_MINUTES = 600
SHOWN = 20
CHANGED = "Somebody has changed this day meanwhile. Nothing was moved; this is how it stands now."


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """The moves of late."""
    with db.reading("day_moves.listed") as session:
        rows = session.scalars(select(DayMove).order_by(DayMove.id.desc()).limit(SHOWN)).all()
        shown = [(row, moves_shown.said(session, row)) for row in rows]
    return render_template("appointments/moves.html", moves=shown, may_change=me().role in CHANGES)


@blueprint.get("/new")
@allows(*CHANGES)
def new() -> ResponseReturnValue:
    """The empty form."""
    with db.reading("day_moves.new") as session:
        return _form_page(session, Typed({}))


@blueprint.post("/new")
@allows(*CHANGES)
def move() -> ResponseReturnValue:
    """What would become of each visit; and, once that was confirmed as it was seen, the move."""
    form = typed(*FIELDS)
    key, seen = forms.text("form"), forms.text("seen").split()
    with db.transaction("day_moves.begin") as session:
        plan = _plan(session, form)
        if plan is None:
            return _form_page(session, form), 422
        if not key:
            return _preview(session, form, plan)
        try:
            move_id = day_moves.begin(session, plan, seen, key[:40], me().staff_id)
        except day_moves.Changed:
            return _preview(session, form, plan, refusal=CHANGED), 409
    return redirect(url_for("moving.show", move_id=move_id), 303)


@blueprint.get("/<int:move_id>")
@allows(*READS)
def show(move_id: int) -> ResponseReturnValue:
    """What has become of each visit."""
    with sealing.gaps_shown(), db.transaction("day_moves.looked") as session:
        row = known(session, DayMove, move_id)
        visits = moves_shown.visits(session, row)
        people.looked_at_list(session, me().staff_id, [each.patient.id for each in visits])
        undoable = sum(each.state in ("listed", "moved") for each in visits)
        names = dict(session.execute(select(Staff.id, Staff.name)).all())
        return render_template(
            "appointments/move_shown.html", move=row, said=moves_shown.said(session, row), visits=visits,
            undoable=undoable, by=names[row.made_by], undone_by=names.get(row.undone_by or 0, ""),
            may_change=me().role in CHANGES,
        )  # fmt: skip


@blueprint.post("/<int:move_id>/undo")
@allows(*CHANGES)
def undo(move_id: int) -> ResponseReturnValue:
    """Take it back for everybody who was not told yet; harmless to repeat."""
    with db.transaction("day_moves.undo") as session:
        day_moves.undo(session, known(session, DayMove, move_id).id, me().staff_id)
    return redirect(url_for("moving.show", move_id=move_id), 303)


@blueprint.get("/<int:move_id>/undo", endpoint="back")
@allows(*READS)
def back(move_id: int) -> ResponseReturnValue:
    """After the button the address bar may show where it went: loading that again leads back to the page."""
    return redirect(url_for("moving.show", move_id=move_id), 303)


def _plan(session: Session, form: Typed) -> Plan | None:
    provider = chosen(session, Provider, form, "provider")
    if provider is None:
        form.problems["provider"] = "Please choose whose day it is."
    location = chosen(session, Location, form, "location")
    day = a_date(form, "day", "Please choose the day.")
    to_day = a_date(form, "to_day", "Please choose the day.") if form["to_day"].strip() else day
    minutes = _minutes(form)
    if day is not None and day < clock.now().astimezone(web_page.zone()).date():
        form.problems["day"] = "This day is over. Please check it."
    if day is not None and (to_day, minutes) == (day, 0) and "minutes" not in form.problems:
        form.problems["to_day"] = "Please choose another day, or how many minutes later it is to be."
    if form.problems or provider is None or day is None or to_day is None:
        return None
    return Plan(provider, location, day, to_day, minutes)


def _minutes(form: Typed) -> int:
    text = form["minutes"].strip() or "0"
    digits = text.removeprefix("-")
    found = int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else MOST_MINUTES + 1
    if abs(found) > MOST_MINUTES:
        form.problems["minutes"] = f"Please type minutes, up to {MOST_MINUTES}; below zero for earlier."
    return found


def _form_page(session: Session, form: Typed) -> str:
    return render_template("appointments/move_day.html", form=form, **_choices(session))


def _choices(session: Session) -> dict[str, object]:
    return {
        "providers": {str(each.id): each.name for each in session.scalars(select(Provider).order_by(Provider.id))},
        "locations": {str(each.id): each.name for each in session.scalars(select(Location).order_by(Location.id))},
        "today": clock.now().astimezone(web_page.zone()).date().isoformat(),
    }


def _preview(session: Session, form: Typed, plan: Plan, refusal: str = "") -> str:
    rows = day_plans.planned(session, plan)
    with sealing.gaps_shown():
        visits = [moves_shown.as_planned(session, each) for each in rows]
    people.looked_at_list(session, me().staff_id, [each.patient.id for each in visits])
    return render_template(
        "appointments/move_preview.html", form=form, visits=visits, refusal=refusal, key=secrets.token_hex(16),
        going=sum(not each.against for each in visits), odd=sum(each.odd for each in visits),
        seen=" ".join(each.seen for each in rows), said=moves_shown.said(session, plan),
    )  # fmt: skip
