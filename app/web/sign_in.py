"""Signing in and out."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from app import db, timeline
from app.models.staff import Staff
from app.web import accounts, alarm_screen, forms, passwords, sign_ins, throttle
from app.web.access import EVERYBODY, allows, me, public

blueprint = Blueprint("sign_in", __name__)

WRONG = "That username and password do not go together. Please try again."
TOO_MANY = (
    "There were too many tries. Please wait 15 minutes, or ask whoever looks after Handrail here for a new password."
)
BACK_WITHIN = timedelta(minutes=2)
"""Whoever signs in again so soon finds her items as she left them; then they are free for her colleagues."""
HOME_OF = {
    "nurse": "desk.nurses",
    "auditor": "desk.nurses",
    "front_desk": "desk.front_desk",
    "manager": "desk.front_desk",
    "admin": "staff.listed",
}


@dataclass(frozen=True)
class Account:
    """What signing in needs to know of a person."""

    staff_id: int
    stored: str
    open: bool


@blueprint.get("/sign-in")
@public
def form() -> ResponseReturnValue:
    """The sign-in page; `next` is where to go afterwards."""
    if sign_ins.of_request(watching=True):
        return redirect(_wanted(request.args.get("next", "")), 303)
    return _page(200, next_path=request.args.get("next", ""))


@blueprint.post("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Same sentence and time for a wrong password, an unknown name and an account that is shut."""
    username, next_path = accounts.folded(forms.text("username"))[:80], forms.text("next")
    attempt = throttle.Attempt(username, request.remote_addr or "")
    if not attempt.may_go_on():
        return _page(429, TOO_MANY, username, next_path)
    account = _account(username)
    password = forms.text("password")
    if not passwords.fits(password, account.stored if account else None) or account is None or not account.open:
        _note_failure(account)
        return _page(401, WRONG, username, next_path)
    attempt.succeeded()
    return _let_in(account, password, next_path)


@blueprint.post("/sign-out")
@allows(*EVERYBODY, lets=("code", "enrol", "password"))
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in. Whoever is signed in nowhere else keeps no item from her colleagues."""
    with db.transaction("sign_out") as session:
        sign_ins.end(session, me())
        if not sign_ins.is_in(session, me().staff_id):
            accounts.end_claims(session, me().staff_id, within=BACK_WITHIN)
    response = make_response(redirect(url_for("sign_in.form"), 303))
    sign_ins.take_cookie(response)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/")
@allows(*EVERYBODY)
def home() -> ResponseReturnValue:
    """Each role's own list."""
    return redirect(url_for(HOME_OF[me().role]), 303)


def _account(username: str) -> Account | None:
    with db.reading("find_account") as session:
        person = accounts.by_username(session, username)
    return Account(person.id, person.password_hash, person.disabled_at is None) if person else None


def _let_in(account: Account, password: str, next_path: str) -> Response:
    before = sign_ins.of_request(watching=True)
    better = passwords.renewed(password, account.stored)
    with db.transaction("sign_in") as session:
        if before is not None:
            sign_ins.end(session, before)
        if better is not None:
            session.execute(update(Staff).where(Staff.id == account.staff_id).values(password_hash=better))
        token = sign_ins.begin(session, account.staff_id)
    response = make_response(redirect(_wanted(next_path), 303))
    sign_ins.give_cookie(response, token)
    return response


def _note_failure(account: Account | None) -> None:
    if account is None:
        return
    with db.transaction("note_failed_sign_in") as session:
        timeline.append(session, timeline.of_staff(account.staff_id), "sign_in_refused", "agent")


def _page(code: int, problem: str = "", username: str = "", next_path: str = "") -> ResponseReturnValue:
    g.pop("me", None)
    return render_template(
        "sign_in.html", problem=problem, username=username, next_path=next_path, watches=alarm_screen.has_lists()
    ), code


def _wanted(path: str) -> str:
    """`path` when it is a page of ours, else everybody's home: nobody is sent elsewhere."""
    if path.startswith("/") and not path.startswith(("//", "/\\")):
        try:
            endpoint, _ = _addresses().match(path, method="GET")
        except (HTTPException, RequestRedirect):
            endpoint = ""
        if endpoint and not endpoint.startswith(("sign_in.", "static_files.", "live.", "alarm_screen.")):
            return path
    return url_for("sign_in.home")


def _addresses() -> MapAdapter:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        raise RuntimeError("a request has addresses")
    return adapter
