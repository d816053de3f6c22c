"""A person's own account: choosing a password, which she must do first where somebody else has seen the one she has."""

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import db
from app.models.staff import Staff
from app.web import accounts, forms, passwords, sign_ins, throttle
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


@blueprint.get("/password")
@allows(*EVERYBODY, lets=("password",))
def back() -> ResponseReturnValue:
    """After a refusal the address bar shows where the form went: loading that again leads back to the page."""
    return redirect(url_for("own_account.show"), 303)


def _change(person: Me, new: str) -> ResponseReturnValue:
    try:
        with db.transaction("choose_password") as session:
            accounts.choose_password(session, person.staff_id, new)
            token = sign_ins.begin(session, person.staff_id)
    except passwords.BadPassword as refusal:
        return _page(str(refusal), "new_password", 422)
    leads_to = url_for("sign_in.home") if person.still else url_for("own_account.show", done="password")
    response = make_response(redirect(leads_to, 303))
    sign_ins.give_cookie(response, token)
    return response


def _page(problem: str = "", at: str = "", code: int = 200) -> ResponseReturnValue:
    """While she must choose first nothing else is open, so the page has no menu and listens to nothing."""
    person = me()
    if person.still:
        g.pop("me")
    return render_template(
        "own_account.html", person=person, problem=problem, at=at, done=DONE.get(request.args.get("done", ""), ""),
        shortest=passwords.SHORTEST,
    ), code  # fmt: skip
