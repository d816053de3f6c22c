"""What a person does with an item: claim, read, reply, move, close. One winner each time (P8)."""

from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, db, queue, timeline
from app.messaging import outbox
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.models.records import Entry
from escalation_desk import hush, items
from escalation_desk.dispositions import DISPOSITIONS, Disposition
from escalation_desk.models import DeskItem, DeskItemWords

LEASE = {items.CRISIS_RANK: items.CRISIS_LEASE, items.USUAL_RANK: items.USUAL_LEASE}
LONGEST_TEXT = 1600
LONGEST_NOTE = 4000


class Refused(Exception):
    """The item does not allow this now; the message is a sentence for the person at the screen."""


def claim(session: Session, item_id: int, staff_id: int) -> None:
    """Take an item, or keep it: a lease, guarded so that of two nurses one wins (H15). Raises Refused."""
    item = _item(session, item_id)
    now, had = clock.now(), item.owner_id
    free = or_(DeskItem.state == "open", DeskItem.owner_id == staff_id, items.lapsed())
    won = db.changed(
        session,
        update(DeskItem)
        .where(DeskItem.id == item_id, DeskItem.state != "closed", free)
        .values(
            state="claimed", owner_id=staff_id, lease_until=now + LEASE[item.rank],
            next_step_at=now + LEASE[item.rank], version=DeskItem.version + 1,
        ),
    )  # fmt: skip
    if not won:
        raise Refused("Somebody else has this item. Look again to see who.")
    if had != staff_id:
        _note(session, item, "claimed", staff_id)


def release(session: Session, item_id: int, staff_id: int) -> None:
    """Give a claimed item back to its list."""
    item = _own(session, item_id, staff_id)
    _change(session, item, state="open", owner_id=None, lease_until=None, next_step_at=clock.now())
    _note(session, item, "released", staff_id)


def mark_read(session: Session, item_id: int, staff_id: int, newest_exchange_id: int) -> None:
    """The owner had the words up to `newest_exchange_id` on the screen."""
    item = _own(session, item_id, staff_id)
    read = session.scalars(
        update(DeskItemWords)
        .where(
            DeskItemWords.desk_item_id == item_id,
            DeskItemWords.exchange_id <= newest_exchange_id,
            DeskItemWords.read_at.is_(None),
        )
        .values(read_at=clock.now())
        .returning(DeskItemWords.exchange_id)
    ).all()
    if read:
        _note(session, item, "words_read", staff_id, exchanges=sorted(read))


def owned_words(session: Session, item_id: int, exchange_id: int, staff_id: int) -> DeskItemWords:
    """One exchange on an item that this person has, locked. Raises Refused."""
    _own(session, item_id, staff_id)
    query = select(DeskItemWords).where(DeskItemWords.desk_item_id == item_id, DeskItemWords.exchange_id == exchange_id)
    words = session.scalar(query.with_for_update())
    if words is None:
        raise Refused("These words are not on this item.")
    return words


def reply(session: Session, item_id: int, staff_id: int, contact_point_id: int, body: str, form: str) -> None:
    """Text the patient from an item. `contact_point_id` is what the form showed and must still fit (H20);
    `form` is the form's own token, so that a double click says it once (I16). Raises Refused."""
    item = _own(session, item_id, staff_id)
    words = body.strip()
    if not words:
        raise Refused("The text is empty. Please write something first.")
    if len(words) > LONGEST_TEXT:
        raise Refused(f"The text has {len(words)} characters; {LONGEST_TEXT} fit. Please shorten it.")
    if item.contact_point_id != contact_point_id:
        raise Refused("This form belongs to another number. Nothing was sent; please look again.")
    allowed = select(ContactPoint.opted_out_at, ContactPoint.cannot_text).where(ContactPoint.id == contact_point_id)
    if any(session.execute(allowed).one()):
        raise Refused("This number cannot be texted. Please call instead.")
    key = f"staff:{form}"
    written = outbox.post(session, outbox.Draft(
        key=key, message_class="reply", contact_point_id=contact_point_id, body=words,
        language="", text_name="staff", patient_id=item.patient_id, staff_id=staff_id, desk_item_id=item_id,
    ))  # fmt: skip
    if written is None and session.scalars(select(Outbound.body).where(Outbound.key == key)).one() != words:
        raise Refused("This form has sent a text already, with other words. These were not sent: please send them now.")
    queue.announce_later(session, item.list)


def write_note(session: Session, item_id: int, staff_id: int, words: str, form: str) -> None:
    """Put something into the record that the patient does not see; a double click writes it once. Raises Refused."""
    item = _own(session, item_id, staff_id)
    words = words.strip()
    if not words:
        raise Refused("The note is empty. Please write something first.")
    if len(words) > LONGEST_NOTE:
        raise Refused(f"The note has {len(words)} characters; {LONGEST_NOTE} fit. Please shorten it.")
    if not _note_written(session, item, form):
        _note(session, item, "note_written", staff_id, words=words, form=form)


def spent(session: Session, item_id: int, form: str) -> bool:
    """Whether the form with this token has sent its text or written its note already."""
    if session.scalar(select(Outbound.id).where(Outbound.key == f"staff:{form}")) is not None:
        return True
    item = session.get_one(DeskItem, item_id, options=[defer(DeskItem.note)])
    return _note_written(session, item, form)


def _note_written(session: Session, item: DeskItem, form: str) -> bool:
    written = select(Entry.details).where(Entry.stream == item.stream, Entry.kind == "note_written")
    return any(details.get("form") == form for details in session.scalars(written))


