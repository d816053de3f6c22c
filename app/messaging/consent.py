"""Who may be texted, and whom our system may ring: by number, kept for ever as events (P9, H49)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app import clock, queue, timeline
from app.messaging import call_book, outbox
from app.models.conversations import Exchange
from app.models.patients import ConsentEvent, ContactPoint
from escalation_desk.models import LISTS

Source = Literal["patient", "carrier", "staff"]
OF_TEXTS = ("opt_out", "opt_in")
CARRIER_STOPS = frozenset("STOP STOPALL UNSUBSCRIBE END QUIT CANCEL REVOKE OPTOUT".split())
CARRIER_STARTS = frozenset({"START", "UNSTOP"})
"""What a long code's carrier acts on by itself, English alone, and only as the whole message (TWILIO 4.1)."""


def opt_out(
    session: Session, contact_point_id: int, source: Source, exchange_id: int | None = None, staff_id: int | None = None
) -> None:
    """Stop texting this number as of this commit, and take back what waits to be sent. `staff_id`: who noted it."""
    _record(session, contact_point_id, "opt_out", source, exchange_id, staff_id)
    outbox.withdraw_outreach(session, contact_point_id, "opted_out")


def opt_in(session: Session, contact_point_id: int, source: Source, exchange_id: int | None = None) -> None:
    """Texts may go to this number again."""
    _record(session, contact_point_id, "opt_in", source, exchange_id)


def agree_to_calls(session: Session, contact_point_id: int, staff_id: int) -> None:
    """Our system may ring this number: its owner told staff so. Texts are another matter."""
    _of_calls(session, contact_point_id, "calls_in", "staff", None, staff_id)


def end_calls(
    session: Session, contact_point_id: int, source: Source, exchange_id: int | None = None, staff_id: int | None = None
) -> None:
    """Our system rings this number no more as of this commit; texts may still go."""
    _of_calls(session, contact_point_id, "calls_out", source, exchange_id, staff_id)
    call_book.withdraw(session, contact_point_id, "no_call_consent")


def agreed(session: Session, contact_point_id: int, staff_id: int) -> bool:
    """Staff write down that she agreed to texts at this number. It ends no opt-out: only she can do that, from the
    number itself (H49). False then."""
    stopped = select(ContactPoint.opted_out_at).where(ContactPoint.id == contact_point_id)
    if session.scalar(stopped) is not None:
        return False
    event = {"contact_point_id": contact_point_id, "kind": "agreed", "source": "staff", "exchange_id": None}
    session.execute(insert(ConsentEvent).values(**event, at=clock.now()))
    stream, actor = timeline.of_number(contact_point_id), timeline.by_staff(staff_id)
    timeline.append(session, stream, "agreed_to_texts", actor, source="staff", exchange=None)
    return True


def carrier_is_silent(session: Session, contact_point_id: int, body: str) -> bool:
    """Whether an opt-in that ends an opt-out gets no answer from the carrier. It answers its own words alone, each as
    a whole message, and only to whom it has cut off itself: by its own words too, or because it refused our text.
    False where nothing was stopped. Asked before the opt-in is recorded."""
    stopped = _stopped_by(session, contact_point_id)
    return bool(stopped) and not (_cut_off(stopped) and _word(body) in CARRIER_STARTS)


def heard_that_texts_end(session: Session, contact_point_id: int) -> bool:
    """Whether the carrier has answered the opt-out: its own words alone. To a wish in her own words nobody says
    anything (decision 0009), nor when staff decided it."""
    return _cut_off(_stopped_by(session, contact_point_id))


def _cut_off(stopped: Sequence[tuple[str, str | None]]) -> bool:
    """Whether the carrier lets no text of ours through: by its own words, or because it refused one."""
    return any(
        source == "carrier" or (isinstance(words, str) and _word(words) in CARRIER_STOPS) for source, words in stopped
    )


def _stopped_by(session: Session, contact_point_id: int) -> list[tuple[str, str | None]]:
    """(who said so, in what words) of every opt-out since texts were last welcome."""
    point = ConsentEvent.contact_point_id == contact_point_id
    last = select(func.max(ConsentEvent.id)).where(point, ConsentEvent.kind == "opt_in").scalar_subquery()
    query = (
        select(ConsentEvent.source, Exchange.body)
        .outerjoin(Exchange, Exchange.id == ConsentEvent.exchange_id)
        .where(point, ConsentEvent.kind == "opt_out", ConsentEvent.id > func.coalesce(last, 0))
    )
    return [(source, words) for source, words in session.execute(query)]


def ended_by_judgement(session: Session, contact_point_ids: Sequence[int]) -> set[int]:
    """Which of these numbers get no texts because staff said so, and no word of the patient's: as when somebody else
    has the telephone."""
    if not contact_point_ids:
        return set()
    last = select(func.max(ConsentEvent.id)).where(
        ConsentEvent.contact_point_id.in_(contact_point_ids), ConsentEvent.kind.in_(OF_TEXTS)
    )
    query = select(ConsentEvent.contact_point_id).where(
        ConsentEvent.id.in_(last.group_by(ConsentEvent.contact_point_id)),
        ConsentEvent.kind == "opt_out", ConsentEvent.source == "staff", ConsentEvent.exchange_id.is_(None),
    )  # fmt: skip
    return set(session.scalars(query))


def _word(body: str) -> str:
    return body.strip().upper()


def asked_again_since(session: Session, contact_point_id: int, since: datetime) -> bool:
    """Whether texts were asked for again after that moment."""
    again = select(ConsentEvent.id).where(
        ConsentEvent.contact_point_id == contact_point_id, ConsentEvent.kind == "opt_in", ConsentEvent.at > since
    )
    return session.scalar(again.limit(1)) is not None


def _record(
    session: Session, contact_point_id: int, kind: str, source: Source, exchange_id: int | None,
    staff_id: int | None = None,
) -> None:  # fmt: skip
    now = clock.now()
    session.execute(
        update(ContactPoint)
        .where(ContactPoint.id == contact_point_id)
        .values(opted_out_at=now if kind == "opt_out" else None)
    )
    _keep(session, contact_point_id, kind, source, exchange_id, staff_id)
    for list_name in LISTS:  # somebody may be writing to the number just now, from either
        queue.announce_later(session, list_name)


def _of_calls(
    session: Session, contact_point_id: int, kind: str, source: Source, exchange_id: int | None, staff_id: int | None
) -> None:
    agreed_at = clock.now() if kind == "calls_in" else None
    session.execute(update(ContactPoint).where(ContactPoint.id == contact_point_id).values(calls_agreed_at=agreed_at))
    _keep(session, contact_point_id, kind, source, exchange_id, staff_id)


def _keep(
    session: Session, contact_point_id: int, kind: str, source: Source, exchange_id: int | None, staff_id: int | None
) -> None:
    session.execute(
        insert(ConsentEvent).values(
            contact_point_id=contact_point_id, kind=kind, source=source, exchange_id=exchange_id, at=clock.now()
        )
    )
    actor = timeline.by_staff(staff_id) if staff_id else "agent" if source == "staff" else source
    timeline.append(session, timeline.of_number(contact_point_id), kind, actor, source=source, exchange=exchange_id)
