"""Invariants of the desk and of conversations: everything that needs a person has one, and the right one."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from app.models.conversations import Conversation, Exchange
from app.models.patients import PatientContactPoint
from app.rehearsal.evidence import Evidence
from app.scheduling.filling import SOUGHT_FOR
from escalation_desk.dispositions import DISPOSITIONS
from escalation_desk.models import DeskItem, DeskItemWords

LATE = timedelta(seconds=60)
FOR_PEOPLE = frozenset({"escalation", "task"})


def every_clinical_exchange_is_on_the_desk(evidence: Evidence) -> Iterator[str]:
    """I2: each exchange has an outcome; what is clinical, or a picture, or people's, stands on one item, on the
    nurses' list unless a person moved it away; and nothing closes by itself."""
    words = {row.exchange_id: row.desk_item_id for row in evidence.rows(DeskItemWords)}
    items = {row.id: row for row in evidence.rows(DeskItem)}
    moved = {entry.details["item"] for entry in evidence.entries["called_administrative"]}
    for row in evidence.rows(Exchange):
        clinical = row.lane == "clinical" or row.media_count > 0 or row.outcome == "escalation"
        if row.outcome is None or row.lane is None:
            yield f"exchange {row.id} has no outcome"
        if (clinical or row.outcome in FOR_PEOPLE) and row.id not in words:
            yield f"exchange {row.id} stands on no item"
        elif clinical and items[words[row.id]].list != "nurses" and words[row.id] not in moved:
            yield f"exchange {row.id} is clinical and not with the nurses"


def every_open_item_has_a_next_step(evidence: Evidence) -> Iterator[str]:
    """I7: each item that is not closed has its next step and its age; clinical words hush their number (P13)."""
    clinical = {row.desk_item_id for row in evidence.rows(DeskItemWords)}
    for item in evidence.rows(DeskItem):
        if item.state != "closed" and item.next_step_at is None:
            yield f"item {item.id} has no next step"
        hushes = item.list == "nurses" and item.state != "closed" and item.id in clinical
        if hushes and item.hushed_at is None:
            yield f"item {item.id} is the nurses' and hushes nobody"
        if item.state == "closed" and item.hushed_at is not None:
            yield f"item {item.id} is closed and still hushes"


def every_claim_and_close_is_somebodys(evidence: Evidence) -> Iterator[str]:
    """I8: a claimed item has one owner and a live lease; a closed one an author, a disposition and what that asks for;
    no other has an owner. Only these close without anybody: a task of the auditor's, when its finding is over, one that
    sought a time, when the patient has it, and a call to confirm, when she has confirmed; and none that has words which
    a person was to read."""
    for_people = {row.id for row in evidence.rows(Exchange) if row.outcome in FOR_PEOPLE}
    to_be_read = {row.desk_item_id for row in evidence.rows(DeskItemWords) if row.exchange_id in for_people}
    closed_by = {entry.details["item"] for entry in evidence.entries["closed"] if entry.actor.startswith("staff:")}
    over = {entry.details["item"] for entry in evidence.entries["task_over"]}
    replied = {row.desk_item_id for row in evidence.outbox if row.staff_id is not None}
    for item in evidence.rows(DeskItem):
        claimed = item.state == "claimed"
        if claimed and (item.owner_id is None or item.lease_until is None or item.lease_until < evidence.now - LATE):
            yield f"item {item.id} is claimed without an owner or a live lease"
        if item.state == "open" and item.owner_id is not None:
            yield f"item {item.id} is open and owned"
        by_itself = (item.key or "").startswith(("audit:", "confirm:")) or item.reason in SOUGHT_FOR
        if item.state == "closed" and not (item.id in over and by_itself and item.id not in to_be_read):
            how = DISPOSITIONS.get(item.disposition or "")
            if how is None or item.closed_at is None or item.id not in closed_by:
                yield f"item {item.id} was closed by nobody, or without saying how"
            elif (how.needs_note and not item.note) or (how.needs_reply and item.id not in replied):
                yield f"item {item.id} was closed as {how.name} without what that needs"


def one_live_conversation_with_a_timer(evidence: Evidence) -> Iterator[str]:
    """I11: a number has at most one live conversation, and each has its timer."""
    live = [row for row in evidence.rows(Conversation) if row.state == "live"]
    numbers = Counter(row.contact_point_id for row in live)
    yield from (f"number {number} has {times} live conversations" for number, times in numbers.items() if times > 1)
    yield from (f"conversation {row.id} has no timer" for row in live if row.silent_at is None)
    yield from (f"conversation {row.id} ended without saying how" for row in evidence.rows(Conversation)
                if row.state == "ended" and not row.ended_as)  # fmt: skip


def texts_belong_to_whom_they_went_to(evidence: Evidence) -> Iterator[str]:
    """I12: the patient of a text is the patient of its dialog and has, or had, the number it went to; and the carrier
    was given that number."""
    talks = {row.id: row for row in evidence.rows(Conversation)}
    reaches = {(row.patient_id, row.contact_point_id) for row in evidence.rows(PatientContactPoint)}
    reaches |= {(entry.details["patient"], entry.details["contact_point"])
                for entry in evidence.entries["number_attached"]}  # fmt: skip
    for row in evidence.outbox:
        talk = talks.get(row.conversation_id or 0)
        if talk is not None and (talk.patient_id, talk.contact_point_id) != (row.patient_id, row.contact_point_id):
            yield f"outbound {row.id} is not for the patient and number of conversation {talk.id}"
        if row.patient_id is not None and (row.patient_id, row.contact_point_id) not in reaches:
            yield f"outbound {row.id} went to a number that is not patient {row.patient_id}'s"
        for text in evidence.accepted.get(row.token, ()):
            if text.to != evidence.numbers.get(row.contact_point_id, text.to):
                yield f"outbound {row.id} left for another number"
