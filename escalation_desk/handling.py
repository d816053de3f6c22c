"""What a person does with an item that she has: claim, read, reply, note. One winner each time (P8)."""

import re
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, defer

from app import clock, db, practice, queue
from app.messaging import outbox
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.models.records import Entry
from escalation_desk import items, leases
from escalation_desk.holding import Refused, change, locked, note_down, owned
from escalation_desk.models import DeskItem, DeskItemWords

LONGEST_TEXT = 1600
LONGEST_NOTE = 4000
SAID_JUST_NOW = timedelta(minutes=10)


def claim(session: Session, item_id: int, staff_id: int) -> None:
    """Take an item, or keep it: a lease, guarded so that of two nurses one wins (H15). Raises Refused."""
    item = locked(session, item_id)
    now, had = clock.now(), item.owner_id if item.handed_by_id is None else None
    free = or_(DeskItem.state == "open", DeskItem.owner_id == staff_id, leases.lapsed())
    won = db.changed(
        session,
        update(DeskItem)
        .where(DeskItem.id == item_id, DeskItem.state != "closed", free)
        .values(
            state="claimed", owner_id=staff_id, lease_until=now + leases.LEASE[item.rank],
            next_step_at=now + leases.LEASE[item.rank], unanswered_at=None, rests_until=None,
            handed_by_id=None, asked_provider_id=None, version=DeskItem.version + 1,
        ),
    )  # fmt: skip
    if not won:
        raise Refused("Somebody else has this item. Look again to see who.")
    if had != staff_id:
        note_down(session, item, "claimed", staff_id)


def release(session: Session, item_id: int, staff_id: int) -> None:
    """Give a claimed item back to its list."""
    item = owned(session, item_id, staff_id)
    change(session, item, state="open", owner_id=None, lease_until=None, handed_by_id=None, next_step_at=clock.now())
    note_down(session, item, "released", staff_id)


def mark_read(session: Session, item_id: int, staff_id: int, newest_exchange_id: int) -> None:
    """The owner had the words up to `newest_exchange_id` on the screen."""
    item = owned(session, item_id, staff_id)
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
        if item.rank == items.CRISIS_RANK and item.handed_by_id is None and item.lease_until is not None:
            until = max(item.lease_until, clock.now() + items.CRISIS_LEASE)  # she looked: crisis words end no claim now
            change(session, item, lease_until=until, next_step_at=until)
        note_down(session, item, "words_read", staff_id, exchanges=sorted(read))


def owned_words(session: Session, item_id: int, exchange_id: int, staff_id: int) -> DeskItemWords:
    """One exchange on an item that this person has, locked. Raises Refused."""
    owned(session, item_id, staff_id)
    query = select(DeskItemWords).where(DeskItemWords.desk_item_id == item_id, DeskItemWords.exchange_id == exchange_id)
    words = session.scalar(query.with_for_update())
    if words is None:
        raise Refused("These words are not on this item.")
    return words


def reply(
    session: Session, item_id: int, staff_id: int, contact_point_id: int, body: str, form: str, seen: int
) -> str | None:
    """Text the patient from an item. `contact_point_id` is what the form showed and must still fit (H20);
    `form` is the form's own token, so that a double click says it once (I16), as do the same
    words once more out of a page that was gone back to (P5). Returns "sent_already" then. `seen`: the last text that
    somebody wrote from the item when the form was made; after a newer one nothing goes (H15). Raises Refused."""
    item = owned(session, item_id, staff_id)
    if not body.strip():
        raise Refused("The text is empty. Please write something first.", "body")
    words = named(practice.name(session), body.strip())
    if len(words) > LONGEST_TEXT:
        raise Refused(
            f"The text has {len(words)} characters with the practice’s name; {LONGEST_TEXT} fit. Please shorten it.",
            "body",
        )
    if item.contact_point_id != contact_point_id:
        raise Refused("This form belongs to another number. Nothing was sent; please look again.")
    allowed = select(ContactPoint.opted_out_at, ContactPoint.cannot_text).where(ContactPoint.id == contact_point_id)
    if any(session.execute(allowed).one()):
        raise Refused("This number cannot be texted. Please call instead.")
    key = f"staff:{form}"
    if _spoken_for(session, key, words) or _said_just_now(session, item_id, words):
        return "sent_already"
    _refuse_second(session, item_id, seen)
    outbox.post(session, outbox.Draft(
        key=key, message_class="reply", contact_point_id=contact_point_id, body=words,
        language="", text_name="staff", patient_id=item.patient_id, staff_id=staff_id, desk_item_id=item_id,
        not_before=clock.now() + outbox.UNDONE_WITHIN,
    ))  # fmt: skip
    queue.announce_later(session, item.list)
    return None


