"""A nurse calls a patient through us: her own telephone rings, one key puts her through, and she says what came of it.

The patient sees the practice's number. Hers stands in no entry and is said to nobody (P11).
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer

from app import clock, contact_points
from app.messaging import call_book
from app.models.calls import RESULTS, CallThrough, OutgoingCall
from app.models.cover import StaffPhone
from app.models.staff import Staff
from escalation_desk import items, oncall
from escalation_desk.holding import Refused, note_down, owned
from escalation_desk.models import DeskItem

RINGS_WITHIN = timedelta(minutes=3)
"""She waits before the item: what could not be dialled by then is dropped, and she is told."""
ASKED_FOR = timedelta(hours=2)
"""So long after a call she is asked how it went."""
NOBODY = ("busy", "no_answer", "failed", "canceled")


def phone_of(session: Session, staff_id: int, *, lock: bool = False) -> int | None:
    """A nurse's own telephone, by its id, as a manager entered it; locked, it rings for one call at a time."""
    hers = (StaffPhone.staff_id == staff_id, Staff.disabled_at.is_(None), Staff.role == oncall.ROLE)
    query = select(StaffPhone.contact_point_id).join(Staff, Staff.id == StaffPhone.staff_id).where(*hers)
    return session.scalar(query.with_for_update(of=StaffPhone) if lock else query)


def number_of(session: Session, item: DeskItem) -> int | None:
    """Which number of the patient's is rung: the item's, else her first."""
    if item.contact_point_id is not None or item.patient_id is None:
        return item.contact_point_id
    return contact_points.first_of(session, item.patient_id)


def write(session: Session, item: DeskItem, staff_id: int, *, key: str, hers: int, to: int) -> None:
    """The call, to be made at once. Raises Refused while another one of hers is under way."""
    if _under_way(session, staff_id):
        raise Refused("A call of yours is under way. Please end it first.")
    now = clock.now()
    row_id = call_book.post(session, call_book.CallDraft(
        key=key, contact_point_id=hers, desk_item_id=item.id, expires_at=now + RINGS_WITHIN,
    ))  # fmt: skip
    if row_id is None:
        return
    session.add(CallThrough(outgoing_id=row_id, staff_id=staff_id, contact_point_id=to))
    session.flush()
    note_down(session, item, "call_through_asked", staff_id, outgoing=row_id)


def _under_way(session: Session, staff_id: int) -> bool:
    """Not one that never left, nor one of which nobody knows whether it did."""
    query = select(OutgoingCall.id).join(CallThrough, CallThrough.outgoing_id == OutgoingCall.id)
    waits = (OutgoingCall.state == "queued") & (OutgoingCall.expires_at > clock.now())
    goes_on = or_(waits, OutgoingCall.state.not_in(("queued", "unknown", *call_book.ENDS)))
    still = query.where(
        CallThrough.staff_id == staff_id, OutgoingCall.came_of.is_(None), CallThrough.dialled.is_(None), goes_on
    )  # fmt: skip
    return session.scalar(still.limit(1)) is not None


def of(session: Session, row: OutgoingCall) -> CallThrough:
    return session.get_one(CallThrough, row.id)


def item_of(session: Session, row: OutgoingCall) -> DeskItem:
    return session.get_one(DeskItem, row.desk_item_id, options=[defer(DeskItem.note)])


def still_hers(session: Session, row: OutgoingCall) -> bool:
    """Whether she has the item still, and that telephone."""
    item, staff_id = item_of(session, row), of(session, row).staff_id
    return (
        item.state == "claimed" and item.owner_id == staff_id and phone_of(session, staff_id) == row.contact_point_id
    )  # fmt: skip


def begun(session: Session, row: OutgoingCall) -> None:
    """She pressed the key: the patient is rung."""
    of(session, row).put_through_at = clock.now()
    _tell(session, row, "call_through_rang", "agent")


def answered(session: Session, row: OutgoingCall) -> None:
    """Somebody, or a machine, took it at the patient's end."""
    through = of(session, row)
    if through.answered_at is None and through.dialled is None:
        through.answered_at = clock.now()
        _tell(session, row, "call_through_answered", "carrier")


def ended(session: Session, row: OutgoingCall, dialled: str, seconds: int | None) -> None:
    """How the patient's telephone ended, from whichever report comes first. Where nobody answered there is nothing to
    ask her."""
    through = of(session, row)
    if through.dialled is not None:
        return
    through.dialled = dialled
    if dialled in NOBODY:
        through.result = "nobody"
    else:
        through.seconds = seconds
    length = {"seconds": through.seconds} if through.seconds is not None else {}
    _tell(session, row, "call_through_ended", "carrier", dialled=dialled, **length)


def in_vain(session: Session, row: OutgoingCall, why: str) -> None:
    """No patient was rung. why: what came of the call to her, or why none was made."""
    _tell(session, row, "call_through_in_vain", "carrier", why=why)


def say(session: Session, item_id: int, staff_id: int, outgoing_id: int, result: str) -> None:
    """She says whom she reached; said anew it is told anew. Raises Refused."""
    item = owned(session, item_id, staff_id)
    row = session.get(OutgoingCall, outgoing_id)
    if result not in RESULTS or row is None or row.desk_item_id != item_id:
        raise Refused("This call was not made from this item.")
    through = of(session, row)
    if through.staff_id != staff_id or through.put_through_at is None:
        raise Refused("Only whoever made the call can say how it went.")
    if through.result != result:
        through.result = result
        note_down(session, item, "call_through_result", staff_id, outgoing=outgoing_id, result=result)


def asks(session: Session, item_id: int, staff_id: int) -> bool:
    """Whether somebody, or a machine, took her newest call from that item, and she has not said yet who it was."""
    found = newest(session, item_id, staff_id)
    return found is not None and can_be_told(*found) and found[1].result is None


def can_be_told(row: OutgoingCall, through: CallThrough) -> bool:
    """Whether she can say how the call went: it was taken, or is over."""
    over = through.dialled is not None or row.state in call_book.ENDS
    return through.put_through_at is not None and (through.answered_at is not None or over)


def newest(session: Session, item_id: int, staff_id: int) -> tuple[OutgoingCall, CallThrough] | None:
    """Her newest call from that item, of the last hours."""
    since = clock.now() - ASKED_FOR
    query = select(OutgoingCall, CallThrough).join(CallThrough, CallThrough.outgoing_id == OutgoingCall.id)
    mine = query.where(OutgoingCall.desk_item_id == item_id, CallThrough.staff_id == staff_id)
    found = session.execute(mine.where(OutgoingCall.created_at > since).order_by(OutgoingCall.id.desc()).limit(1))
    row = found.one_or_none()
    return (row[0], row[1]) if row is not None else None


def _tell(session: Session, row: OutgoingCall, kind: str, actor: str, **details: Any) -> None:
    session.flush()
    items.tell(session, item_of(session, row), kind, actor, outgoing=row.id, **details)
