"""Who may come in: every view declares it, and a view that does not lets nobody in (P12)."""

import hmac
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from app import settings
from app.web import csrf, sign_ins, signed_out, there
from app.web.sign_ins import Me

Role = Literal["nurse", "front_desk", "manager", "auditor", "admin"]
EVERYBODY: tuple[Role, ...] = ("nurse", "front_desk", "manager", "auditor", "admin")
"""Everybody who signs in, whatever she may see then."""
View = TypeVar("View", bound=Callable[..., Any])

_DECLARED = "handrail_access"


@dataclass(frozen=True)
class Access:
    """What a view declared. `watching`: a page that refreshes itself, which does not count as somebody there; `lets`:
    what somebody may still have to do first (`Me.still`) who is let in all the same."""

    kind: Literal["staff", "public", "signed", "machine", "idle"]
    roles: frozenset[str] = frozenset()
    watching: bool = False
    lets: frozenset[str] = frozenset()


def allows(*roles: Role, watching: bool = False, lets: Collection[str] = ()) -> Callable[[View], View]:
    """Only signed-in staff with one of these roles."""
    if not roles:
        raise ValueError("name the roles that may come in")
    return _declare(Access("staff", frozenset(roles), watching, frozenset(lets)))


def public(view: View) -> View:
    """Anybody: sign-in, static files, health; a guard test knows them by name."""
    return _declare(Access("public"))(view)


def signed(view: View) -> View:
    """Twilio only: the view checks the signature itself before anything else."""
    return _declare(Access("signed"))(view)


def machine(view: View) -> View:
    """Only who sends METRICS_TOKEN; without that setting nobody, as if there were no such address."""
    return _declare(Access("machine"))(view)


def idle(view: View) -> View:
    """Only a browser in which somebody signed in and did not sign out, though nobody has touched it for a while: what
    it is told says nothing of anybody."""
    return _declare(Access("idle"))(view)


def declared(view: Callable[..., Any]) -> Access | None:
    """What a view declared; None: nothing, so it is shut."""
    access: Access | None = getattr(view, _DECLARED, None)
    return access


def me() -> Me:
    """The person whose request this is."""
    person = g.get("me")
    if not isinstance(person, Me):
        raise RuntimeError("this view is not for staff only, so it has no person")
    return person


def guard(web: Flask) -> None:
    """Check every request before its view runs."""
    web.before_request(_check)


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _DECLARED, access)
        return view

    return mark


def _check() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such address or method: Flask says so next
    access = declared(current_app.view_functions[request.endpoint])
    if access is None:
        abort(403)
    if access.kind == "signed":
        return None
    if access.kind == "machine":
        _check_machine()
        return None
    if access.kind == "idle":
        return None if sign_ins.went_idle() is not None else ("", 401)
    csrf.refuse_foreign()
    return _check_staff(access) if access.kind == "staff" else None


def _check_machine() -> None:
    token = settings.current().metrics_token.get_secret_value()
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        abort(403)


def _check_staff(access: Access) -> ResponseReturnValue | None:
    person = sign_ins.of_request(watching=access.watching)
    if person is None:
        return signed_out.answer()
    g.me = person
    csrf.refuse_without_token(person.csrf_token)
    if person.still and person.still not in access.lets:
        return signed_out.first(person.still)
    if person.role not in access.roles:
        abort(403)
    there.note(person.role, person.staff_id)
    return None
