"""The on-call calendar: who reads what comes in, now and in the next two weeks, and the forms that change it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.calls import messages
from app.models.cover import ClosedDay, Duty
from app.models.staff import Staff
from app.outreach import snow_days
from app.outreach.snow_day_slots import Wanted
from app.screens import cover_forms as parse
from app.screens import cover_shown as shown
from app.screens import forms as screen_forms
from app.screens.forms import Typed, typed
from app.screens.roles import READS
from app.screens.rows import known
from app.web import page as web_page
from app.web import times
from app.web.access import Role, allows, me
from escalation_desk import nurse_rings, oncall, rota

blueprint = Blueprint("on_call", __name__, url_prefix="/on-call", template_folder="templates")

CHANGES: tuple[Role, ...] = ("manager",)
DAYS, SWAPS_AHEAD = 14, 28
DONE = {
    "hours": "The opening hours are entered.",
    "closed": "The practice stays closed on that day.",
    "closed_and_booked": "The practice stays closed on that day. Visits are booked then, and patients are asked about "
    "them: please move them, or call the day off (Appointments).",
    "opened": "The practice opens on that day after all.",
    "entered": "It stands in the calendar.",
    "ended": "It is taken out of the calendar.",
    "swapped": "The two have swapped.",
    "phone": "The telephone is entered.",
    "on_the_line": "That is how it goes from the next call on.",
    "kept": "The sound of messages is kept that long.",
}
Forms = dict[str, Typed]


@blueprint.before_request
def know_the_zone() -> None:
    """Read the practice before any transaction is open; it is kept for the request."""
    web_page.practice()


@blueprint.get("")
@allows(*READS)
def show() -> ResponseReturnValue:
    """The calendar."""
    with db.reading("on_call.show") as session:
        return _page(session, {})


@blueprint.post("/hours")
@allows(*CHANGES)
def hours() -> ResponseReturnValue:
    """Enter the opening hours of the week."""
    form, was = typed(*parse.HOURS), Typed({name: request.form.get(f"was_{name}", "") for name in parse.HOURS})
    week = parse.week(form)
    if form.problems:
        return _refused("hours", form)
    with db.transaction("on_call.hours") as session:
        if rota.set_week(session, week, parse.week(was), me().staff_id):
            return _done("hours")
    form.problems["opens_0"] = "Somebody changed the opening hours meanwhile. They are shown above; please look again."
    return _refused("hours", form, 409)


@blueprint.post("/closed-days")
@allows(*CHANGES)
def close_on() -> ResponseReturnValue:
    """A day on which the practice stays closed."""
    form = typed(*parse.CLOSED)
    closed = parse.closed_day(form)
    if closed is None:
        return _refused("closed", form)
    with db.transaction("on_call.close_on") as session:
        rota.close_on(session, *closed, me().staff_id)
        booked = snow_days.visits_on(session, Wanted(closed[0], None, None))
    return _done("closed_and_booked" if booked else "closed")


@blueprint.post("/closed-days/open")
@allows(*CHANGES)
def open_on() -> ResponseReturnValue:
    """The practice opens on that day after all."""
    day = screen_forms.a_date(typed("day"), "day", "") or abort(400)
    with db.transaction("on_call.open_on") as session:
        rota.open_on(session, day, me().staff_id)
    return _done("opened")


@blueprint.post("/weekly")
@allows(*CHANGES)
def weekly() -> ResponseReturnValue:
    """Somebody is on call each week."""
    form = typed(*parse.WEEKLY)
    return _enter("weekly", form, lambda nurses: parse.weekly(form, nurses, me().staff_id))


@blueprint.post("/once")
@allows(*CHANGES)
def once() -> ResponseReturnValue:
    """Somebody else, or nobody, on one day."""
    form = typed(*parse.ONCE)
    today = clock.now().astimezone(web_page.zone()).date()

    def lines(nurses: dict[str, str]) -> list[Duty]:
        line = parse.once(form, nurses, me().staff_id, today)
        return [line] if line is not None else []

    return _enter("once", form, lines)


@blueprint.post("/swap")
@allows(*CHANGES)
def swap() -> ResponseReturnValue:
    """Two turns change hands."""
    form = typed(*parse.SWAP)
    with db.transaction("on_call.swap") as session:
        ahead = dict(shown.turns_ahead(oncall.calendar(session), _today(), SWAPS_AHEAD))
        one, other = ahead.get(form["swap_one"]), ahead.get(form["swap_other"])
        if one is None or other is None or one[1].staff_id == other[1].staff_id:
            form.problems["swap_other"] = "Please choose two turns of two people."
            return _page(session, {"swap": form}), 422
        for (day, turn), who in ((one, other[1].staff_id), (other, one[1].staff_id)):
            rota.enter(session, Duty(
                staff_id=who, place=turn.place, day=day, begins=turn.begins, ends=turn.ends, entered_by=me().staff_id,
            ))  # fmt: skip
    return _done("swapped")


@blueprint.post("/lines/<int:duty_id>/end")
@allows(*CHANGES)
def end(duty_id: int) -> ResponseReturnValue:
    """Take a line out of the calendar."""
    with db.transaction("on_call.end") as session:
        known(session, Duty, duty_id)
        rota.end(session, duty_id, me().staff_id)
    return _done("ended")


@blueprint.post("/telephones/<int:staff_id>")
@allows(*CHANGES)
def telephone(staff_id: int) -> ResponseReturnValue:
    """Where a nurse is paged."""
    form = typed("phone", "called")
    number = screen_forms.phone(form, needed=True)
    with db.transaction("on_call.telephone") as session:
        if known(session, Staff, staff_id).role != oncall.ROLE:
            abort(404)
        if number is None:
            return _page(session, {f"phone_{staff_id}": form}), 422
        rota.set_phone(session, staff_id, number, me().staff_id, called=form["called"] == "yes")
    return _done("phone")


@blueprint.get("/hours", endpoint="back_from_hours")
@blueprint.get("/closed-days", endpoint="back_from_closing")
@blueprint.get("/closed-days/open", endpoint="back_from_opening")
@blueprint.get("/weekly", endpoint="back_from_weekly")
@blueprint.get("/once", endpoint="back_from_once")
@blueprint.get("/swap", endpoint="back_from_swap")
@blueprint.get("/lines/<int:duty_id>/end", endpoint="back_from_ending")
@blueprint.get("/telephones/<int:staff_id>", endpoint="back_from_telephone")
@allows(*READS)
def back(duty_id: int = 0, staff_id: int = 0) -> ResponseReturnValue:  # noqa: ARG001
    """After a refusal the address bar shows where the form went: loading that again leads back to the page."""
    return redirect(url_for("on_call.show"), 303)


def _enter(name: str, form: Typed, lines: Callable[[dict[str, str]], list[Duty]]) -> ResponseReturnValue:
    with db.transaction("on_call.enter") as session:
        for line in lines(shown.nurses(session)):
            rota.enter(session, line)
        if form.problems:
            return _page(session, {name: form}), 422
    return _done("entered")


def _done(what: str) -> ResponseReturnValue:
    return redirect(url_for("on_call.show", done=what), 303)


def _refused(name: str, form: Typed, code: int = 422) -> ResponseReturnValue:
    with db.reading("on_call.refused") as session:
        return _page(session, {name: form}), code


def _today() -> datetime:
    """This morning's beginning on the practice's wall."""
    return clock.now().astimezone(web_page.zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _page(session: Session, refused: Forms) -> str:
    now, calendar, week = clock.now(), oncall.calendar(session), rota.open_week(session)
    closed = session.scalars(select(ClosedDay).where(ClosedDay.day >= _today().date()).order_by(ClosedDay.day)).all()
    names, asleep = shown.names(session), oncall.asleep_for(session, now)
    return render_template(
        "on_call/show.html", now=shown.at(calendar, now, names),
        days=shown.days(calendar, now, now + timedelta(days=DAYS), names, {each.day: each.name for each in closed}),
        closed=closed, lines=shown.lines(calendar, names, _today().date()), phones=shown.phones(session),
        nurses=shown.nurses(session), may_change=me().role in CHANGES, parse=parse,
        asleep=times.age(asleep) if asleep else "",
        form=lambda name: refused.get(name) or (parse.of_week(week) if name == "hours" else Typed({})),
        staffed_on=lambda weekday: shown.staffed_on(week, weekday),
        was=parse.of_week(week), trouble=next(iter(refused.values()), Typed({})),
        swaps={key: shown.worded(*each, names) for key, each in shown.turns_ahead(calendar, _today(), SWAPS_AHEAD)},
        done=DONE.get(request.args.get("done", ""), ""), rings_nurses=nurse_rings.wanted(session),
        takes_messages=messages.wanted(session), kept_days=messages.kept_days(session),
        kept_choices=messages.KEPT_DAYS,
    )  # fmt: skip
