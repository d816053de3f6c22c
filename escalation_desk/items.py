"""Desk items: words and tasks that wait for a person, from the first word to the close (DESIGN 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, case, insert, select, update
from sqlalchemy.orm import Session

from app import clock, db, queue, timeline
from app.models.conversations import Exchange
from app.watchers import heartbeats
from escalation_desk.models import DeskItem, DeskItemWords, stream_of
from escalation_desk.standing import SEEKING_A_TIME, SETTLES_ITSELF, Standing
from escalation_desk.telling import telling

ListName = Literal["nurses", "front_desk"]
CRISIS_RANK, USUAL_RANK = 0, 1
CRISIS_LEASE = timedelta(minutes=10)
USUAL_LEASE = timedelta(minutes=30)
LOOKS_WITHIN = timedelta(minutes=1)
"""So long whoever has an item has for new crisis or emergency words on it, before they ring as if nobody had it."""
REOPENS_WITHIN = timedelta(hours=72)
FIRST_STEP = timedelta(minutes=5)

BESIDE_TASK = "beside_task"
FOR_A_PERSON = "task"  # what becomes of words that the front desk is to read (app.inbound.outcomes)
FOR_A_NURSE = (
    "audit_escalation_unanswered", "audit_escalation_late", "audit_quarantine_unread", "audit_nobody_on_call",
)  # fmt: skip
"""Tasks in which the front desk fetches a nurse for words that nobody reads: they stand before all others."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """An exchange to put before people, and why."""

    exchange_id: int
    contact_point_id: int
    list: ListName
    reason: str
    rank: int = USUAL_RANK
    patient_id: int | None = None
    conversation_id: int | None = None
    also_wrote: dict[str, Any] | None = None


def take(session: Session, words: Words, stands: Standing) -> DeskItem:
    """Put words on the desk: onto the number's open item, the task that they go on with, a recently closed item (with
    its first age), or a new one. Words for the nurses draw an open front-desk item over to them; words for the front
    desk join an open nurses' item, so that one person reads the whole."""
    item = stands.nurses or stands.front_desk or _task_of(stands, words)
    if item is None and stands.closed is not None and _goes_on(stands.closed, words):
        item = reopen(session, stands.closed)
    if item is None:
        item = _open(session, words)
    else:
        item.patient_id = words.patient_id  # who is behind the number now
        item.rests_until = None
        if words.list == "nurses":
            _raise_to_nurses(session, item, words)
        item.reason = _now_waits_for(item, words.reason)
        session.flush()
    session.execute(
        insert(DeskItemWords).values(exchange_id=words.exchange_id, desk_item_id=item.id, also_wrote=words.also_wrote)
    )
    tell(session, item, "put_on_desk", "agent", list=item.list, reason=words.reason, exchange=words.exchange_id)
    return item


def _task_of(stands: Standing, words: Words) -> DeskItem | None:
    """The task in which a person talks with this very patient: "Tuesday is better" belongs to it, and makes no
    second item of one matter. Words for the nurses never hide in a task; nor is anybody guessed (H25)."""
    task = stands.task
    if words.list == "nurses" or task is None or task.patient_id is None:
        return None
    return task if task.patient_id == words.patient_id else None


def _now_waits_for(item: DeskItem, reason: str) -> str:
    """What newer words make of it. A task waits for what it was raised for, unless she has settled that herself."""
    if item.kind != "task":
        return telling(item.reason, reason)
    return reason if item.reason in SEEKING_A_TIME and reason in SETTLES_ITSELF else item.reason


def _goes_on(closed: DeskItem, words: Words) -> bool:
    """Whether words go on with a closed item: not when the front desk's follow a nurses' matter, and not when the
    number has become somebody else's, or nobody's for sure (H25)."""
    if (words.list, closed.list) == ("front_desk", "nurses"):
        return False
    return closed.patient_id in (None, words.patient_id)


