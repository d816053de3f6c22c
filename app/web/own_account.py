"""A person's own account: choosing a password, which she must do first where somebody else has seen the one she has."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import db, settings
from app.models.staff import Staff
from app.web import accounts, forms, passwords, second_factor, second_step, sign_ins, throttle
from app.web.access import EVERYBODY, allows, me
from app.web.sign_ins import Me

blueprint = Blueprint("own_account", __name__, url_prefix="/account")

WRONG = "That is not your password now. Please type it once more."
TOO_MANY = "There were too many tries. Please wait 15 minutes."
NOT_TWICE = "The two new passwords are not the same. Please type the new one twice."
SAME = "That is the password you have now. Please choose another."
DONE = {"password": "You have a new password. You are signed out everywhere else."}
"""What the page says after an act, by the word in its address."""


@blueprint.get("")
@allows(*EVERYBODY, lets=("password",))
def show() -> ResponseReturnValue:
    """Her account."""
    return _page()


@blueprint.post("/password")
@allows(*EVERYBODY, lets=("password",))
def choose() -> ResponseReturnValue:
    """A new password, twice, and the one that counts now; the tries are counted as at sign-in."""
    now, new = forms.text("password"), forms.text("new_password")
    with db.reading("own_account") as session:
        person = session.get_one(Staff, me().staff_id)
        username, stored = person.username, person.password_hash
    attempt = throttle.Attempt(username, request.remote_addr or "")
    if not attempt.may_go_on():
        return _page(TOO_MANY, "password", 429)
    if not passwords.fits(now, stored):
        return _page(WRONG, "password", 422)
    attempt.succeeded()
    if new != forms.text("again"):
        return _page(NOT_TWICE, "again", 422)
    if new == now:
        return _page(SAME, "new_password", 422)
    return _change(me(), new)


@blueprint.post("/second-factor")
@allows(*EVERYBODY)
def change_second_factor() -> ResponseReturnValue:
    """New recovery codes, or another authenticator; either only with a code of the one she has."""
    person, another = me(), forms.text("wanted") == "another"
    made, problem = second_step.tried(
        person, lambda session, code: _change_factor(session, person, code, another=another)
    )
    if made is None:
        return _page(problem, "code", 429 if problem == second_step.TOO_MANY else 422)
    codes, token = made
    if another:
        response = make_response(redirect(url_for("second_step.show"), 303))
        sign_ins.give_cookie(response, token)
        return response
    return second_step.recovery_codes(codes, url_for("own_account.show"))


@blueprint.get("/second-factor", endpoint="back_from_second_factor")
@blueprint.get("/password")
@allows(*EVERYBODY, lets=("password",))
def back() -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to the page."""
    return redirect(url_for("own_account.show"), 303)


def _change_factor(session: Session, person: Me, code: str, *, another: bool) -> tuple[list[str], str] | None:
    if not second_step.fits(session, person.staff_id, code):
        return None
    if not another:
        return second_factor.new_recovery_codes(session, person.staff_id), ""
    second_factor.forget(session, person.staff_id)
    accounts.tell(session, person.staff_id, "second_factor_forgotten", person.staff_id)
    sign_ins.end_all(session, person.staff_id)
    return [], sign_ins.begin(session, person.staff_id)


def _change(person: Me, new: str) -> ResponseReturnValue:
    try:
        with db.transaction("choose_password") as session:
            accounts.choose_password(session, person.staff_id, new)
            token = sign_ins.begin(session, person.staff_id, passed=settings.current().asks_second_factor)
    except passwords.BadPassword as refusal:
        return _page(str(refusal), "new_password", 422)
    leads_to = url_for("sign_in.home") if person.still else url_for("own_account.show", done="password")
    response = make_response(redirect(leads_to, 303))
    sign_ins.give_cookie(response, token)
    return response


def _page(problem: str = "", at: str = "", code: int = 200) -> ResponseReturnValue:
    """While she must choose first nothing else is open, so the page has no menu and listens to nothing."""
    person = me()
    with db.reading("own_account.codes") as session:
        left = second_factor.codes_left(session, person.staff_id)
    if person.still:
        g.pop("me")
    return render_template(
        "own_account.html", person=person, problem=problem, at=at, done=DONE.get(request.args.get("done", ""), ""),
        shortest=passwords.SHORTEST, left=left, second=settings.current().asks_second_factor and not person.still,
    ), code  # fmt: skip
