"""How an item leaves a list and comes back: closed with what was done, handed over, opened again. One winner (P8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app import clock, db, queue, timeline
from app.models.outbox import Outbound
from app.scheduling import ehr, slots
from escalation_desk import call_through, drafts, hush, items, proposals
from escalation_desk.dispositions import DISPOSITIONS, SLOT_GONE, WENT_ON, Disposition, fits
from escalation_desk.handling import LONGEST_NOTE, claim, written
from escalation_desk.holding import Refused, change, locked, note_down, owned
from escalation_desk.models import DeskItem, DeskItemWords

_items = db.table_of(DeskItem)
CALLS_TO_CONFIRM = (
    select(_items.c.id)
    .where(
        _items.c.contact_point_id == bindparam("number"),
        _items.c.appointment_id == bindparam("appointment"),
        _items.c.state == "open",
        _items.c.reason.startswith("confirm_by_phone_", autoescape=True),
    )
    .order_by(_items.c.id)
)  # every "yes" asks this
UNSENT = {
    "body": "You have a reply that was not sent: send it or throw it away.",
    "note": "You have a note that was not saved: save it or throw it away.",
}

UNTOLD = "Please say first how your call went: whether you spoke with the patient."

SHORTEST_NOTE = 4
"""Letters: a key that was meant for something else is no note."""


@dataclass(frozen=True)
class Ending:
    """How an item is to be closed: in which way, with which note for the record, and what the task that follows says
    to the front desk, which does not read the note (P11)."""

    disposition: str
    note: str = ""
    task_note: str = ""


def call_clinical(session: Session, item_id: int, staff_id: int, *, marked: bool = False) -> None:
    """“This is clinical”: to the nurses with its age, recorded as a miss, never held up by a stale page. Its texts are
    proposed for the word lists, unless the one that tells it was `marked` by itself. Raises Refused."""
    item = _of_list(session, item_id, "front_desk")
    if item.owner_id not in (None, staff_id):
        raise Refused("Somebody else has this item. Ask them to hand it over.")
    _move(session, item, "nurses", "called_clinical")
    note_down(session, item, "called_clinical", staff_id, list="nurses")
    if not marked:
        proposals.propose_item(session, item_id, staff_id)


def call_administrative(session: Session, item_id: int, staff_id: int, version: int, why: str = "") -> None:
    """“This is administrative”: to the front desk, which lets outreach go on (P13). Only by the nurse who has it, as
    she sees it now, with every word read (P1); crisis and emergency words only with a reason. Raises Refused."""
    _of_list(session, item_id, "nurses")
    item = owned(session, item_id, staff_id)
    for ask in (*_looked_over(session, item, version), *unfinished(session, item, staff_id)):
        raise ask
    if item.rank == items.CRISIS_RANK and not why.strip():
        raise Refused("These are crisis or emergency words. Please write why no nurse needs to answer them.", "why")
    if len(why) > LONGEST_NOTE:
        raise Refused(_too_long(why), "why")
    hushed_at = item.hushed_at
    _move(session, item, "front_desk", "called_administrative")
    hush.restart_timers(session, item, hushed_at)
    note_down(session, item, "called_administrative", staff_id, words=why.strip() or None, list="front_desk")


def close(session: Session, item_id: int, staff_id: int, ending: Ending, version: int) -> None:
    """Close an item with what was done, and resume outreach (P13). What must become of a visit
    is `gone.settle`'s, by which everybody comes here. Raises Refused with what is missing."""
    item = owned(session, item_id, staff_id)
    how, note = DISPOSITIONS.get(ending.disposition), ending.note.strip()
    for ask in (*_requirements(session, item, how, ending, version), *unfinished(session, item, staff_id)):
        raise ask
    assert how is not None  # noqa: S101  (refused above)
    hushed_at = item.hushed_at
    won = db.changed(
        session,
        update(DeskItem)
        .where(DeskItem.id == item_id, DeskItem.state == "claimed", DeskItem.version == item.version)
        .values(
            state="closed", closed_at=clock.now(), disposition=how.name, hushed_at=None, lease_until=None,
            next_step_at=None, version=DeskItem.version + 1, **({"note": note} if note else {}),
        ),
    )  # fmt: skip
    if not won:
        raise Refused("The item has changed since you opened it. Please look again.")
    note_down(session, item, "closed", staff_id, words=note or None, disposition=how.name)
    hush.restart_timers(session, item, hushed_at)
    if item.reason == ehr.ENTER and item.key is not None and how.name != SLOT_GONE:
        slots.entered(session, item.key, free=how.name == "entered_in_ehr")
    if how.opens_task:
        items.raise_task(
            session, f"appointment_needed:{item.id}:{item.times_opened}", "appointment_needed", item.contact_point_id,
            patient_id=item.patient_id, note=ending.task_note.strip(), actor=timeline.by_staff(staff_id),
        )  # fmt: skip


def close_over(session: Session, item_id: int) -> None:
    """What the task asks for was done elsewhere, as when a nurse took the words that nobody had taken. A task that
    somebody has taken meanwhile is that person's to close, and what the patient wrote beside it waits on."""
    item = locked(session, item_id)
    if item.state == "open":
        items.let_words_wait(session, item)
        change(session, item, state="closed", closed_at=clock.now(), next_step_at=None)
        items.tell(session, item, "task_over", "agent")


