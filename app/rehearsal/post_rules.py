"""Invariants between the carrier's ledger and our tables: nothing lost, nothing doubled, nothing it may not send."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

from app.messaging import outbox
from app.models.conversations import Exchange
from app.models.outbox import DeliveryEvent, Outbound
from app.models.patients import ConsentEvent
from app.models.records import LibraryVersion
from app.rehearsal.evidence import VISIT_CHANGES, Evidence
from escalation_desk.models import DeskItem

LEFT = frozenset({"accepted", "sent", "delivered"})
STAYED = frozenset({"pending", "withheld"})
RANKS = {"queued": 1, "accepted": 1, "sending": 1, "sent": 2, "delivered": 3, "undelivered": 3, "failed": 3}
OURS = {"pending": 0, "sending": 0, "unknown": 0, "withheld": 0, "accepted": 1, "sent": 2, "delivered": 3, "failed": 3}
UNKNOWN_FOR = timedelta(minutes=11)
PENDING_FOR = timedelta(minutes=2)


def every_inbound_is_one_exchange(evidence: Evidence) -> Iterator[str]:
    """I1: every inbound SID of the ledger has exactly one exchange, or, where that could not be, people were told; and
    no exchange is without one."""
    kept = Counter(row.key for row in evidence.rows(Exchange, Exchange.channel == "sms"))
    told = {item.key for item in evidence.rows(DeskItem)}
    began = min((version.activated_at for version in evidence.rows(LibraryVersion)), default=evidence.now)
    yield from (f"the ledger itself has a gap: {gap}" for gap in evidence.truth.gaps)
    for text in evidence.truth.inbound:
        by_a_task = {f"fetched:{text.sid}", f"spool:{text.sid}"} & told
        if text.at < began.replace(microsecond=0):
            by_a_task |= {"texts_before_start"} & told
        if kept[text.sid] != 1 and not (by_a_task and not kept[text.sid]):
            yield f"inbound {text.sid} has {kept[text.sid]} exchanges"
    for sid in kept.keys() - {text.sid for text in evidence.truth.inbound}:
        yield f"exchange {sid} never came from the carrier"


def nothing_is_sent_twice_or_hidden(evidence: Evidence) -> Iterator[str]:
    """I3: the carrier took each outbox row at most once; what we believe of it is so; an unknown is people's task."""
    told = {item.key for item in evidence.rows(DeskItem)}
    for row in evidence.outbox:
        if row.text_name == outbox.AT_THE_DOOR:
            yield from _what_the_door_said(evidence, row, told)
            continue
        times = len(evidence.accepted.get(row.token, ()))
        if times > 1:
            yield f"outbound {row.id} was accepted {times} times"
        if (row.state in LEFT or _failed_after_leaving(row)) and times != 1:
            yield f"outbound {row.id} is {row.state}, and the carrier took it {times} times"
        if (row.state in STAYED or (row.state == "failed" and not _failed_after_leaving(row))) and times:
            yield f"outbound {row.id} is {row.state}, and the carrier took it"
        if row.state == "unknown" and _long_ago(evidence, row, UNKNOWN_FOR) and f"unknown:{row.id}" not in told:
            yield f"outbound {row.id} is unknown and nobody was told"
        if times and any(text.body != row.body for text in evidence.accepted[row.token]):
            yield f"outbound {row.id} left with other words than were written"
    strays = evidence.accepted.keys() - {row.token for row in evidence.outbox}
    yield from (f"the carrier took {len(evidence.accepted[token])} texts that stand in no outbox" for token in strays)


def _what_the_door_said(evidence: Evidence, row: Outbound, told: set[str | None]) -> Iterator[str]:
    """It has no token with the carrier: in doubt it is people's, else the carrier's own id names its words."""
    left = {text.sid: text.body for text in evidence.truth.accepted if text.direction == "outbound-reply"}
    if row.state == "unknown":
        if _long_ago(evidence, row, UNKNOWN_FOR) and f"unknown:{row.id}" not in told:
            yield f"the door's answer {row.id} is unknown and nobody was told"
    elif row.carrier_id is None or left.get(row.carrier_id) != row.body:
        yield f"the door's answer {row.id} is {row.state}, and the carrier has no such text"


