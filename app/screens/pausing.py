"""Stopping what we begin, by purpose, and letting it go on: who did, when and why (P9)."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db, sealing
from app.models.pauses import Pause
from app.models.staff import Staff
from app.outreach import pauses
from app.screens.forms import Typed, typed
from app.screens.roles import READS
from app.screens.rows import known
from app.web.access import allows, me
from app.web.following import STOPPED

blueprint = Blueprint("pausing", __name__, url_prefix="/outreach/pauses", template_folder="templates")

SHOWN = 50
ALREADY = "Somebody has stopped this already; it stands below."


@dataclass(frozen=True)
class Shown:
    """One pause: what, why, and by whom; `ended_at` is None while it stands."""

    id: int
    what: str
    reason: str
    begun_by: str
    begun_at: datetime
    ended_by: str
    ended_at: datetime | None


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """What is stopped, what was, and the form."""
    return _page(Typed({}))


@blueprint.post("")
@allows("manager")
def begin() -> ResponseReturnValue:
    """Stop one sort of texts, with the reason; asked back once, for the very sort that was asked about."""
    form = typed("purpose", "reason", "sure")
    if form["purpose"] not in STOPPED:
        form.problems["purpose"] = "Please choose what is to stop."
    if not form["reason"].strip():
        form.problems["reason"] = "Please say why, so that colleagues understand it."
    if not form.problems and form["sure"] != form["purpose"]:
        return _page(form, 422, asks=STOPPED[form["purpose"]])
    if not form.problems:
        with db.transaction("pausing.begin") as session:
            if pauses.begin(session, form["purpose"], form["reason"].strip(), me().staff_id):
                return redirect(url_for("pausing.listed"), 303)
        form.problems["purpose"] = ALREADY
    return _page(form, 422)


@blueprint.post("/<int:pause_id>/end")
@allows("manager")
def end(pause_id: int) -> ResponseReturnValue:
    """Let it go on; harmless to repeat."""
    with db.transaction("pausing.end") as session:
        pauses.end(session, known(session, Pause, pause_id).id, me().staff_id)
    return redirect(url_for("pausing.listed"), 303)


@blueprint.get("/<int:pause_id>/end", endpoint="back")
@allows(*READS)
def back(pause_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """After the button the address bar may show where it went: loading that again leads back to the page."""
    return redirect(url_for("pausing.listed"), 303)


def _page(form: Typed, code: int = 200, asks: str = "") -> ResponseReturnValue:
    """`asks`: what would stop, while she is asked whether it is to."""
    with sealing.gaps_shown(), db.reading("pausing.listed") as session:
        found, by_itself = _pauses(session), pauses.by_itself(session)
    return render_template(
        "outreach/pauses.html", form=form, purposes=STOPPED, may_change=me().role == "manager", by_itself=by_itself,
        asks=asks, standing=[each for each in found if each.ended_at is None],
        over=[each for each in found if each.ended_at is not None],
    ), code  # fmt: skip


def _pauses(session: Session) -> list[Shown]:
    """The newest first."""
    names = dict(session.execute(select(Staff.id, Staff.name)).all())
    rows = session.scalars(select(Pause).order_by(Pause.ended_at.is_not(None), Pause.id.desc()).limit(SHOWN))
    return [
        Shown(
            row.id, STOPPED[row.purpose], row.reason, names[row.begun_by], row.begun_at,
            names.get(row.ended_by or 0, ""), row.ended_at,
        )
        for row in rows
    ]  # fmt: skip