def close_calls(session: Session, contact_point_id: int, appointment_id: int) -> None:
    """She has confirmed by text meanwhile: nobody need call and ask, unless somebody has taken that."""
    about = {"number": contact_point_id, "appointment": appointment_id}
    for item_id in db.run(session, CALLS_TO_CONFIRM, about).scalars().all():
        close_over(session, item_id)


def reopen(session: Session, item_id: int, staff_id: int) -> None:
    """It was closed too early or by mistake: on its list again with its first age, as when the patient writes again
    (see items.reopen), and in this person's hands. Raises Refused."""
    item = locked(session, item_id)
    if item.state != "closed" or item.closed_at is None:
        raise Refused("The item is open already. Please look again.")
    if not reopens(item):
        hours = int(items.REOPENS_WITHIN.total_seconds() // 3600)
        raise Refused(f"It was closed more than {hours} hours ago. What is to be done now is a new matter.")
    newer = items.open_words(session, item.contact_point_id) if item.kind == "words" else None
    if newer is not None:
        _draw_over(session, newer, item, staff_id)
    items.reopen(session, item, timeline.by_staff(staff_id))
    claim(session, item_id, staff_id)


def _draw_over(session: Session, newer_id: int, item: DeskItem, staff_id: int) -> None:
    """Newer words that wait at the front desk go on with the nurses' matter that is opened again, still unread: one
    person reads the whole. Raises Refused where somebody has them, or they are the nurses' already."""
    newer = locked(session, newer_id)
    if newer.state != "open" or (newer.list, item.list) != ("front_desk", "nurses"):
        raise Refused("Newer words of this number stand on another open item. Please go on there.")
    claim(session, newer_id, staff_id)
    session.execute(update(DeskItemWords).where(DeskItemWords.desk_item_id == newer_id).values(desk_item_id=item.id))
    change(
        session, newer, state="closed", closed_at=clock.now(), disposition=WENT_ON, lease_until=None, next_step_at=None
    )
    note_down(session, newer, "closed", staff_id, disposition=WENT_ON)


def reopens(item: DeskItem) -> bool:
    """Whether it was closed not long ago, so that words or people may open it again."""
    return item.closed_at is not None and item.closed_at > clock.now() - items.REOPENS_WITHIN


def _of_list(session: Session, item_id: int, list_name: items.ListName) -> DeskItem:
    item = locked(session, item_id)
    if item.list != list_name or item.state == "closed":
        raise Refused("The item is no longer where you saw it. Please look again.")
    return item


def _move(session: Session, item: DeskItem, to: items.ListName, reason: str) -> None:
    came_from = item.list
    change(
        session, item, list=to, state="open", owner_id=None, lease_until=None, handed_by_id=None,
        next_step_at=clock.now(), step=0,
        unanswered_at=None,
        hushed_at=clock.now() if to == "nurses" else None, reason=reason if item.kind == "words" else item.reason,
    )  # fmt: skip
    queue.announce_later(session, came_from)


def _requirements(
    session: Session, item: DeskItem, how: Disposition | None, ending: Ending, version: int
) -> Iterator[Refused]:
    """What stands in the way of closing."""
    if how is None or not fits(how, item.list, item.reason):
        yield Refused("Please choose how this was settled.", "disposition")
        return
    yield from _looked_over(session, item, version)
    says_nothing = len(ending.note.strip()) < SHORTEST_NOTE
    if how.needs_note and says_nothing:
        yield Refused(f"“{how.label}” needs a note: whom you reached, when, and what comes next.", "closing_note")
    elif how.asks_note(crisis=item.rank == items.CRISIS_RANK) and says_nothing:
        yield Refused("These are crisis or emergency words. Please note why nothing is to be done.", "closing_note")
    if how.opens_task and not ending.task_note.strip():
        yield Refused("Please say in a line what the front desk is to book. They do not read your note.", "task_note")
    for box, words in (("closing_note", ending.note), ("task_note", ending.task_note)):
        if len(words) > LONGEST_NOTE:
            yield Refused(_too_long(words), box)
    if how.needs_reply and not replied(session, item.id):
        sentence = "No text was sent from this item yet. Please write one, or choose another way."
        yield Refused(sentence, "disposition")


def _too_long(words: str) -> str:
    return f"The note has {len(words)} characters; {LONGEST_NOTE} fit. Please shorten it."


def unfinished(session: Session, item: DeskItem, staff_id: int) -> Iterator[Refused]:
    """What she began to write and neither sent nor threw away; a call of hers of which she has not said how it went."""
    began = drafts.of(session, item.id, staff_id)
    yield from (Refused(sentence, box) for box, sentence in UNSENT.items() if box in began)
    if call_through.asks(session, item.id, staff_id):
        yield Refused(UNTOLD, "result")


def _looked_over(session: Session, item: DeskItem, version: int) -> Iterator[Refused]:
    """What must be seen before outreach may resume: the item as it stands, and every word on it."""
    if item.version != version:
        yield Refused("The item has changed since you opened it. Please look again.")
    if _unread(session, item.id):
        yield Refused("There are words that you have not read. Please read them first.")


def _unread(session: Session, item_id: int) -> bool:
    query = select(DeskItemWords.exchange_id).where(
        DeskItemWords.desk_item_id == item_id, DeskItemWords.read_at.is_(None)
    )
    return session.scalar(query.limit(1)) is not None


def replied(session: Session, item_id: int) -> bool:
    """Whether a person wrote a text from the item."""
    query = select(Outbound.id).where(*written(item_id))
    return session.scalar(query.limit(1)) is not None
