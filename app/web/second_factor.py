"""The second factor: time-based codes of an authenticator app, and recovery codes for when it is lost (H71).

No code counts twice, not even within its half minute; secrets are sealed, recovery codes kept as blind indexes.
"""

import io
import re
import secrets

import pyotp
import segno
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app import clock, db, sealing, timeline
from app.models.staff import RecoveryCode, SecondFactor, Staff
from app.web.passwords import LETTERS

APART = 1
"""Half minutes by which her clock and ours may differ, each way."""
HOW_MANY, PARTS, LONG = 10, 2, 5
SHAPE = re.compile(rf"[{LETTERS}]{{{PARTS * LONG}}}")


def begin(session: Session, staff_id: int) -> SecondFactor:
    """Hers, to be set up: shown again as it is until a code of it was typed."""
    values = {"staff_id": staff_id, "secret": pyotp.random_base32(), "begun_at": clock.now(), "last_step": 0}
    session.execute(db.insert_or_ignore(session, SecondFactor).values(**values))
    return session.scalars(select(SecondFactor).where(SecondFactor.staff_id == staff_id)).one()


def confirm(session: Session, staff_id: int, code: str) -> list[str] | None:
    """Her app shows what ours does: from now on it is asked for. Returns her recovery codes, or None when the code is
    wrong."""
    if not take(session, staff_id, code):
        return None
    mine = (SecondFactor.staff_id == staff_id, SecondFactor.confirmed_at.is_(None))
    session.execute(update(SecondFactor).where(*mine).values(confirmed_at=clock.now()))
    timeline.append(session, timeline.of_staff(staff_id), "second_factor_set_up", timeline.by_staff(staff_id))
    return new_recovery_codes(session, staff_id)


def take(session: Session, staff_id: int, code: str) -> bool:
    """Whether the code is her app's now, and none that was taken before; guarded, so that of two at once one counts."""
    typed = re.sub(r"\s", "", code)
    secret = session.scalar(select(SecondFactor.secret).where(SecondFactor.staff_id == staff_id))
    if secret is None or not re.fullmatch(r"[0-9]{6}", typed):
        return False
    app, now = pyotp.TOTP(secret), clock.now()
    for apart in range(-APART, APART + 1):
        if secrets.compare_digest(app.at(now, counter_offset=apart), typed):
            step = app.timecode(now) + apart
            newer = (SecondFactor.staff_id == staff_id, SecondFactor.last_step < step)
            return db.changed(session, update(SecondFactor).where(*newer).values(last_step=step))
    return False


def take_recovery(session: Session, staff_id: int, code: str) -> bool:
    """Whether it is one of her recovery codes that was not used yet; it is used then."""
    typed = re.sub(r"[\s-]", "", code.lower())
    if not SHAPE.fullmatch(typed):
        return False
    mine = (RecoveryCode.staff_id == staff_id, RecoveryCode.code == _index(typed), RecoveryCode.used_at.is_(None))
    used = db.changed(session, update(RecoveryCode).where(*mine).values(used_at=clock.now()))
    if used:
        timeline.append(session, timeline.of_staff(staff_id), "recovery_code_used", timeline.by_staff(staff_id))
    return used


def new_recovery_codes(session: Session, staff_id: int) -> list[str]:
    """New ones, shown this once, in place of all she had: `k7mwq-2bcde`."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(PARTS * LONG)) for _ in range(HOW_MANY)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.execute(insert(RecoveryCode), [{"staff_id": staff_id, "code": _index(code)} for code in codes])
    timeline.append(session, timeline.of_staff(staff_id), "recovery_codes_made", timeline.by_staff(staff_id))
    return [f"{code[:LONG]}-{code[LONG:]}" for code in codes]


def codes_left(session: Session, staff_id: int) -> int:
    unused = (RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def forget(session: Session, staff_id: int) -> None:
    """She sets another one up at her next sign-in."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))
    session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff_id))


def picture(secret: str, username: str, practice: str) -> bytes:
    """What her app photographs, as an SVG picture."""
    issuer = f"Handrail {practice}".strip()
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)
    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", scale=6, border=4, dark="#000", light="#fff")
    return drawn.getvalue()


def spelled(secret: str) -> str:
    """The secret for who cannot take a picture: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def username_of(session: Session, staff_id: int) -> str:
    return session.scalars(select(Staff.username).where(Staff.id == staff_id)).one()


def _index(code: str) -> bytes:
    return sealing.blind_index(code, "recovery_code")
