"""Who is calling: a birth date by keypad, of a patient behind the number that is shown (H29, H30).

Three tries a call, five a day, and after ten wrong ones without a right one between them never again by this way.
Whoever is not let in hears the same, whatever the reason: a wrong date, none on record, a stranger's number, too many.
"""

import hmac
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, contact_points, timeline
from app.calls.answers import BIRTH_DATE
from app.models.calls import IdentityTry, PhoneCall
from app.models.patients import Patient
from escalation_desk import items

DIGITS = BIRTH_DATE
TRIES_A_CALL, TRIES_A_DAY, WRONG_FOR_GOOD = 3, 5, 10
A_DAY = timedelta(hours=24)


def enter(session: Session, call: PhoneCall, keys: str) -> bool:
    """Take one try; afterwards the call knows its patient if `keys` (MMDDYYYY) are the birth date of exactly one who
    may still be checked. The number is locked, so that no two calls count past each other."""
    call.tries += 1
    behind = contact_points.patients_behind(session, call.contact_point_id)
    allowed = [patient for patient in behind if call.tries <= TRIES_A_CALL and may_try(session, patient.id)]
    right = [patient for patient in allowed if _is(patient, keys)]
    found = right[0] if len(right) == 1 else None
    for patient in allowed:
        session.add(IdentityTry(call_id=call.id, patient_id=patient.id, right=patient is found, at=clock.now()))
    session.flush()
    for patient in allowed:
        if patient is not found and _wrong_in_a_row(session, patient.id) == WRONG_FOR_GOOD:
            _lock(session, call, patient.id)
    call.patient_id = found.id if found is not None else None
    session.flush()
    stream = timeline.of_number(call.contact_point_id)
    kind = "identity_checked" if found is not None else "identity_refused"
    timeline.append(session, stream, kind, "agent", call=call.id)
    return found is not None


def may_try(session: Session, patient_id: int) -> bool:
    """Whether her birth date may still be tried: of a patient who is not there any more nobody is told anything."""
    today = select(func.count()).where(IdentityTry.patient_id == patient_id, IdentityTry.at > clock.now() - A_DAY)
    return (session.scalar(today) or 0) < TRIES_A_DAY and _wrong_in_a_row(session, patient_id) < WRONG_FOR_GOOD


def _wrong_in_a_row(session: Session, patient_id: int) -> int:
    """Wrong ones since the last right one."""
    last = select(func.max(IdentityTry.id)).where(IdentityTry.patient_id == patient_id, IdentityTry.right)
    since = session.scalar(last) or 0
    wrong = select(func.count()).where(IdentityTry.patient_id == patient_id, IdentityTry.id > since)
    return session.scalar(wrong) or 0


def _is(patient: Patient, keys: str) -> bool:
    """Whether the keys are her birth date; takes as long when they are not."""
    year, _, rest = (patient.birth_date or "").partition("-")
    entered = "".join(rest.split("-")) + year
    gone = patient.deceased_on is not None or patient.do_not_contact
    return hmac.compare_digest(entered.encode(), keys.encode()) and len(keys) == DIGITS and not gone


def _lock(session: Session, call: PhoneCall, patient_id: int) -> None:
    """Nothing more is told of her on calls; a person hears of it, since it may be herself or somebody who guesses."""
    items.raise_task(
        session, f"identity_locked:{patient_id}:{call.id}", "identity_locked", call.contact_point_id,
        patient_id=patient_id,
    )  # fmt: skip
