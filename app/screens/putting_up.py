"""The form with which times are put up."""

from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db
from app.scheduling import in_turn, putting_up
from app.scheduling.putting_up import MOST_AT_ONCE, SlotRefused, Wanted
from app.screens.booking import wanted
from app.screens.choices import choices, kind, number
from app.screens.forms import Typed, typed
from app.screens.roles import CHANGES
from app.web import page as web_page
from app.web.access import allows, me

blueprint = Blueprint("putting_up", __name__, template_folder="templates")

FIELDS = ("day", "at", "which", "provider", "location", "odd", "visit_kind", "minutes", "many", "in_turn")


FIRST_VERSION = 1


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("/waitlist/slots/new")
@allows(*CHANGES)
def new() -> ResponseReturnValue:
    """The empty form."""
    with db.reading("slots.new") as session:
        return _new_page(session, Typed({"minutes": "30", "many": "1"}))


@blueprint.post("/waitlist/slots/new")
@allows(*CHANGES)
def put_up() -> ResponseReturnValue:
    """Put up one time, or several one after the other."""
    form = typed(*FIELDS)
    with db.transaction("slots.put_up") as session:
        times = _times(session, form)
        try:
            if times is not None:
                for slot_id in putting_up.put_up(session, times, me().staff_id):
                    if form["in_turn"]:
                        in_turn.begin(session, slot_id, FIRST_VERSION, me().staff_id)
                return redirect(url_for("waitlist.listed", done="put_up"), 303)
        except SlotRefused as refused:
            form.problems["at"] = str(refused)
        return _new_page(session, form), 422


def _times(session: Session, form: Typed) -> Wanted | None:
    minutes = number(form, "minutes", 5, 480, "Please say how many minutes a time lasts, from 5 to 480.")
    many = number(form, "many", 1, MOST_AT_ONCE, f"Please choose from 1 to {MOST_AT_ONCE} times.")
    meant_for = kind(form)
    at = wanted(session, form)
    if at is None or form.problems:
        return None
    length = timedelta(minutes=minutes)
    starts: list[datetime] = [at.starts_at + length * each for each in range(many)]
    return Wanted(at.provider_id, at.location_id, meant_for, starts, length)


def _new_page(session: Session, form: Typed) -> str:
    return render_template("waitlist/new.html", form=form, **choices(session))
