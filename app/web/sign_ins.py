"""Sign-ins: which browser is whose, kept on our side so that it can end at once (H35)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request
from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from app import clock, db, queue, settings, timeline
from app.models.staff import SecondFactor, SignIn, Staff

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=10)
NOTE_EVERY = timedelta(seconds=30)
WATCHES_FOR = timedelta(hours=24)
"""So long a browser is told how many wait after somebody signed in there."""
HALF_WAY = timedelta(minutes=10)
"""So long somebody has, who gave her password, to show the second factor."""


@dataclass(frozen=True, slots=True)
class Me:
    """A signed-in person, as of this request."""

    sign_in_id: int
    staff_id: int
    name: str
    role: str
    csrf_token: str
    still: str = ""
    """What she must do before anything else is open to her: `code`, to show her second factor; `enrol`, to set one up;
    `password`, to choose her own."""


def begin(session: Session, staff_id: int, *, passed: bool = False) -> str:
    """A new sign-in with a new token, which only the browser keeps; returns the token. `passed`: she has shown her
    second factor; without it, where one is asked for, the sign-in opens the page that asks."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    session.execute(
        insert(SignIn).values(
            token_hash=_hash(token),
            staff_id=staff_id,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
            passed_at=now if passed else None,
        )
    )
    is_in = passed or not settings.current().asks_second_factor
    actor = timeline.by_staff(staff_id)
    timeline.append(session, timeline.of_staff(staff_id), "signed_in" if is_in else "password_given", actor)
    return token


def end(session: Session, person: Me) -> None:
    """Sign this browser out."""
    session.execute(update(SignIn).where(SignIn.id == person.sign_in_id).values(ended_at=clock.now()))
    timeline.append(session, timeline.of_staff(person.staff_id), "signed_out", timeline.by_staff(person.staff_id))
    queue.announce_later(session, ended_topic(person.sign_in_id))


def give_way(session: Session, person: Me) -> None:
    """Another sign-in of this browser takes the place of this one."""
    session.execute(update(SignIn).where(SignIn.id == person.sign_in_id).values(ended_at=clock.now()))


def end_all(session: Session, staff_id: int) -> None:
    """Sign this person out everywhere."""
    live = (SignIn.staff_id == staff_id) & SignIn.ended_at.is_(None)
    for sign_in_id in session.scalars(update(SignIn).where(live).values(ended_at=clock.now()).returning(SignIn.id)):
        queue.announce_later(session, ended_topic(sign_in_id))


def is_in(session: Session, staff_id: int) -> bool:
    """Whether this person is signed in on some browser."""
    return session.scalar(select(SignIn.id).where(SignIn.staff_id == staff_id, *live()).limit(1)) is not None


def ended_topic(sign_in_id: int) -> str:
    """What open pages of this sign-in hear when it ends."""
    return f"signed_out:{sign_in_id}"


def of_request(*, watching: bool = False) -> Me | None:
    """Who sent this request, asked of the database each time. `watching` leaves the idle time running."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    with db.reading("who_is_this") as session:
        found = _find(session, token)
    if found is None:
        return None
    person, seen_at = found
    if not watching and clock.now() - seen_at > NOTE_EVERY:
        with db.transaction("note_presence") as session:
            session.execute(update(SignIn).where(SignIn.id == person.sign_in_id).values(seen_at=clock.now()))
    return person


def went_idle() -> str | None:
    """The role of whoever signed in at this browser and did not sign out, though the time for touching a page is over:
    enough to be told how many wait, and for nothing else (H18)."""
    token, now = request.cookies.get(cookie_name(), ""), clock.now()
    if not token:
        return None
    with db.reading("went_idle") as session:
        mine = (SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None), SignIn.created_at > now - WATCHES_FOR)
        query = select(SignIn.passed_at, Staff.role).join(Staff, Staff.id == SignIn.staff_id)
        row = session.execute(query.where(*mine, Staff.disabled_at.is_(None))).one_or_none()
    if row is None or (settings.current().asks_second_factor and row.passed_at is None):
        return None
    role: str = row.role
    return role


def cookie_name() -> str:
    """`__Host-` ties the cookie to https and this host; the demo speaks plain http on this machine."""
    return "__Host-handrail" if settings.current().live else "handrail"


def give_cookie(response: Response, token: str) -> None:
    response.set_cookie(cookie_name(), token, path="/", secure=settings.current().live, httponly=True, samesite="Lax")


def take_cookie(response: Response) -> None:
    response.delete_cookie(cookie_name(), path="/", secure=settings.current().live, httponly=True, samesite="Lax")


def live() -> tuple[ColumnElement[bool], ...]:
    """What holds for a sign-in that still opens pages, while its account is open."""
    now = clock.now()
    return SignIn.ended_at.is_(None), SignIn.seen_at > now - IDLE, SignIn.created_at > now - LONGEST


def _find(session: Session, token: str) -> tuple[Me, datetime] | None:
    query = (
        select(SignIn, Staff, SecondFactor.confirmed_at)
        .join(Staff, Staff.id == SignIn.staff_id)
        .outerjoin(SecondFactor, SecondFactor.staff_id == Staff.id)
        .where(SignIn.token_hash == _hash(token), *live(), Staff.disabled_at.is_(None))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    sign_in, staff, enrolled = row
    still = _still(sign_in, staff, enrolled=enrolled is not None)
    if still in ("code", "enrol") and sign_in.created_at <= clock.now() - HALF_WAY:
        return None
    return Me(sign_in.id, staff.id, staff.name, staff.role, sign_in.csrf_token, still), sign_in.seen_at


def _still(sign_in: SignIn, staff: Staff, *, enrolled: bool) -> str:
    if settings.current().asks_second_factor and (sign_in.passed_at is None or not enrolled):
        return "code" if enrolled else "enrol"
    return "password" if staff.password_given else ""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
