"""Nurses who are rung while a caller waits on the line: whom, in which order, and who took it (issue 9, point 4).

The words are before the nurses already, and climb the ladder whatever comes of this.
"""

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, db, timeline
from app.models.calls import NurseRing, PhoneCall
from app.models.cover import StaffPhone
from app.models.patients import ContactPoint
from app.models.practice import Practice
from escalation_desk import handling, holding, items, oncall
from escalation_desk.models import DeskItem

MOST = 3
"""Nurses who are rung for one call: a caller waits a minute, not more."""
SPARED_FOR = timedelta(minutes=15)
"""Whoever was rung in vain is not rung again so soon for the same item: another call changes nothing."""


def wanted(session: Session) -> bool:
    """Whether the practice chose it; else a call back is promised."""
    return bool(session.scalar(select(Practice.rings_nurses).limit(1)))


def next_one(session: Session, call: PhoneCall, item_id: int) -> tuple[NurseRing, str] | None:
    """The next nurse to be rung for this call, written down, and her number; None when there is nobody else. Who has
    the item comes first, then who works at the desk, then who is on call; not twice, nor a telephone that took no page
    or is not to be called, nor the caller's own."""
    if session.scalar(select(func.count()).where(NurseRing.call_id == call.id)) == MOST:
        return None
    lately = (NurseRing.desk_item_id == item_id) & (NurseRing.rang_at > clock.now() - SPARED_FOR)
    before = or_(NurseRing.call_id == call.id, lately & (NurseRing.state == "not_taken"))
    rung = set(session.scalars(select(NurseRing.staff_id).where(before)))
    phones = _phones(session, call)
    staff_id = next((each for each in _in_order(session, item_id) if each in phones and each not in rung), None)
    if staff_id is None:
        return None
    ring = NurseRing(
        call_id=call.id, desk_item_id=item_id, staff_id=staff_id, token=secrets.token_urlsafe(24), state="ringing",
        rang_at=clock.now(),
    )  # fmt: skip
    session.add(ring)
    _tell(session, ring, "nurse_ring_rang", "agent")
    return ring, phones[staff_id]


def _in_order(session: Session, item_id: int) -> list[int]:
    now, item = clock.now(), _item(session, item_id)
    has_it = [item.owner_id] if item.state == "claimed" and item.owner_id is not None else []
    on_call = oncall.calendar(session).can_be_called(now)
    return list(dict.fromkeys([*has_it, *sorted(oncall.at_desk(session, now)), *on_call]))


def _phones(session: Session, call: PhoneCall) -> dict[int, str]:
    reachable = oncall.reachable(session)
    query = select(StaffPhone.staff_id, ContactPoint.number).join(
        ContactPoint, ContactPoint.id == StaffPhone.contact_point_id
    )
    found = session.execute(query.where(StaffPhone.called, ContactPoint.id != call.contact_point_id))
    return {staff_id: number for staff_id, number in found if staff_id in reachable}


def last(session: Session, call_id: int) -> NurseRing | None:
    """Whom this call rang last."""
    query = select(NurseRing).where(NurseRing.call_id == call_id).order_by(NurseRing.id.desc()).limit(1)
    return session.scalar(query.with_for_update())


def of_token(session: Session, token: str) -> NurseRing | None:
    return session.scalar(select(NurseRing).where(NurseRing.token == token))


def may_take(session: Session, ring: NurseRing) -> bool:
    """Whether her key still connects: the caller waits, and it is she who is rung."""
    waits = session.scalar(select(PhoneCall.ended_at).where(PhoneCall.id == ring.call_id)) is None
    newest = session.scalar(select(NurseRing.id).where(NurseRing.call_id == ring.call_id).order_by(NurseRing.id.desc()))
    return waits and ring.state in ("ringing", "taken") and newest == ring.id


def take(session: Session, ring: NurseRing) -> None:
    """She pressed the key: the item is hers, unless a colleague has it, and she talks with the caller all the same."""
    with suppress(holding.Refused):  # a colleague has it, who reads in its story that she took the call
        handling.claim(session, ring.desk_item_id, ring.staff_id)
    took = update(NurseRing).where(NurseRing.id == ring.id, NurseRing.state == "ringing").values(state="taken")
    if db.changed(session, took):
        _tell(session, ring, "nurse_ring_taken", "agent")


def over(session: Session, ring: NurseRing, seconds: int | None) -> None:
    """They talked, and that is over."""
    ring.seconds = seconds
    length = {"seconds": seconds} if seconds is not None else {}
    _tell(session, ring, "nurse_ring_over", "carrier", **length)


def not_taken(session: Session, ring: NurseRing) -> None:
    ring.state = "not_taken"
    _tell(session, ring, "nurse_ring_in_vain", "carrier")


def choose(session: Session, staff_id: int, *, rings: bool) -> None:
    """The practice's choice, told in its record when it is another than before."""
    if db.changed(session, update(Practice).where(Practice.rings_nurses != rings).values(rings_nurses=rings)):
        kind = "nurse_on_line_chosen" if rings else "nurse_on_line_ended"
        timeline.append(session, "practice", kind, timeline.by_staff(staff_id))


def _item(session: Session, item_id: int) -> DeskItem:
    return session.get_one(DeskItem, item_id, options=[defer(DeskItem.note)])


def _tell(session: Session, ring: NurseRing, kind: str, actor: str, **details: Any) -> None:
    session.flush()
    items.tell(session, _item(session, ring.desk_item_id), kind, actor, owner=ring.staff_id, **details)