def last_text(session: Session, item_id: int) -> int:
    """The newest text that a person wrote from the item, by its id; 0 for none."""
    return session.scalar(select(func.max(Outbound.id)).where(*written(item_id))) or 0


def written(item_id: int) -> list[ColumnElement[bool]]:
    """Which rows of the outbox are texts that a person wrote from the item, and did not take back."""
    taken_back = Outbound.reason.is_not_distinct_from(outbox.TAKEN_BACK)
    return [Outbound.desk_item_id == item_id, Outbound.staff_id.is_not(None), ~taken_back]


def _spoken_for(session: Session, key: str, words: str) -> bool:
    """Whether the form with this key has sent these very words. Raises Refused when it has sent others, or when they
    were taken back: neither is sent without its being asked anew."""
    before = session.execute(select(Outbound.body, Outbound.reason).where(Outbound.key == key)).one_or_none()
    if before is None:
        return False
    if before.reason == outbox.TAKEN_BACK:
        raise Refused("You took this text back. Nothing was sent: please send it now if it is to go.", "body")
    if before.body != words:
        raise Refused(
            "This form has sent a text already, with other words. These were not sent: please send them now.", "body"
        )
    return True


def _refuse_second(session: Session, item_id: int, seen: int) -> None:
    """Another window, or a colleague who had the item meanwhile, has texted the patient since."""
    newest = last_text(session, item_id)
    if newest > seen:
        said = session.scalars(select(Outbound.body).where(Outbound.id == newest)).one()
        raise Refused(
            f"The patient was texted from this item since you opened it: “{said}” Yours was not sent. "
            "If it still fits, send it now.", "body",
        )  # fmt: skip


def named(name: str, words: str) -> str:
    """A text says first who writes, as every text of ours does: many a patient has not saved the number, and a phone
    may be shared. Not twice when the name stands in the words already (keys.js counts and shows the same)."""
    said = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)
    return words if said or not name else f"{name}: {words}"


def _said_just_now(session: Session, item_id: int, words: str) -> bool:
    """Whether these very words went out from the item a moment ago, or are about to."""
    said = select(Outbound.body).where(
        Outbound.desk_item_id == item_id, Outbound.staff_id.is_not(None),
        Outbound.created_at > clock.now() - SAID_JUST_NOW, Outbound.state.not_in(("failed", "withheld")),
    )  # fmt: skip
    return words in session.scalars(said).all()


def write_note(session: Session, item_id: int, staff_id: int, words: str, form: str) -> None:
    """Put something into the record that the patient does not see; a double click writes it once. Raises Refused."""
    item = owned(session, item_id, staff_id)
    words = words.strip()
    if not words:
        raise Refused("The note is empty. Please write something first.", "note")
    if len(words) > LONGEST_NOTE:
        raise Refused(f"The note has {len(words)} characters; {LONGEST_NOTE} fit. Please shorten it.", "note")
    if not _note_written(session, item, form):
        note_down(session, item, "note_written", staff_id, words=words, form=form)


def spent(session: Session, item_id: int, form: str) -> bool:
    """Whether the form with this token has sent its text or written its note already."""
    if session.scalar(select(Outbound.id).where(Outbound.key == f"staff:{form}")) is not None:
        return True
    item = session.get_one(DeskItem, item_id, options=[defer(DeskItem.note)])
    return _note_written(session, item, form)


def _note_written(session: Session, item: DeskItem, form: str) -> bool:
    written = select(Entry.details).where(Entry.stream == item.stream, Entry.kind == "note_written")
    return any(details.get("form") == form for details in session.scalars(written))
