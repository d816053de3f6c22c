"""A message where nobody answers: offered, fetched from the carrier, before the nurses, and removed there (H39).

What was said nobody knows before a person has listened, so every message is the nurses' (P1).
"""

import base64
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, timeline
from app.log import error_name, log
from app.messaging import recordings
from app.messaging.answers import ListUnreadable
from app.messaging.gateway import Gateway
from app.messaging.recordings import Recorded
from app.models.calls import PhoneCall
from app.models.practice import Practice
from app.models.recordings import CallRecording
from escalation_desk import items
from escalation_desk.models import DeskItem

AT_ONCE = 20
WITHOUT_A_REPORT = timedelta(minutes=3)
"""The message is over by then: its report was lost, or comes late."""
NOTHING_LEFT = timedelta(minutes=15)
"""If the carrier lists nothing by then, there is nothing."""
AGAIN = timedelta(minutes=1)
MANY_TRIES = 10
"""In vain, and a person is told; it is tried on all the same."""
KEPT_DAYS = (7, 30, 90, 365)
"""How long a practice may keep the sound; longer where somebody has not listened to it yet."""


def offer(session: Session, call: PhoneCall) -> bool:
    """Whether this caller may leave a message now; once a call, and only where the practice chose it."""
    if not wanted(session):
        return False
    now = clock.now()
    return db.put(session, CallRecording, {
        "call_id": call.id, "state": "awaited", "tries": 0, "offered_at": now, "look_at": now + WITHOUT_A_REPORT,
    }) is not None  # fmt: skip


def wanted(session: Session) -> bool:
    """Whether the practice chose it."""
    return bool(session.scalar(select(Practice.takes_messages).limit(1)))


def choose(session: Session, staff_id: int, *, takes: bool) -> None:
    """The practice's choice, told in its record when it is another than before."""
    if db.changed(session, update(Practice).where(Practice.takes_messages != takes).values(takes_messages=takes)):
        kind = "messages_chosen" if takes else "messages_ended"
        timeline.append(session, "practice", kind, timeline.by_staff(staff_id))


def kept_days(session: Session) -> int:
    """How many days the practice keeps the sound."""
    return session.scalars(select(Practice.messages_kept_days).limit(1)).one()


def choose_days(session: Session, staff_id: int, days: int) -> None:
    """How long from now on, also of what lies here already; told in the record when it is another than before.
    days: one of KEPT_DAYS."""
    other = update(Practice).where(Practice.messages_kept_days != days).values(messages_kept_days=days)
    if db.changed(session, other):
        timeline.append(session, "practice", "messages_kept_chosen", timeline.by_staff(staff_id), days=days)


def reported(call_sid: str) -> None:
    """The carrier says that there is something, or nothing: it is asked itself, and soon."""
    of_call = select(PhoneCall.id).where(PhoneCall.sid == call_sid).scalar_subquery()
    with db.transaction("messages.reported") as session:
        session.execute(
            update(CallRecording).where(CallRecording.call_id == of_call, CallRecording.state == "awaited")
            .values(look_at=clock.now())
        )  # fmt: skip


def look(gateway: Gateway) -> int:
    """Every message that is due goes a step further; returns how many did."""
    with db.reading("messages.due") as session:
        query = select(CallRecording.id, CallRecording.carrier_id, PhoneCall.sid)
        due = session.execute(
            query.join(PhoneCall, PhoneCall.id == CallRecording.call_id)
            .where(CallRecording.look_at <= clock.now()).order_by(CallRecording.look_at).limit(AT_ONCE)
        ).all()  # fmt: skip
    further = 0
    for row_id, carrier_id, call_sid in due:
        with apart.Alone("message_not_seen_to", row_id):
            try:
                if carrier_id is None:
                    further += _fetch(gateway, row_id, call_sid)
                else:
                    recordings.remove(gateway, carrier_id)
                    further += _removed(row_id)
            except ListUnreadable as error:
                log.warning("message_in_vain", id=row_id, error=error_name(error))
                _in_vain(row_id)
    return further


