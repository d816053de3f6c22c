"""Staff accounts: who may sign in, as what, and what was done to each account by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db, settings, timeline
from app.models.staff import KEEPERS, ROLES, SignIn, Staff
from app.screens.forms import Typed, typed
from app.screens.rows import known
from app.web import accounts, passwords, sign_ins
from app.web.access import Role, allows, me
from app.web.names import names_in
from app.web.page import ROLE_NAMES
from app.web.sentences import describe

blueprint = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")

READS: tuple[Role, ...] = ("manager", "admin", "auditor")
CHANGES: tuple[Role, ...] = ("manager", "admin")
SHOWN = 100
OF_ACCOUNTS = frozenset({
    "staff_added", "staff_disabled", "staff_reset", "staff_role_changed", "password_chosen", "signed_in", "signed_out",
    "sign_in_refused", "password_given", "second_factor_set_up", "second_factor_forgotten", "second_factor_refused",
    "recovery_code_used", "recovery_codes_made",
})  # fmt: skip
"""What of a person's entries is about the account; whom she looked at is not shown here."""
DONE = {
    "disabled": "The account is shut: signed out everywhere, and what this person had at the desk is free.",
    "forgotten": "The second factor is taken back. This person sets one up anew.",
    "role": "The role is changed. This person signs in again for it.",
}
"""What a page says after an act, by the word in its address."""

Act = Callable[[Session, str, int], None]


@dataclass(frozen=True)
class Account:
    """One account as the list shows it."""

    person: Staff
    role_name: str
    seen_at: datetime | None
    inside: bool


@blueprint.get("")
@allows(*READS)
def listed() -> ResponseReturnValue:
    """All accounts, those that are open first."""
    return _list(Typed({}))


@blueprint.post("")
@allows(*CHANGES)
def add() -> ResponseReturnValue:
    """A new account; its password is made here and shown this once."""
    form, password = typed("name", "username", "role"), passwords.generated()
    try:
        with db.transaction("staff.add") as session:
            staff_id = accounts.add(
                session, form["username"], form["name"], form["role"], password, by=me().staff_id, given=True
            )
    except accounts.AccountRefused as refusal:
        form.problems[refusal.about] = str(refusal)
        return _list(form, 422)
    return _person(staff_id, password=password)


@blueprint.get("/<int:staff_id>")
@allows(*READS)
def show(staff_id: int) -> ResponseReturnValue:
    """One account, what can be done with it and what was."""
    return _person(staff_id)


@blueprint.post("/<int:staff_id>/disable")
@allows(*CHANGES)
def disable(staff_id: int) -> ResponseReturnValue:
    """Shut her out, everywhere and at once."""
    return _act(staff_id, "disabled", lambda session, name, by: accounts.disable(session, name, by=by))


@blueprint.post("/<int:staff_id>/role")
@allows(*CHANGES)
def change_role(staff_id: int) -> ResponseReturnValue:
    """Another role."""
    role = typed("role")["role"]
    return _act(staff_id, "role", lambda session, name, by: accounts.change_role(session, name, role, by=by))


@blueprint.post("/<int:staff_id>/reset")
@allows(*CHANGES)
def reset(staff_id: int) -> ResponseReturnValue:
    """A new password, shown this once; somebody who was shut out is let in again."""
    password = passwords.generated()

    def act(session: Session, name: str, by: int) -> None:
        accounts.reset(session, name, password, by=by, given=True)

    return _act(staff_id, "", act, password)


@blueprint.post("/<int:staff_id>/second-factor")
@allows(*CHANGES)
def forget(staff_id: int) -> ResponseReturnValue:
    """Her authenticator is lost."""
    return _act(staff_id, "forgotten", lambda session, name, by: accounts.forget_second_factor(session, name, by=by))


@blueprint.get("/<int:staff_id>/second-factor", endpoint="back_from_forgetting")
@blueprint.get("/<int:staff_id>/disable", endpoint="back_from_disabling")
@blueprint.get("/<int:staff_id>/role", endpoint="back_from_role")
@blueprint.get("/<int:staff_id>/reset", endpoint="back_from_reset")
@allows(*READS)
def back(staff_id: int) -> ResponseReturnValue:
    """After a form the address bar may show where it went: loading that again leads back to the page."""
    return redirect(url_for("staff.show", staff_id=staff_id), 303)


def _act(staff_id: int, done: str, act: Act, password: str = "") -> ResponseReturnValue:
    try:
        with db.transaction("staff.act") as session:
            act(session, known(session, Staff, staff_id).username, me().staff_id)
    except accounts.AccountRefused as refusal:
        return _person(staff_id, str(refusal), code=422)
    if password:
        return _person(staff_id, password=password)
    return redirect(url_for("staff.show", staff_id=staff_id, done=done), 303)


def _list(form: Typed, code: int = 200) -> ResponseReturnValue:
    with db.reading("staff.listed") as session:
        found = _accounts(session)
    return render_template(
        "staff/listed.html", accounts=found, form=form, may_change=me().role in CHANGES, roles=_roles()
    ), code


def _person(staff_id: int, refusal: str = "", password: str = "", code: int = 200) -> ResponseReturnValue:
    with db.reading("staff.show") as session:
        person = known(session, Staff, staff_id)
        told = _told(session, staff_id)
        (account,) = [each for each in _accounts(session) if each.person.id == staff_id]
    return render_template(
        "staff/show.html", account=account, person=person, told=told, refusal=refusal, password=password,
        done=DONE.get(request.args.get("done", ""), ""), own=staff_id == me().staff_id, roles=_roles(),
        may_change=accounts.may_keep(me().role, person.role), is_keeper=me().role in KEEPERS,
        second=settings.current().asks_second_factor,
    ), code  # fmt: skip


def _accounts(session: Session) -> list[Account]:
    seen = select(SignIn.staff_id, func.max(SignIn.seen_at)).group_by(SignIn.staff_id)
    last = {row.staff_id: row[1] for row in session.execute(seen)}
    inside = set(session.scalars(select(SignIn.staff_id).where(*sign_ins.live())))
    people = session.scalars(select(Staff)).all()
    return [
        Account(each, ROLE_NAMES[each.role], last.get(each.id), each.id in inside and each.disabled_at is None)
        for each in sorted(people, key=lambda one: (one.disabled_at is not None, one.name.casefold(), one.id))
    ]


def _told(session: Session, staff_id: int) -> list[tuple[datetime, str]]:
    """What was done to the account, newest first."""
    found = timeline.read(session, [timeline.of_staff(staff_id)], SHOWN, OF_ACCOUNTS)
    names = names_in(session, found)
    return [(each.at, describe(each, names)) for each in reversed(found)]


def _roles() -> dict[str, str]:
    """The roles that this person may give."""
    return {role: ROLE_NAMES[role] for role in ROLES if accounts.may_keep(me().role, role)}
