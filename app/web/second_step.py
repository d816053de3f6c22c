"""The second step of signing in: setting up an authenticator the first time, its code from then on."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, abort, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import db, timeline
from app.models.practice import Practice
from app.models.staff import SecondFactor
from app.web import forms, second_factor, sign_ins, throttle
from app.web.access import EVERYBODY, allows, me
from app.web.sign_ins import Me

Made = TypeVar("Made")

blueprint = Blueprint("second_step", __name__, url_prefix="/second-step")

LONGEST = 40
WRONG = "That code does not fit, or was used already. Please wait for the next one and type that."
TOO_MANY = (
    "There were too many tries. Please wait 15 minutes, or ask whoever keeps the accounts here to take the second "
    "factor back."
)


@blueprint.get("")
@allows(*EVERYBODY, lets=("code", "enrol"))
def show() -> ResponseReturnValue:
    """What is to be set up, or the box for a code; whoever is through it goes home."""
    if me().still not in ("code", "enrol"):
        return redirect(url_for("sign_in.home"), 303)
    return _page()


@blueprint.post("")
@allows(*EVERYBODY, lets=("code", "enrol"))
def give() -> ResponseReturnValue:
    """The code. Same sentence for a wrong one and one that was used; the tries are counted before any is looked at."""
    person = me()
    if person.still not in ("code", "enrol"):
        return redirect(url_for("sign_in.home"), 303)
    made, problem = tried(person, lambda session, code: _passes(session, person, code))
    if made is None:
        return _page(problem, 429 if problem == TOO_MANY else 401)
    codes, token = made
    home = url_for("sign_in.home")
    response = recovery_codes(codes, home) if codes else make_response(redirect(home, 303))
    sign_ins.give_cookie(response, token)
    return response


@blueprint.get("/picture")
@allows(*EVERYBODY, lets=("enrol",))
def picture() -> ResponseReturnValue:
    """What an app photographs; only while it is set up."""
    person = me()
    with db.reading("second_step.picture") as session:
        secret = session.scalar(_unconfirmed(person))
        username = second_factor.username_of(session, person.staff_id)
        practice = session.scalar(select(Practice.name).limit(1)) or ""
    if secret is None:
        abort(404)
    return Response(second_factor.picture(secret, username, practice), mimetype="image/svg+xml")


def tried(person: Me, act: Callable[[Session, str], Made | None]) -> tuple[Made | None, str]:
    """Count the try, then let `act` look at the code. Returns what it made; or None and why not."""
    with db.reading("second_step.whose") as session:
        username = second_factor.username_of(session, person.staff_id)
    attempt = throttle.Attempt(username, request.remote_addr or "", throttle.CODE)
    if not attempt.may_go_on():
        return None, TOO_MANY
    with db.transaction("second_step.give") as session:
        made = act(session, forms.text("code")[:LONGEST])
        if made is None:
            timeline.append(session, timeline.of_staff(person.staff_id), "second_factor_refused", "agent")
    if made is None:
        return None, WRONG
    attempt.succeeded()
    return made, ""


def fits(session: Session, staff_id: int, code: str) -> bool:
    """Whether it is a code of her app, or a recovery code; neither counts twice."""
    return second_factor.take(session, staff_id, code) or second_factor.take_recovery(session, staff_id, code)


def recovery_codes(codes: list[str], leads_to: str) -> Response:
    """The page that shows them, this once."""
    g.pop("me", None)
    return make_response(render_template("recovery_codes.html", codes=codes, leads_to=leads_to))


def _passes(session: Session, person: Me, code: str) -> tuple[list[str], str] | None:
    """In one transaction with the code that was taken: a sign-in that opens everything, with a token of its own.
    Returns new recovery codes, if any were made, and the token."""
    if person.still == "enrol":
        codes = second_factor.confirm(session, person.staff_id, code)
    else:
        codes = [] if fits(session, person.staff_id, code) else None
    if codes is None:
        return None
    sign_ins.give_way(session, person)
    return codes, sign_ins.begin(session, person.staff_id, passed=True)


def _page(problem: str = "", code: int = 200) -> ResponseReturnValue:
    """Nothing else is open yet, so the page has no menu and listens to nothing."""
    person = me()
    spelled = ""
    if person.still == "enrol":
        with db.transaction("second_step.begin") as session:
            spelled = second_factor.spelled(second_factor.begin(session, person.staff_id).secret)
    g.pop("me")
    return render_template("second_step.html", person=person, problem=problem, spelled=spelled), code


def _unconfirmed(person: Me) -> Select[str]:
    mine = (SecondFactor.staff_id == person.staff_id, SecondFactor.confirmed_at.is_(None))
    return select(SecondFactor.secret).where(*mine)
