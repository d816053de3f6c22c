"""Staff accounts: adding a person, shutting a person out, giving a new password."""

import re

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import clock, sealing, timeline
from app.models.staff import ROLES, SignInAttempt, Staff
from app.web import passwords, sign_ins

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
LONGEST_NAME = 80


class AccountRefused(ValueError):
    """The account cannot be made or changed so; the message is a sentence."""


def folded(username: str) -> str:
    """Usernames are typed with any case and stray blanks."""
    return username.strip().lower()


def add(session: Session, username: str, name: str, role: str, password: str) -> int:
    """A new person; returns the id. Raises AccountRefused or BadPassword."""
    username, name = folded(username), name.strip()
    if not USERNAME.fullmatch(username):
        raise AccountRefused("A username has 2 to 40 letters, digits, dots or dashes and begins with a letter.")
    if not 1 <= len(name) <= LONGEST_NAME:
        raise AccountRefused(f"A name has between 1 and {LONGEST_NAME} characters.")
    if role not in ROLES:
        raise AccountRefused(f"The role must be one of: {', '.join(ROLES)}.")
    if by_username(session, username) is not None:
        raise AccountRefused(f"There is an account “{username}” already.")
    person = Staff(
        username=username, name=name, role=role, password_hash=passwords.hashed(password), created_at=clock.now()
    )
    session.add(person)
    session.flush()
    timeline.append(session, timeline.of_staff(person.id), "staff_added", "agent", role=role)
    return person.id


def disable(session: Session, username: str) -> None:
    """Shut a person out at once, on every browser (H35). Raises AccountRefused."""
    person = _known(session, username)
    person.disabled_at = person.disabled_at or clock.now()
    session.flush()
    sign_ins.end_all(session, person.id)
    timeline.append(session, timeline.of_staff(person.id), "staff_disabled", "agent")


def reset(session: Session, username: str, password: str) -> None:
    """A new password, a person who may come in again, and no browser signed in. Raises AccountRefused, BadPassword."""
    person = _known(session, username)
    person.password_hash = passwords.hashed(password)
    person.disabled_at = None
    session.flush()
    sign_ins.end_all(session, person.id)
    account = sealing.blind_index(person.username, "sign_in_account")
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject == account))
    timeline.append(session, timeline.of_staff(person.id), "staff_reset", "agent")


def by_username(session: Session, username: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.username == folded(username)))


def _known(session: Session, username: str) -> Staff:
    person = by_username(session, username)
    if person is None:
        raise AccountRefused(f"There is no account “{folded(username)}”.")
    return person