def raise_task(
    session: Session, key: str, reason: str, contact_point_id: int | None, *,
    list_name: ListName = "front_desk", patient_id: int | None = None, conversation_id: int | None = None,
    appointment_id: int | None = None, note: str | None = None, actor: str = "agent", exchange_id: int | None = None,
    hushes: bool = False, follow_up_id: int | None = None,
) -> bool:  # fmt: skip
    """Give people something to do, once for each `key`; with neither number nor patient it is the practice's own.
    `exchange_id`: the patient's words that ask for it; `hushes`: nothing goes out to her while it is open (P13). False
    when it was raised before."""
    now = clock.now()
    item_id = db.put(session, DeskItem, {
        "list": list_name, "kind": "task", "key": key, "reason": reason, "rank": USUAL_RANK,
        "contact_point_id": contact_point_id, "patient_id": patient_id, "conversation_id": conversation_id,
        "appointment_id": appointment_id, "follow_up_id": follow_up_id, "state": "open", "opened_at": now,
        "next_step_at": now + FIRST_STEP, "step": 0, "times_opened": 1, "cannot_text": False, "note": note,
        "version": 1,
        "hushed_at": now if hushes else None,
    })  # fmt: skip
    if item_id is None:
        return False
    if exchange_id is not None:  # words that stand on another item already stay there
        words = {"exchange_id": exchange_id, "desk_item_id": item_id}
        session.execute(db.insert_or_ignore(session, DeskItemWords).values(**words))
    stream = stream_of(contact_point_id, patient_id)
    timeline.append(session, stream, "task_raised", actor, words=note, reason=reason, key=key, list=list_name)
    queue.announce_later(session, list_name)
    return True


def stand_already(session: Session, exchange_id: int, reason: str) -> bool:
    """Whether words are on the desk: whatever else they mean, the person who has them reads it, and what they settle is
    what the task waits for."""
    on = select(DeskItemWords.desk_item_id).where(DeskItemWords.exchange_id == exchange_id)
    item = session.scalars(select(DeskItem).where(DeskItem.id == on.scalar_subquery())).one_or_none()
    if item is not None:
        item.reason = _now_waits_for(item, reason)
    return item is not None


def tell_more(session: Session, key: str, reason: str, note: str | None, exchange_id: int, actor: str) -> bool:
    """What she goes on to say of a task that is open already: its note is the newer one, and it waits for `reason`
    (again). False when there is none."""
    query = select(DeskItem).where(DeskItem.key == key, DeskItem.state != "closed").with_for_update()
    item = session.scalars(query).one_or_none()
    if item is None:
        return False
    item.note, item.reason = note or item.note, reason
    session.flush()
    words = {"exchange_id": exchange_id, "desk_item_id": item.id}
    session.execute(db.insert_or_ignore(session, DeskItemWords).values(**words))
    tell(session, item, "put_on_desk", actor, list=item.list, reason=item.reason, exchange=exchange_id)
    return True


def _open(session: Session, words: Words) -> DeskItem:
    now = clock.now()
    item = DeskItem(
        list=words.list, kind="words", reason=words.reason, rank=words.rank,
        contact_point_id=words.contact_point_id, patient_id=words.patient_id,
        conversation_id=words.conversation_id, state="open", hushed_at=now if words.list == "nurses" else None,
        opened_at=now, next_step_at=now + FIRST_STEP, step=0, times_opened=1, cannot_text=False, version=1,
    )  # fmt: skip
    session.add(item)
    session.flush()
    return item


def reopen(session: Session, item: DeskItem, actor: str = "agent") -> DeskItem:
    """Back on the desk with its first age; a new round, so that the patient is told once more."""
    item.state, item.owner_id, item.lease_until, item.handed_by_id = "open", None, None, None
    item.closed_at = item.disposition = None
    item.next_step_at, item.step, item.unanswered_at = clock.now(), 0, None
    item.hushed_at = clock.now() if item.list == "nurses" else None
    item.times_opened += 1
    item.version += 1
    session.flush()
    tell(session, item, "item_reopened", actor, times=item.times_opened)
    return item


