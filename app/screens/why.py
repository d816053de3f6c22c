"""Why she got a text of ours: what it was for, which words and cadence, who put them in force, and what she had agreed
to then (P9, P10)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.library import versions
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation, Exchange
from app.models.follow_ups import FollowUp
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent
from app.models.records import LibraryVersion
from app.models.staff import Staff
from app.web import times
from app.web.dialog_words import MATTERS
from app.web.following import FOLLOW_UPS

AGREED = {
    "opt_in": "The number itself had asked for texts on {when}",
    "agreed": "The patient had agreed to texts, as staff noted on {when}",
    "opt_out": "The number had asked for no more texts on {when}",
}
UNKNOWN = "Nobody had noted that the patient agreed to texts; no wish against them was known"


@dataclass(frozen=True)
class _Text:
    """One text of ours, with what it was written for."""

    row: Any  # the columns of the outbox that are asked for below
    talk: Conversation | None
    asked: int  # how often this matter had been asked about by then
    visit: datetime | None
    follow_up: FollowUp | None


def of_texts(session: Session, outbound_ids: Collection[int], zone: str) -> dict[int, tuple[str, ...]]:
    """The sentences for each of these texts; times in the practice's zone."""
    if not outbound_ids:
        return {}
    texts = _texts(session, outbound_ids)
    staff = dict(session.execute(select(Staff.id, Staff.name)).all())
    library = session.execute(
        select(
            LibraryVersion.kind, LibraryVersion.name, LibraryVersion.version, LibraryVersion.reviewer,
            LibraryVersion.activated_at,
        ).order_by(LibraryVersion.activated_at)
    ).all()  # fmt: skip
    answered = _answered(session, texts)
    consent = _consent(session, texts)
    return {
        text.row.id: (*_for(text, staff, answered, zone), *_words(text, library, zone), *_agreed(text, consent, zone))
        for text in texts
    }


def _texts(session: Session, outbound_ids: Collection[int]) -> list[_Text]:
    query = (
        select(
            Outbound.id, Outbound.message_class, Outbound.staff_id, Outbound.exchange_id, Outbound.conversation_id,
            Outbound.contact_point_id, Outbound.created_at, Conversation, Appointment.starts_at, FollowUp,
        )
        .outerjoin(Conversation, Conversation.id == Outbound.conversation_id)
        .outerjoin(Appointment, Appointment.id == Conversation.appointment_id)
        .outerjoin(FollowUp, FollowUp.id == Conversation.follow_up_id)
        .where(Outbound.id.in_(outbound_ids))
    )  # fmt: skip
    rows = session.execute(query).all()
    asked = _asked(session, {row.conversation_id for row in rows if row.conversation_id is not None})
    return [
        _Text(row, row.Conversation, asked.get(row.conversation_id, 0), row.starts_at, row.FollowUp) for row in rows
    ]


def _asked(session: Session, talks: set[int]) -> dict[int, int]:
    """For each talk the how-manieth of its cadence it was."""
    mine, before = OutreachStep, OutreachStep.__table__.alias("before")
    same = (before.c.appointment_id == mine.appointment_id) | (before.c.follow_up_id == mine.follow_up_id)
    query = (
        select(mine.conversation_id, func.count(before.c.id))
        .join(before, same & (before.c.state == "begun") & (before.c.decided_at <= mine.decided_at))
        .where(mine.conversation_id.in_(talks))
        .group_by(mine.conversation_id)
    )
    return {talk: many for talk, many in session.execute(query) if talk is not None}


def _answered(session: Session, texts: Collection[_Text]) -> dict[int, datetime]:
    ids = {text.row.exchange_id for text in texts if text.row.exchange_id is not None}
    return dict(session.execute(select(Exchange.id, Exchange.received_at).where(Exchange.id.in_(ids))).all())


def _consent(session: Session, texts: Collection[_Text]) -> dict[int, list[tuple[str, datetime]]]:
    """What was said about texts at each number, oldest first."""
    numbers = {text.row.contact_point_id for text in texts}
    query = select(ConsentEvent.contact_point_id, ConsentEvent.kind, ConsentEvent.at).where(
        ConsentEvent.contact_point_id.in_(numbers), ConsentEvent.kind.in_(list(AGREED))
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for number, kind, at in session.execute(query.order_by(ConsentEvent.id)):
        found.setdefault(number, []).append((kind, at))
    return found


def _for(text: _Text, staff: dict[int, str], answered: dict[int, datetime], zone: str) -> Iterator[str]:
    row, talk = text.row, text.talk
    if row.staff_id is not None:
        yield f"{staff.get(row.staff_id, 'A staff member')} wrote it"
    elif row.message_class == "safety":
        yield "It is one of the fixed texts that stand above every rule: nothing holds them back"
    if row.exchange_id in answered:
        yield f"It answers what came on {times.local(answered[row.exchange_id], zone)}"
    if talk is None:
        return
    yield f"It belongs to what was asked {MATTERS.get(talk.dialog, 'of the patient')}"
    if text.visit is not None:
        yield f"For the appointment of {times.local(text.visit, zone)}"
    if text.follow_up is not None:
        by = staff.get(text.follow_up.captured_by or 0, "Handrail")
        due = times.day(datetime.combine(text.follow_up.due_on, datetime.min.time()))
        yield f"For the follow-up “{FOLLOW_UPS[text.follow_up.kind]}”, due by {due}, noted by {by}"
    if text.asked:
        yield "It was the first time we asked" if text.asked == 1 else f"It was time {text.asked} that we asked"


def _words(text: _Text, library: Collection[Any], zone: str) -> Iterator[str]:
    talk, at = text.talk, text.row.created_at
    if talk is None:
        return
    for each in library:
        if (each.kind, each.name, each.version) == (versions.DIALOG_KIND, talk.dialog, talk.dialog_version):
            yield f"Its words: version {each.version}, put in force by {each.reviewer} on {_day(each, zone)}"
    then = [each for each in library if each.kind == versions.CADENCES_KIND and each.activated_at <= at]
    if text.asked and then:
        yield f"When we ask was put in force by {then[-1].reviewer} on {_day(then[-1], zone)}"


def _day(each: Any, zone: str) -> str:
    return times.local(each.activated_at, zone)


def _agreed(text: _Text, consent: dict[int, list[tuple[str, datetime]]], zone: str) -> Iterator[str]:
    if text.row.message_class == "safety":
        return
    before = [(kind, at) for kind, at in consent.get(text.row.contact_point_id, ()) if at <= text.row.created_at]
    if not before:
        yield UNKNOWN
        return
    kind, at = before[-1]
    yield AGREED[kind].format(when=times.local(at, zone))
