"""Who waits for a time: written by the patient's answers or by staff, over when she has one (FEATURES F)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.appointments import Appointment
from app.models.offers import Offer, OfferedTime
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import slots
from app.scheduling.wishes import DAYS, PARTS, Wishes, as_kept

_requests = db.table_of(WaitlistRequest)
WAITS_INSTEAD_OF = select(_requests.c.id).where(
    _requests.c.appointment_id == bindparam("appointment"), _requests.c.state == "waiting"
)  # every "yes" asks this
_KEPT = ("provider_id", "location_id", "visit_kind", "notice_hours")
KEPT_FOR = timedelta(days=90)
"""How long a request without a visit waits; one for another time waits until the visit."""


def ask(
    session: Session, patient_id: int, wishes: Wishes, source: str, actor: str, *,
    appointment: Appointment | None = None, said: str | None = None, **wanted: Any,
) -> int:  # fmt: skip
    """Write down that she waits; a request for the same appointment (or for a first one) that waits already takes the
    new wishes, and keeps its age. `wanted`: provider_id, location_id, visit_kind, notice_hours. Returns its id."""
    now = clock.now()
    values = {
        "days": " ".join(day for day in DAYS if day in wishes.days),
        "parts": " ".join(part for part in PARTS if part in wishes.parts),
        "earliest": wishes.earliest, "latest": wishes.latest, **wanted,
    }  # fmt: skip
    waits = _waiting_for(session, appointment.id if appointment is not None else None, patient_id)
    if waits is not None:
        for name, value in {**values, "said": said or waits.said, "version": waits.version + 1}.items():
            setattr(waits, name, value)
    else:
        waits = WaitlistRequest(
            patient_id=patient_id, appointment_id=appointment.id if appointment is not None else None, said=said,
            source=source, state="waiting", version=1, created_at=now, expires_at=now + KEPT_FOR, **values,
        )  # fmt: skip
        session.add(waits)
    session.flush()
    _note(session, waits, "waits_for_time", actor)
    return waits.id


def owe(session: Session, patient_id: int, actor: str) -> int:
    """A time that she was given was not there, and she has none now: she is first in line, with the wishes of the
    request that it had filled. Returns the request's id."""
    filled = select(WaitlistRequest).where(WaitlistRequest.patient_id == patient_id, WaitlistRequest.state == "filled")
    last = session.scalars(filled.order_by(WaitlistRequest.ended_at.desc(), WaitlistRequest.id.desc())).first()
    waits = _waiting_for(session, None, patient_id)
    wished = waits or last
    wanted = {name: getattr(wished, name) for name in _KEPT} if wished is not None else {}
    wishes = wishes_of(wished) if wished is not None else Wishes()
    said = wished.said if wished is not None else None
    request_id = ask(session, patient_id, wishes, "staff", actor, said=said, **wanted)
    session.get_one(WaitlistRequest, request_id).owed_at = clock.now()
    session.flush()
    return request_id


def keep_place(session: Session, patient_id: int, actor: str) -> None:
    """Whoever is owed a time goes on waiting, also when her request has run out meanwhile."""
    if not is_owed(session, patient_id):
        owe(session, patient_id, actor)


def is_owed(session: Session, patient_id: int) -> bool:
    """Whether she waits for a time because one that she was given was not there."""
    waits = _waiting_for(session, None, patient_id)
    return waits is not None and waits.owed_at is not None


def wishes_of(waits: WaitlistRequest) -> Wishes:
    return as_kept(waits.days, waits.parts, waits.earliest, waits.latest)


def waiting(session: Session) -> Sequence[WaitlistRequest]:
    """All who wait now, who has waited longest first."""
    query = select(WaitlistRequest).where(WaitlistRequest.state == "waiting", WaitlistRequest.expires_at > clock.now())
    return session.scalars(query.order_by(WaitlistRequest.created_at, WaitlistRequest.id)).all()


def end(session: Session, request_id: int, version: int | None, state: str, reason: str, actor: str) -> bool:
    """She waits no more, and is offered nothing more; False when it is over already, or has changed since it was
    seen."""
    guards = [WaitlistRequest.id == request_id, WaitlistRequest.state == "waiting"]
    guards += [WaitlistRequest.version == version] if version is not None else []
    values = {"state": state, "reason": reason, "ended_at": clock.now(), "version": WaitlistRequest.version + 1}
    if not db.changed(session, update(WaitlistRequest).where(*guards).values(values)):
        return False
    for slot_id in _held_for(session, request_id):
        slots.turn(session, slot_id, "free", Slot.state == "held")
    _note(session, session.get_one(WaitlistRequest, request_id, populate_existing=True), "waits_no_more", actor)
    return True


def wait_again(session: Session, waits: WaitlistRequest, actor: str) -> None:
    """What it was filled with was a mistake: she waits with the age that she had, unless she has asked anew
    meanwhile."""
    if _waiting_for(session, waits.appointment_id, waits.patient_id) is None:
        waits.state, waits.reason, waits.ended_at, waits.entry_key = "waiting", None, None, None
        waits.version += 1
        session.flush()
        _note(session, waits, "waits_for_time", actor)


def wait_instead_of(session: Session, appointment: Appointment, since: datetime, actor: str) -> None:
    """What she has asked for since then without giving up a visit for it is another time instead of this one, which
    takes place after all: she is never given two."""
    waits = _waiting_for(session, None, appointment.patient_id)
    if waits is None or waits.created_at < since or _waiting_for(session, appointment.id, None) is not None:
        return
    waits.appointment_id = appointment.id
    waits.version += 1
    session.flush()
    _note(session, waits, "waits_for_time", actor)


def end_for(session: Session, appointment_id: int, reason: str, actor: str) -> None:
    """What was asked for this appointment is settled another way: moved by hand, or kept as it is."""
    for request_id in db.run(session, WAITS_INSTEAD_OF, {"appointment": appointment_id}).scalars().all():
        end(session, request_id, None, "closed", reason, actor)


def _held_for(session: Session, request_id: int) -> Sequence[int]:
    """The slots of the offer that is open for it, if there is one; nobody else changes them from here on."""
    held = select(OfferedTime.slot_id).join(Offer).where(Offer.request_id == request_id, OfferedTime.state == "open")
    slots.lock_all(session, session.scalars(held).all())
    return session.scalars(held.order_by(OfferedTime.number)).all()


def _waiting_for(session: Session, appointment_id: int | None, patient_id: int | None) -> WaitlistRequest | None:
    """Another time instead of the appointment; without one, the patient's wish for a first visit."""
    same = (
        [WaitlistRequest.appointment_id == appointment_id]
        if appointment_id is not None
        else [WaitlistRequest.appointment_id.is_(None), WaitlistRequest.patient_id == patient_id]
    )
    query = select(WaitlistRequest).where(*same, WaitlistRequest.state == "waiting").order_by(WaitlistRequest.id)
    return session.scalars(query.with_for_update()).first()


def _note(session: Session, waits: WaitlistRequest, kind: str, actor: str) -> None:
    about: dict[str, Any] = {"appointment": waits.appointment_id, "reason": waits.reason}
    timeline.append(session, timeline.of_patient(waits.patient_id), kind, actor, request=waits.id, **about)
    slots.announce(session)