def forget() -> int:
    """Sound that was kept long enough goes, once somebody closed its item; the row stays. How many went."""
    closed = select(DeskItem.id).where(DeskItem.state == "closed")
    with db.transaction("messages.forget") as session:
        before = clock.now() - timedelta(days=kept_days(session))
        old = session.scalars(select(CallRecording.id).where(
            CallRecording.state == "removed", CallRecording.fetched_at < before,
            CallRecording.sound.is_not(None), CallRecording.desk_item_id.in_(closed),
        )).all()  # fmt: skip
        session.execute(update(CallRecording).where(CallRecording.id.in_(old)).values(sound=None))
        return len(old)


def _fetch(gateway: Gateway, row_id: int, call_sid: str) -> bool:
    found = next((each for each in recordings.of_call(gateway, call_sid) if each.is_ready), None)
    if found is None:
        return _none_yet(row_id)
    return _keep(row_id, found, base64.b64encode(recordings.sound(gateway, found.sid)).decode("ascii"))


def _none_yet(row_id: int) -> bool:
    now = clock.now()
    with db.transaction("messages.none_yet") as session:
        row, call = _held(session, row_id)
        if row.state != "awaited":
            return False
        over = row.offered_at <= now - NOTHING_LEFT
        row.look_at = None if over else now + AGAIN
        if over:
            row.state = "nothing"
            timeline.append(session, _stream(call), "message_not_left", "agent", call=call.id)
        return over


def _keep(row_id: int, found: Recorded, sound: str) -> bool:
    """Sealed, and before the nurses, in one; only then it may go at the carrier."""
    with db.transaction("messages.keep") as session:
        row, call = _held(session, row_id)
        if row.state != "awaited":
            return False
        number, now = call.contact_point_id, clock.now()
        behind = contact_points.patients_behind(session, number)
        key = f"message:{call.sid}"
        items.raise_task(
            session, key, "message_left", number, list_name="nurses", hushes=True,
            patient_id=behind[0].id if len(behind) == 1 else None,
        )  # fmt: skip
        row.desk_item_id = session.scalars(select(DeskItem.id).where(DeskItem.key == key)).one()
        row.state, row.tries, row.look_at, row.fetched_at = "fetched", 0, now, now
        row.carrier_id, row.seconds, row.sound = found.sid, found.seconds, sound
        session.flush()
        timeline.append(session, _stream(call), "message_fetched", "agent", call=call.id, seconds=found.seconds)
        return True


def _removed(row_id: int) -> bool:
    with db.transaction("messages.removed") as session:
        row, call = _held(session, row_id)
        if row.state != "fetched":
            return False
        row.state, row.look_at, row.removed_at = "removed", None, clock.now()
        session.flush()
        timeline.append(session, _stream(call), "message_removed", "agent", call=call.id)
        return True


def _in_vain(row_id: int) -> None:
    """A message that cannot be had may be a symptom: the nurses call back. One that stays there is the office's."""
    with db.transaction("messages.in_vain") as session:
        row, call = _held(session, row_id)
        row.tries += 1
        row.look_at = clock.now() + AGAIN * min(row.tries, 15)
        session.flush()
        if row.tries == MANY_TRIES and row.state == "awaited":
            items.raise_task(
                session, f"message_lost:{call.sid}", "message_not_fetched", call.contact_point_id, list_name="nurses"
            )
        elif row.tries == MANY_TRIES:
            items.raise_task(session, f"message_stays:{call.sid}", "message_not_removed", None)


def _held(session: Session, row_id: int) -> tuple[CallRecording, PhoneCall]:
    """The row and its call, their number locked before them."""
    of_call = select(PhoneCall).join(CallRecording, CallRecording.call_id == PhoneCall.id)
    call = session.scalars(of_call.where(CallRecording.id == row_id)).one()
    contact_points.hold(session, call.contact_point_id)
    query = select(CallRecording).where(CallRecording.id == row_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one(), call


def _stream(call: PhoneCall) -> str:
    return timeline.of_number(call.contact_point_id)