def move(session: Session, item_id: int, staff_id: int, to: items.ListName, version: int | None = None) -> None:
    """Hand an item to the other list; its age stays. To the nurses: “this is clinical”, recorded as a miss, never
    held up by a stale page. To the front desk, which resumes outreach (P13): only with the item's `version` and
    every word read (P1). Raises Refused."""
    item = _item(session, item_id)
    if item.list == to or item.state == "closed":
        raise Refused("The item is no longer where you saw it. Please look again.")
    if item.owner_id not in (None, staff_id):
        raise Refused("Somebody else has this item. Ask them to hand it over.")
    for ask in _looked_over(session, item, version) if to == "front_desk" else ():
        raise Refused(ask)
    came_from, hushed_at = item.list, item.hushed_at
    called = f"called_{'clinical' if to == 'nurses' else 'administrative'}"
    _change(session, item, list=to, state="open", owner_id=None, lease_until=None, next_step_at=clock.now(),
            hushed_at=clock.now() if to == "nurses" else None,
            reason=called if item.kind == "words" else item.reason)  # fmt: skip
    queue.announce_later(session, came_from)
    if to == "front_desk":
        hush.restart_timers(session, item, hushed_at)
    _note(session, item, "called_clinical" if to == "nurses" else "called_administrative", staff_id, list=to)


def close(session: Session, item_id: int, staff_id: int, disposition: str, note: str, version: int) -> None:
    """Close an item with what was done, and resume outreach (P13). Raises Refused with what is missing."""
    item = _own(session, item_id, staff_id)
    how = DISPOSITIONS.get(disposition)
    for ask in _requirements(session, item, how, note, version):
        raise Refused(ask)
    assert how is not None  # noqa: S101  (refused above)
    hushed_at = item.hushed_at
    won = db.changed(
        session,
        update(DeskItem)
        .where(DeskItem.id == item_id, DeskItem.state == "claimed", DeskItem.version == item.version)
        .values(
            state="closed", closed_at=clock.now(), disposition=how.name, hushed_at=None, lease_until=None,
            next_step_at=None, version=DeskItem.version + 1, **({"note": note.strip()} if note.strip() else {}),
        ),
    )  # fmt: skip
    if not won:
        raise Refused("The item has changed since you opened it. Please look again.")
    _note(session, item, "closed", staff_id, words=note.strip() or None, disposition=how.name)
    hush.restart_timers(session, item, hushed_at)
    if how.opens_task:
        items.raise_task(
            session, f"appointment_needed:{item.id}:{item.times_opened}", "appointment_needed", item.contact_point_id,
            patient_id=item.patient_id, note=note.strip(), actor=timeline.by_staff(staff_id),
        )  # fmt: skip


def _requirements(session: Session, item: DeskItem, how: Disposition | None, note: str, version: int) -> list[str]:
    """What stands in the way of closing, in sentences."""
    if how is None or item.list not in how.lists:
        return ["Please choose how this was settled."]
    asks = _looked_over(session, item, version)
    if how.needs_note and not note.strip():
        asks.append(f"“{how.label}” needs a note: whom you reached, when, and what comes next.")
    if len(note) > LONGEST_NOTE:
        asks.append(f"The note has {len(note)} characters; {LONGEST_NOTE} fit. Please shorten it.")
    if how.needs_reply and not _replied(session, item.id):
        asks.append("No text was sent from this item yet. Please write one, or choose another way.")
    return asks


def _looked_over(session: Session, item: DeskItem, version: int | None) -> list[str]:
    """What must be seen before outreach may resume: the item as it stands, and every word on it."""
    asks = []
    if item.version != version:
        asks.append("The item has changed since you opened it. Please look again.")
    if _unread(session, item.id):
        asks.append("New words have come in that nobody has read. Please read them first.")
    return asks


def _unread(session: Session, item_id: int) -> bool:
    query = select(DeskItemWords.exchange_id).where(
        DeskItemWords.desk_item_id == item_id, DeskItemWords.read_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def _replied(session: Session, item_id: int) -> bool:
    query = select(Outbound.id).where(Outbound.desk_item_id == item_id, Outbound.staff_id.is_not(None))
    return session.scalar(query.limit(1)) is not None


def _item(session: Session, item_id: int) -> DeskItem:
    """The item, locked after its number (see contact_points.hold), so that no text of hers slips in between."""
    number = select(DeskItem.contact_point_id).where(DeskItem.id == item_id).scalar_subquery()
    session.scalar(select(ContactPoint.id).where(ContactPoint.id == number).with_for_update())
    found = select(DeskItem).where(DeskItem.id == item_id).options(defer(DeskItem.note))
    item = session.scalar(found.with_for_update())  # without the note: one that cannot be unsealed must not hold it
    if item is None:
        raise Refused("There is no such item.")
    return item


def _own(session: Session, item_id: int, staff_id: int) -> DeskItem:
    item = _item(session, item_id)
    if item.state != "claimed" or item.owner_id != staff_id:
        raise Refused("You do not have this item now. Claim it first.")
    return item


def _change(session: Session, item: DeskItem, **values: Any) -> None:
    for name, value in {**values, "version": item.version + 1}.items():
        setattr(item, name, value)
    session.flush()


def _note(session: Session, item: DeskItem, kind: str, staff_id: int, words: str | None = None, **details: Any) -> None:
    timeline.append(
        session, item.stream, kind, timeline.by_staff(staff_id),
        words=words, item=item.id, **details,
    )  # fmt: skip
    queue.announce_later(session, item.list)
