"""Stopping outreach of one sort, or all of it, by a person with a reason; and letting it go on (P9, H56).

Nor does anything that we begin leave before the practice was opened for it (app.outreach.go_ahead). It stops nothing
but what we begin ourselves: hand-offs, emergency texts, pages, answers to what patients write and what nurses send go
as always.
"""

from datetime import datetime

from sqlalchemy import exists, literal_column, or_, select, union_all, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.conversations import Conversation
from app.models.follow_ups import FollowUp
from app.models.pauses import Pause
from app.models.practice import GoAhead
from app.outreach import budget
from escalation_desk.models import DeskItem

EVERYTHING, REMINDERS, OFFERS = "everything", "reminders", "offers"
PAUSED, NOT_OPENED = "paused", "not_opened"
"""Why something stands still: somebody, or a limit, has stopped it; or nobody has given the go-ahead yet."""
OF_KIND = {"check_in": "check_ins", "recall_chronic": "recalls", "recall_lapsed": "recalls"}
"""What a kind of follow-up is stopped with; all others with `follow_ups`."""

BY_ITSELF = ("audit_texts_failing", "audit_too_many_texts")
"""Tasks that the auditor raises when a limit is passed: while one is open nothing that we begin leaves."""
_items = db.table_of(DeskItem).c
_LIMITS = select(literal_column("'everything'").label("purpose"), _items.opened_at.label("since")).where(
    _items.state != literal_column("'closed'"), _items.list == "front_desk",
    or_(*(_items.reason == literal_column(f"'{reason}'") for reason in BY_ITSELF)),
)  # fmt: skip
_STANDING = union_all(
    select(db.table_of(Pause).c.purpose, db.table_of(Pause).c.begun_at.label("since")).where(
        db.table_of(Pause).c.ended_at.is_(None)
    ),
    _LIMITS,
)
_STOPPED = union_all(
    select(_STANDING.subquery().c.purpose),
    select(literal_column(f"'{NOT_OPENED}'").label("purpose")).where(~exists(select(db.table_of(GoAhead).c.id))),
)


def standing(session: Session) -> frozenset[str]:
    """What is stopped now, by a manager or by the limits; and whether nothing is opened yet."""
    return frozenset(row[0] for row in db.run(session, _STOPPED))


def since(session: Session) -> list[tuple[str, datetime]]:
    """What is stopped and since when, the oldest first; every page asks, so that no reason is unsealed for it."""
    return sorted(((row.purpose, row.since) for row in db.run(session, _STANDING)), key=lambda each: each[1])


def by_itself(session: Session) -> bool:
    """Whether a limit stopped it, and not only a manager."""
    return db.run(session, _LIMITS).first() is not None


def of_kind(kind: str) -> str:
    """The purpose of a follow-up's texts."""
    return OF_KIND.get(kind, "follow_ups")


def stops(stopped: frozenset[str], purpose: str) -> str | None:
    """Why texts of this purpose stand still, if they do."""
    if NOT_OPENED in stopped:
        return NOT_OPENED
    return PAUSED if EVERYTHING in stopped or purpose in stopped else None


def stops_talk(session: Session, conversation_id: int | None) -> bool:
    """Whether a text of this talk may not leave just now."""
    stopped = standing(session)
    if not stopped or stopped & {EVERYTHING, NOT_OPENED}:
        return bool(stopped)
    query = select(Conversation.dialog, FollowUp.kind).outerjoin(FollowUp, FollowUp.id == Conversation.follow_up_id)
    row = session.execute(query.where(Conversation.id == conversation_id)).one_or_none()
    if row is None:
        return False
    if row.kind is not None:
        return of_kind(row.kind) in stopped
    return (OFFERS if row.dialog == budget.OFFER else REMINDERS) in stopped


def begin(session: Session, purpose: str, reason: str, staff_id: int) -> bool:
    """Stop it. False when somebody has stopped it already."""
    values = {"purpose": purpose, "reason": reason, "begun_by": staff_id, "begun_at": clock.now()}
    pause_id = db.put(session, Pause, values)
    if pause_id is not None:
        _note(session, "pause_begun", staff_id, pause_id, purpose, reason)
    return pause_id is not None


def end(session: Session, pause_id: int, staff_id: int) -> bool:
    """Let it go on. False when it does already."""
    won = db.changed(
        session,
        update(Pause)
        .where(Pause.id == pause_id, Pause.ended_at.is_(None))
        .values(ended_at=clock.now(), ended_by=staff_id),
    )
    if won:
        purpose = session.scalars(select(Pause.purpose).where(Pause.id == pause_id)).one()
        _note(session, "pause_ended", staff_id, pause_id, purpose, None)
    return won


def _note(session: Session, kind: str, staff_id: int, pause_id: int, purpose: str, words: str | None) -> None:
    timeline.append(
        session, timeline.of_staff(staff_id), kind, timeline.by_staff(staff_id), words=words, pause=pause_id,
        purpose=purpose,
    )  # fmt: skip
