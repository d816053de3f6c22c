"""What should not be though every watcher did its work, as questions to the tables: each answers how many (I7, I13)."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app import clock, spool
from app.db import Base
from app.delivery import sending
from app.library import versions, word_lists
from app.models.conversations import Conversation
from app.models.cover import StaffPhone
from app.models.outbox import Outbound
from app.models.staff import Staff
from app.settings import Settings
from app.upkeep import restorations
from app.watchers import heartbeats
from escalation_desk import hush, items, leases, oncall
from escalation_desk.models import DeskItem, DeskItemWords

SLACK = timedelta(seconds=60)
"""How late a watcher may be before it counts: four of its rounds."""
SENT_WITHIN = KEPT_WITHIN = timedelta(minutes=2)
READ_WITHIN = items.FIRST_STEP
MOST_LOOKED_AT = 500

_OPEN = DeskItem.state != "closed"


def items_without_step(session: Session) -> int:
    """Open items that nothing will bring up again (P7)."""
    return _count(session, DeskItem, leases.stepless())


def escalations_late(session: Session) -> int:
    """Nurses' items whose next step is over: nobody has taken them, and no rung was climbed."""
    return _count(session, DeskItem, _OPEN, DeskItem.list == "nurses", _before(DeskItem.next_step_at, SLACK))


def escalations_unanswered(session: Session) -> int:
    """Nurses' items for which everybody on call was rung in vain, or nobody could be; still not taken."""
    unanswered = DeskItem.unanswered_at.is_not(None)
    return _count(session, DeskItem, DeskItem.state == "open", DeskItem.list == "nurses", unanswered)


def uncovered(session: Session) -> int:
    """1 when nobody would read what a patient writes now: no desk is staffed, nobody on call can be reached."""
    return int(not oncall.covered(session, clock.now()))


def phones_dead(session: Session) -> int:
    """Nurses' telephones that the last page did not reach."""
    nurses = select(Staff.id).where(Staff.role == oncall.ROLE, Staff.disabled_at.is_(None))
    return _count(session, StaffPhone, StaffPhone.failed_at.is_not(None), StaffPhone.staff_id.in_(nurses))


def tasks_late(session: Session) -> int:
    """Front-desk tasks whose next step is over. A task is its own reminder: it is brought up again."""
    late = _before(DeskItem.next_step_at, SLACK)
    return _count(session, DeskItem, DeskItem.state == "open", DeskItem.list == "front_desk", late)


def claims_past_lease(session: Session) -> int:
    """Items that somebody seems to have, and has not had for a minute (H14)."""
    return _count(session, DeskItem, DeskItem.state == "claimed", _before(DeskItem.lease_until, SLACK))


def quarantine_unread(session: Session, within: timedelta = READ_WITHIN) -> int:
    """Texts that broke the processing and that no nurse has read in time (H61)."""
    broken = select(DeskItem.id).where(_OPEN, DeskItem.reason == "could_not_be_processed")
    late = _before(DeskItem.opened_at, within)
    unread = select(DeskItemWords.desk_item_id).where(DeskItemWords.read_at.is_(None))
    return _count(session, DeskItem, DeskItem.id.in_(broken), DeskItem.id.in_(unread), late)


def texts_late(session: Session, settings: Settings) -> int:
    """Texts that may go and have not gone."""
    return _count(session, Outbound, *sending.may_go(settings), _before(Outbound.not_before, SENT_WITHIN))


def texts_to_ring_for(session: Session, settings: Settings) -> list[int]:
    """Some of them, the most pressing first."""
    late = select(Outbound.id).where(*sending.may_go(settings), _before(Outbound.not_before, SENT_WITHIN))
    return list(session.scalars(late.order_by(Outbound.priority, Outbound.id).limit(MOST_LOOKED_AT)))


def senders_dead(session: Session) -> int:
    """Texts that seem to be on their way to the carrier, by a process whose lease is over."""
    return _count(session, Outbound, Outbound.state == "sending", _before(Outbound.lease_until, SLACK))


def without_timer(session: Session) -> list[tuple[int, int]]:
    """Live conversations that nothing will end, with their numbers (H66)."""
    live = select(Conversation.id, Conversation.contact_point_id).where(
        Conversation.state == "live", Conversation.silent_at.is_(None)
    )
    return [(row[0], row[1]) for row in session.execute(live.limit(MOST_LOOKED_AT))]


def silences_late(session: Session) -> int:
    """Conversations whose wait is over and that stand still though no nurse has the patient's words (P13), nor was the
    record restored (H64)."""
    if restorations.held(session):
        return 0
    over = select(Conversation.contact_point_id, Conversation.patient_id).where(
        Conversation.state == "live", _before(Conversation.silent_at, SENT_WITHIN)
    )
    rows = session.execute(over.limit(MOST_LOOKED_AT)).all()
    return sum(not hush.hushed(session, point_id, patient_id) for point_id, patient_id in rows)


def unreadable_versions(session: Session) -> int:
    """Versions of what we say that are newest and cannot be read; the one before each serves."""
    return len(versions.in_force(session).unreadable)


def unreadable_lists(session: Session) -> int:
    """Versions of the word lists that are newest and not sound; the one before them serves, or the shipped ones."""
    return len(word_lists.load(session).unreadable)


def sweeper_silent(session: Session) -> int:
    """1 when the sweeper has not finished a round for a minute, though this process goes round."""
    silent = heartbeats.silent_for(session, heartbeats.SWEEPER)
    return int(silent is None or silent > SLACK)


def spool_waits(directory: Path | None) -> int:
    """Texts kept aside that should have been taken in by now."""
    if directory is None:
        return 0
    heap = spool.heap(directory)
    return heap.files if heap.oldest is not None and heap.oldest <= clock.now() - KEPT_WITHIN else 0


def _before(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], ago: timedelta
) -> ColumnElement[bool]:
    """Whether a time lies further back than `ago`; none at all does not."""
    return column <= clock.now() - ago


def _count(session: Session, table: type[Base], *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0
