"""Invariants of the record: what happened stands in it once, unchanged, with its author, and nowhere else."""

from collections import Counter
from collections.abc import Iterator

from app import anchors
from app.models.appointments import Appointment
from app.models.conversations import NO_WORDS, Exchange
from app.models.offers import Offer
from app.models.patients import ConsentEvent
from app.models.records import Entry
from app.models.staff import Staff
from app.rehearsal.evidence import VISIT_CHANGES, Evidence
from escalation_desk.models import DeskItem

BY_STAFF = ("claimed", "released", "words_read", "closed", "note_written", "called_clinical", "called_administrative",
            "patient_changed", "deceased_recorded", *VISIT_CHANGES)  # fmt: skip


def the_record_is_whole(evidence: Evidence) -> Iterator[str]:
    """I6: the chains hold, the heads fit the anchors, and what happened stands in the record exactly once."""
    for flaw in anchors.verify(evidence.session, evidence.anchor_dir):
        yield f"stream {flaw.stream}, entry {flaw.position}: {flaw.sentence}"
    written, spoken = (
        {row.id for row in evidence.rows(Exchange, Exchange.channel == each)} for each in ("sms", "voice")
    )
    read, texts = (
        {row.id for row in evidence.rows(Exchange, Exchange.lane != NO_WORDS)},
        {row.id for row in evidence.outbox},
    )
    for kind, detail, ids in (("text_received", "exchange", written), ("call_heard", "exchange", spoken),
                              ("text_read", "exchange", read), ("text_written", "outbound", texts)):  # fmt: skip
        found = evidence.counted(kind, detail)
        yield from (f"{detail} {one} has {found[one]} entries “{kind}”" for one in sorted(ids) if found[one] != 1)
        yield from (f"an entry “{kind}” names {detail} {one}, which is not there" for one in found.keys() - ids)
    said = Counter(event.kind for event in evidence.rows(ConsentEvent))
    for kind in ("opt_out", "opt_in", "calls_out", "calls_in"):
        if said[kind] != len(evidence.entries[kind]):
            yield f"{said[kind]} consent events “{kind}” have {len(evidence.entries[kind])} entries"


def every_change_has_its_author(evidence: Evidence) -> Iterator[str]:
    """I15: each version of an appointment, and each claim and close, has one entry; what only staff do names one, but
    that a patient moves her visit by taking a time that she was offered."""
    changes: Counter[object] = sum((evidence.counted(kind, "appointment") for kind in VISIT_CHANGES), Counter())
    for row in evidence.rows(Appointment):
        if changes[row.id] != row.version - 1:
            yield f"appointment {row.id} has version {row.version} and {changes[row.id]} changes in the record"
    booked, confirmed = (
        evidence.counted(kind, "appointment") for kind in ("appointment_booked", "appointment_confirmed")
    )
    for row in evidence.rows(Appointment):
        if booked[row.id] != 1 or (row.confirmed_at is not None and not confirmed[row.id]):
            yield f"appointment {row.id} was booked {booked[row.id]} times, confirmed {confirmed[row.id]} times"
    raised = evidence.counted("task_raised", "key")
    for item in evidence.rows(DeskItem):
        if item.kind == "task" and raised[item.key] != 1:
            yield f"item {item.id} was raised {raised[item.key]} times"
    staff = {f"staff:{row.id}" for row in evidence.rows(Staff)}
    for kind in BY_STAFF:
        yield from (f"“{kind}” at {entry.stream}, {entry.position} is nobody's" for entry in evidence.entries[kind]
                    if entry.actor not in staff and not _took_an_offer(evidence, entry))  # fmt: skip


def _took_an_offer(evidence: Evidence, entry: Entry) -> bool:
    """The one change of a visit that a patient makes herself."""
    taken = {row.appointment_id for row in evidence.rows(Offer, Offer.state == "accepted")}
    moved = (entry.actor, entry.kind) == ("patient", "appointment_moved")
    return moved and entry.details["appointment"] in taken


def one_form_one_effect(evidence: Evidence) -> Iterator[str]:
    """I16: what one form of ours was sent for happened once, however often it was pressed."""
    notes = Counter((entry.stream, entry.details.get("form")) for entry in evidence.entries["note_written"])
    yield from (f"a note was written {times} times in {stream}" for (stream, _), times in notes.items() if times > 1)
    texts = Counter(row.key for row in evidence.outbox if row.staff_id is not None)
    yield from (f"a form sent {times} texts" for times in texts.values() if times > 1)
    for item in evidence.rows(DeskItem):
        closed = evidence.counted("closed", "item")[item.id]
        if closed > item.times_opened:
            yield f"item {item.id} was opened {item.times_opened} times and closed {closed} times"


def no_mark_outside(evidence: Evidence) -> Iterator[str]:
    """I17: no name, number or word of a patient outside the database and the sealed spool."""
    for place, content in evidence.places.items():
        found = sum(mark.encode() in content for mark in evidence.marks)
        if found:
            yield f"{found} marks stand in {place}"