def nothing_after_an_opt_out(evidence: Evidence) -> Iterator[str]:
    """I5: no text was claimed for a number after its opt-out, but one safety text for each round of an item."""
    for row in evidence.outbox:
        if row.token not in evidence.accepted or row.claimed_at is None or row.message_class == "safety":
            continue
        if _opted_out_at(evidence, row.contact_point_id, row.claimed_at):
            yield f"outbound {row.id} left after its number's opt-out"


def nothing_stale_was_sent(evidence: Evidence) -> Iterator[str]:
    """I9: nothing was claimed about an appointment that had changed before, nor for somebody who had died."""
    changes = [entry for kind in VISIT_CHANGES for entry in evidence.entries[kind]]
    deaths = evidence.entries["deceased_recorded"]
    for row in evidence.outbox:
        if row.token not in evidence.accepted or row.claimed_at is None or row.staff_id is not None:
            continue
        for change in changes:
            same = change.details["appointment"] == row.appointment_id and row.appointment_version is not None
            if same and change.at < row.claimed_at and change.details["version"] > (row.appointment_version or 0):
                yield f"outbound {row.id} left though appointment {row.appointment_id} had changed"
        died = any(death.stream == f"patient:{row.patient_id}" and death.at < row.claimed_at for death in deaths)
        if died and row.message_class == "outreach" and not evidence.entries["deceased_removed"]:
            yield f"outbound {row.id} left for patient {row.patient_id}, who had died"


def nothing_is_left_lying(evidence: Evidence) -> Iterator[str]:
    """I13: nothing that may go waits longer than two minutes, nothing is half sent, and the spool is empty."""
    for row in evidence.outbox:
        if row.state == "pending" and evidence.sends and row.not_before < evidence.now - PENDING_FOR:
            yield f"outbound {row.id} is pending since long"
        if row.state == "sending" and (row.lease_until is None or row.lease_until < evidence.now - PENDING_FOR):
            yield f"outbound {row.id} is still being sent by nobody"
    if evidence.spool_dir is not None:
        told = {item.key for item in evidence.rows(DeskItem)}
        left = sorted(path.stem for path in evidence.spool_dir.glob("*.sealed"))
        yield from (f"spool file {key} was not taken in" for key in left if f"spool:{key}" not in told)


def no_state_ever_fell(evidence: Evidence) -> Iterator[str]:
    """I14: no row stands lower than the highest report of it that we were given."""
    highest: dict[int, int] = {}
    for event in evidence.rows(DeliveryEvent):
        if event.outbound_id is not None:
            highest[event.outbound_id] = max(highest.get(event.outbound_id, 0), RANKS.get(event.status, 0))
    for row in evidence.outbox:
        if OURS[row.state] < highest.get(row.id, 0):
            yield f"outbound {row.id} is {row.state} after a report of rank {highest[row.id]}"


def what_was_answered_was_kept(evidence: Evidence) -> Iterator[str]:
    """I18: each webhook that we answered with success left a row or a spool file behind."""
    kept = {row.key for row in evidence.rows(Exchange)}
    if evidence.spool_dir is not None:
        kept |= {path.stem for path in evidence.spool_dir.glob("*.sealed")}
    reports = {(event.carrier_id, event.status) for event in evidence.rows(DeliveryEvent)}
    for one in evidence.truth.webhooks:
        if one.http == HTTPStatus.OK and one.sid not in kept:
            yield f"inbound {one.sid} was answered and not kept"
    for report in evidence.truth.callbacks:
        if report.http == HTTPStatus.NO_CONTENT and (report.sid, report.status) not in reports:
            yield f"report {report.status} of {report.sid} was answered and not kept"


def _failed_after_leaving(row: Outbound) -> bool:
    return row.state == "failed" and row.reason == "carrier_failed"


def _long_ago(evidence: Evidence, row: Outbound, wait: timedelta) -> bool:
    return row.claimed_at is not None and row.claimed_at < evidence.now - wait


def _opted_out_at(evidence: Evidence, contact_point_id: int, at: datetime) -> bool:
    """Whether the last word about this number's consent, before that moment, was no. What was claimed in the moment of
    a no may have been first; in that of a yes it answers the yes."""
    said = [event for event in evidence.rows(ConsentEvent, ConsentEvent.contact_point_id == contact_point_id)
            if event.at < at or (event.at == at and event.kind == "opt_in")]  # fmt: skip
    return bool(said) and max(said, key=lambda event: event.id).kind == "opt_out"