def let_words_wait(session: Session, over: DeskItem) -> None:
    """What she wrote beside a task that is over by itself waits on, as words of her number with their own age: a person
    was to read it (P7). What the dialog answered is over with the task."""
    query = select(Exchange.id, Exchange.received_at).join(DeskItemWords, DeskItemWords.exchange_id == Exchange.id)
    where = DeskItemWords.desk_item_id == over.id, Exchange.outcome == FOR_A_PERSON
    beside = session.execute(query.where(*where).order_by(Exchange.id)).all()
    if not beside or over.contact_point_id is None:
        return
    waiting = open_words(session, over.contact_point_id)
    if waiting is None:
        words = Words(
            exchange_id=beside[0].id, contact_point_id=over.contact_point_id, list="front_desk", reason=BESIDE_TASK,
            patient_id=over.patient_id, conversation_id=over.conversation_id,
        )  # fmt: skip
        item = _open(session, words)
        item.opened_at = beside[0].received_at
    else:
        item = session.get_one(DeskItem, waiting)
    ids = [each.id for each in beside]
    session.execute(update(DeskItemWords).where(DeskItemWords.exchange_id.in_(ids)).values(desk_item_id=item.id))
    tell(session, item, "put_on_desk", "agent", list=item.list, reason=BESIDE_TASK)


def rank_of(session: Session, item_id: int) -> int:
    """0 for crisis and emergency words, 1 for everything else."""
    return session.scalars(select(DeskItem.rank).where(DeskItem.id == item_id)).one()


def open_words(session: Session, contact_point_id: int | None) -> int | None:
    """The item on which words of the number wait already, by id: a number has one such item."""
    words = (DeskItem.contact_point_id == contact_point_id, DeskItem.kind == "words", DeskItem.state != "closed")
    return session.scalar(select(DeskItem.id).where(*words).limit(1))


def _raise_to_nurses(session: Session, item: DeskItem, words: Words) -> None:
    now = clock.now()
    if item.list != "nurses" or words.rank < item.rank:  # graver than it stood: somebody looks soon, whoever has it
        item.next_step_at = now
    if item.state == "claimed" and words.rank == CRISIS_RANK:
        _alarm_owner(session, item, now)
    item.rank = min(item.rank, words.rank)
    if item.list != "nurses":
        item.list, item.state, item.owner_id, item.lease_until, item.step = "nurses", "open", None, None, 0
        item.handed_by_id = None
        queue.announce_later(session, "front_desk")
    item.hushed_at = item.hushed_at or now
    item.version += 1
    session.flush()


def _alarm_owner(session: Session, item: DeskItem, now: datetime) -> None:
    """New crisis or emergency words under a claim: it ends unless its owner looks at them (handling.mark_read), at once
    if no screen of hers is awake. Then the ladder begins with its first person: the desk had its time (H14, H17)."""
    awake = item.owner_id is not None and heartbeats.awake(session, item.owner_id)
    looks_until = now + LOOKS_WITHIN if awake else now
    item.lease_until = min(item.lease_until or looks_until, looks_until)
    item.step = 1


def tell(session: Session, item: DeskItem, kind: str, actor: str, **details: Any) -> None:
    """Write into the item's story, and tell whoever has its list open."""
    timeline.append(session, item.stream, kind, actor, item=item.id, **details)
    queue.announce_later(session, item.list)


def open_items(
    session: Session, list_name: ListName, limit: int = 100, which: Sequence[ColumnElement[bool]] = ()
) -> list[DeskItem]:
    """The list as people see it, or `which` of it: by practice rule what a nurse must be fetched for and crisis words
    first, then the oldest (never a severity)."""
    query = select(DeskItem).where(DeskItem.list == list_name, DeskItem.state != "closed", *which)
    fetching = case((DeskItem.reason.in_(FOR_A_NURSE), 0), else_=1)
    order = (fetching, DeskItem.rank, DeskItem.opened_at, DeskItem.id)
    return list(session.scalars(query.order_by(*order).limit(limit)))
