"""The set-up checklist: what is there, what is missing and where that is done; and the go-ahead that opens sending."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db, sealing
from app.models.practice import GoAhead
from app.models.staff import Staff
from app.outreach import go_ahead
from app.outreach.go_ahead import Point
from app.screens.forms import Typed, typed
from app.screens.roles import READS
from app.web.access import Role, allows, me
from app.web.page import open_to

blueprint = Blueprint("setting_up", __name__, url_prefix="/outreach/set-up", template_folder="templates")

OPENS: tuple[Role, ...] = ("manager",)
LONGEST = 200
BASES = {
    "written": "They signed that they agree to texts from us",
    "spoken": "They told us so, and we noted it at their number",
    "both": "Some signed it, others told us so and we noted it",
}
EARLIER = "Handrail had texted patients here before this page existed; nobody has said on which consent"
MISSING = "Something above is still missing. Nothing was opened."
ALREADY = "Somebody has opened sending already; it stands above."


@dataclass(frozen=True)
class Said:
    """A point in words: its title, the sentence when all is there, one for what may be missing (by the name that
    app.outreach.go_ahead gives it; "" for any other), and the page where it is done, if there is one."""

    title: str
    there: str
    lacking: Mapping[str, str]
    page: str | None = None
    link: str = ""


SAID = {
    "practice": Said(
        "Practice", "The practice, its places and its providers are entered.",
        {
            "practice": "Its name, time zone and hours for texts are missing: your technician enters them.",
            "location": "There is no place yet: your technician enters it.",
            "provider": "There is no provider yet: your technician enters them.",
        },
    ),
    "owners": Said(
        "Owners", "There is a nurse, a front desk and a manager to look after what comes in.",
        {
            "nurse": "No nurse has an account: words about health would reach nobody.",
            "front_desk": "Nobody at the front desk has an account: calls and new times would reach nobody.",
            "manager": "No manager has an account.",
        },
        "staff.listed", "Accounts",
    ),
    "hours": Said(
        "Opening hours", "The hours at which the desk is staffed are entered.",
        {"hours": "The hours at which the desk is staffed are missing."}, "on_call.show", "Opening hours",
    ),
    "cover": Said(
        "Cover", "At every hour of the next seven days somebody reads what a patient answers.",
        {"cover": "There are hours in the next seven days at which nobody would read what a patient answers."},
        "on_call.show", "On-call calendar",
    ),
    "texts": Said(
        "Texts", "The texts are in force, every one that the timetables ask for.",
        {
            "fixed": "The fixed texts are not in force: your technician puts them in force.",
            "": "A text that the timetables ask for is not in force: “{name}”. Your technician does it.",
        },
        "dialogs.listed", "What we say",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One point as the page shows it."""

    title: str
    sentences: tuple[str, ...]
    done: bool
    page: str | None
    link: str


@blueprint.get("")
@allows(*READS)
def show() -> ResponseReturnValue:
    """The checklist, and who gave the go-ahead; for a manager the form that gives it."""
    return _page(Typed({}))


@blueprint.post("")
@allows(*OPENS)
def give() -> ResponseReturnValue:
    """Open sending, once all is there."""
    form = typed("basis", "kept")
    if form["basis"] not in go_ahead.GIVEN:
        form.problems["basis"] = "Please choose how patients have agreed to texts."
    kept = form["kept"].strip()
    if not kept:
        form.problems["kept"] = "Please say where these consents are kept."
    elif len(kept) > LONGEST:
        form.problems["kept"] = f"This has {len(kept)} characters; {LONGEST} fit. Please shorten it."
    if form.problems:
        return _page(form, 422)
    with db.transaction("setting_up.give") as session:
        if go_ahead.give(session, form["basis"], kept, me().staff_id):
            return redirect(url_for("setting_up.show"), 303)
        form.problems["basis"] = ALREADY if go_ahead.standing(session) is not None else MISSING
    return _page(form, 409)


def _page(form: Typed, code: int = 200) -> ResponseReturnValue:
    with sealing.gaps_shown(), db.reading("setting_up.show") as session:
        points, given = [_shown(each) for each in go_ahead.points(session)], go_ahead.standing(session)
        opened = _opened(session, given) if given is not None else None
    return render_template(
        "outreach/set_up.html", form=form, points=points, given=given, opened=opened, bases=BASES, longest=LONGEST,
        may_open=me().role in OPENS, ready=all(each.done for each in points),
    ), code  # fmt: skip


def _shown(point: Point) -> Shown:
    said = SAID[point.name]
    lacking = tuple(said.lacking.get(each, said.lacking.get("", each)).format(name=each) for each in point.lacks)
    leads_there = said.page is not None and open_to(said.page, me())
    return Shown(said.title, lacking or (said.there,), not lacking, said.page if leads_there else None, said.link)


def _opened(session: Session, given: GoAhead) -> tuple[str, str]:
    """Who gave it, and on which consent."""
    staff = session.get(Staff, given.given_by) if given.given_by is not None else None
    return (staff.name if staff is not None else "Handrail"), BASES.get(given.basis, EARLIER)
