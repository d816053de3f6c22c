"""Staff accounts: adding a person, shutting a person out, another role, a new password; by whom is recorded (P12)."""

import re
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app import clock, queue, sealing, timeline
from app.models.staff import KEEPERS, ROLES, SignInAttempt, Staff
from app.web import passwords, second_factor, sign_ins, throttle
from escalation_desk.models import DeskItem

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
LONGEST_NAME = 80


class AccountRefused(ValueError):
    """The account cannot be made or changed so; the message is a sentence, and `about` the field it is about."""

    def __init__(self, sentence: str, about: str = "role") -> None:
        super().__init__(sentence)
        self.about = about


def folded(username: str) -> str:
    """Usernames are typed with any case and stray blanks."""
    return username.strip().lower()


def may_keep(role: str, of_role: str) -> bool:
    """Whether somebody with `role` looks after accounts with `of_role`: only admins touch an admin's."""
    return role == "admin" or (role in KEEPERS and of_role != "admin")


def add(
    session: Session, username: str, name: str, role: str, password: str, *, by: int | None = None, given: bool = False
) -> int:
    """A new person; returns the id. `by`: who does it, None at the command line; `given`: somebody else has seen the
    password, so it opens the page where she chooses her own and nothing else. Raises AccountRefused or BadPassword."""
    username, name = folded(username), " ".join(name.split())
    if not USERNAME.fullmatch(username):
        raise AccountRefused(
            "A username has 2 to 40 letters, digits, dots or dashes and begins with a letter.", "username"
        )
    if not 1 <= len(name) <= LONGEST_NAME:
        raise AccountRefused(f"A name has between 1 and {LONGEST_NAME} characters.", "name")
    if role not in ROLES:
        raise AccountRefused(f"The role must be one of: {', '.join(ROLES)}.")
    _refuse_unless_keeper(session, by, role)
    if by_username(session, username) is not None:
        raise AccountRefused(f"There is an account “{username}” already.", "username")
    person = Staff(
        username=username, name=name, role=role, password_hash=passwords.hashed(password, username, name),
        created_at=clock.now(), password_given=given,
    )  # fmt: skip
    session.add(person)
    session.flush()
    tell(session, person.id, "staff_added", by, role=role)
    return person.id


def disable(session: Session, username: str, *, by: int | None = None) -> None:
    """Shut a person out at once, on every browser (H35); what she has at the desk is free. Raises AccountRefused."""
    person = _known(session, username)
    _refuse_unless_keeper(session, by, person.role)
    _refuse_oneself(person, by)
    if person.disabled_at is not None:
        return
    person.disabled_at = clock.now()
    session.flush()
    sign_ins.end_all(session, person.id)
    end_claims(session, person.id)
    tell(session, person.id, "staff_disabled", by)


def reset(session: Session, username: str, password: str, *, by: int | None = None, given: bool = False) -> None:
    """A new password, a person who may come in again, and no browser signed in. Raises AccountRefused, BadPassword."""
    person = _known(session, username)
    _refuse_unless_keeper(session, by, person.role)
    _refuse_oneself(person, by)
    person.password_hash = passwords.hashed(password, person.username, person.name)
    person.password_given = given
    person.disabled_at = None
    session.flush()
    sign_ins.end_all(session, person.id)
    account = sealing.blind_index(person.username, throttle.ACCOUNT)
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject == account))
    tell(session, person.id, "staff_reset", by)


def forget_second_factor(session: Session, username: str, *, by: int | None = None) -> None:
    """Her authenticator is lost: she sets one up anew at her next sign-in. Raises AccountRefused."""
    person = _known(session, username)
    _refuse_unless_keeper(session, by, person.role)
    _refuse_oneself(person, by)
    second_factor.forget(session, person.id)
    sign_ins.end_all(session, person.id)
    codes = sealing.blind_index(person.username, throttle.CODE)
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject == codes))
    tell(session, person.id, "second_factor_forgotten", by)


def change_role(session: Session, username: str, role: str, *, by: int | None = None) -> None:
    """Another role from now on: she signs in again for it, and what she has at the desk is free. Raises
    AccountRefused."""
    person = _known(session, username)
    if role not in ROLES:
        raise AccountRefused("Please choose a role from the list.")
    _refuse_unless_keeper(session, by, person.role, role)
    _refuse_oneself(person, by)
    if person.role == role:
        return
    was, person.role = person.role, role
    session.flush()
    sign_ins.end_all(session, person.id)
    end_claims(session, person.id)
    tell(session, person.id, "staff_role_changed", by, role=role, was=was)


def choose_password(session: Session, staff_id: int, password: str) -> None:
    """A person's own new password; every browser of hers is signed out. Raises BadPassword."""
    person = session.get_one(Staff, staff_id)
    person.password_hash, person.password_given = passwords.hashed(password, person.username, person.name), False
    session.flush()
    sign_ins.end_all(session, staff_id)
    tell(session, staff_id, "password_chosen", staff_id)


def keepers_left(session: Session) -> bool:
    """Whether somebody can still look after accounts on the screen."""
    query = select(Staff.id).where(Staff.role.in_(KEEPERS), Staff.disabled_at.is_(None))
    return session.scalar(query.limit(1)) is not None


def by_username(session: Session, username: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.username == folded(username)))


def tell(session: Session, staff_id: int, kind: str, by: int | None, **details: str) -> None:
    """Write into the record of a person's account what was done to it, and by whom; None: at the command line."""
    actor = timeline.by_staff(by) if by is not None else "agent"
    timeline.append(session, timeline.of_staff(staff_id), kind, actor, **details)


def _refuse_unless_keeper(session: Session, by: int | None, *roles: str) -> None:
    """Whoever does it must still be let in, and may keep accounts of these roles. Those who keep accounts are locked
    while one of them acts: of two who shut each other out at once, one remains."""
    if by is None:
        return
    keepers = select(Staff).where(Staff.role.in_(KEEPERS)).order_by(Staff.id).with_for_update()
    now = {person.id: person for person in session.scalars(keepers.execution_options(populate_existing=True))}
    person = now.get(by)
    if person is None or person.disabled_at is not None or not all(may_keep(person.role, role) for role in roles):
        raise AccountRefused("Only an admin may look after an admin’s account, and nobody whose own was shut.")


def _refuse_oneself(person: Staff, by: int | None) -> None:
    """So that the last who looks after accounts cannot lock everybody out."""
    if person.id == by:
        raise AccountRefused("This is your own account. Somebody else must do that, so that nobody is locked out.")


def end_claims(session: Session, staff_id: int, within: timedelta = timedelta()) -> None:
    """Nobody waits longer than this for the lease of somebody who is not in: the ticker opens these items then (P7)."""
    until = clock.now() + within
    hers = update(DeskItem).where(
        DeskItem.owner_id == staff_id, DeskItem.state == "claimed", DeskItem.lease_until > until
    )
    for list_name in set(session.scalars(hers.values(lease_until=until).returning(DeskItem.list))):
        queue.announce_later(session, list_name)


def _known(session: Session, username: str) -> Staff:
    person = by_username(session, username)
    if person is None:
        raise AccountRefused(f"There is no account “{folded(username)}”.")
    return person
