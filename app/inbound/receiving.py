"""One inbound text, from the door to its recorded outcome, in one transaction (P1–P4).

The order is the safety: taken in once → what it says about health → consent → people → and only then a dialog.
"""

from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app import contact_points, db, timeline
from app.db import DATABASE_AWAY
from app.inbound import at_the_door, hand_off, outcomes, readings
from app.inbound.scene import InboundText, Scene, look_around
from app.log import error_name, log
from app.messaging import twiml
from app.models.conversations import Exchange
from app.models.patients import ContactPoint
from app.on_call import acknowledging
from escalation_desk import paging, texting
from escalation_desk.joining import Joined

_exchanges = db.table_of(Exchange)
_FINISH = update(_exchanges).where(_exchanges.c.id == bindparam("exchange"))


def receive(text: InboundText) -> str:
    """Take a text in and do what it asks for; returns the TwiML to answer with. A repeat of the same key gets
    the stored answer and changes nothing (H08, H40). A text that breaks the processing goes to the nurses.
    Raises one of DATABASE_AWAY when nothing could be kept."""
    try:
        with db.transaction("inbound.receive") as session:
            return _receive(session, text)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it was: the words reach a nurse, H61)
        log.error("text_quarantined", error=error_name(error))
        with db.transaction("inbound.quarantine") as session:
            return _quarantine(session, text)


def _receive(session: Session, text: InboundText) -> str:
    point = contact_points.lock(session, text.from_number)
    exchange_id = _take_in(session, text, point)
    if exchange_id is None:
        return _answered_before(session, text.key)
    page = paging.answered_by(session, point.id, text.body) if text.fetched_at is None else None
    if page is not None:
        acknowledging.acknowledge(session, page, point.id)
        read = readings.of_text(session, exchange_id, text.body, just_before=(), language=None, offered=())
        _keep(session, text, point, exchange_id, read, "page_acknowledgement")
        return twiml.nothing()
    scene = look_around(session, text, point, exchange_id)
    read = readings.of_text(
        session, exchange_id, text.body, just_before=scene.just_before,
        language=scene.patients[0].language if scene.patients else None, offered=scene.offered,
        behind=[patient.id for patient in scene.patients],
    )  # fmt: skip
    _finish(session, scene, read, outcomes.decide(session, text, scene, read.reading))
    return twiml.nothing()


def _take_in(session: Session, text: InboundText, point: contact_points.Locked) -> int | None:
    """The exchange's row; None when its key was taken in before."""
    exchange_id = db.put(session, Exchange, {
        "key": text.key, "channel": "sms", "contact_point_id": point.id, "to_number": text.to_number,
        "body": text.body, "raw": text.raw, "media_count": text.media_count, "received_at": text.received_at,
        "twiml": text.answered or twiml.nothing(), "fetched_at": text.fetched_at,
    })  # fmt: skip
    if exchange_id is not None:
        _learn(session, text, point)
        timeline.append(
            session, timeline.of_number(point.id), "text_received", "patient", words=text.body,
            exchange=exchange_id, media=text.media_count, **_when_late(text),
        )  # fmt: skip
    return exchange_id


def _when_late(text: InboundText) -> dict[str, str]:
    """When the words were written, for an entry that is made long afterwards."""
    return {"sent_at": text.received_at.isoformat()} if text.fetched_at is not None else {}


def _learn(session: Session, text: InboundText, point: contact_points.Locked) -> None:
    """Who writes from a number proves that it can be texted again, whatever the carrier said of it before (H21)."""
    learned = point.cannot_text if point.cannot_text == "not_a_number" else None
    if not text.can_be_texted:
        learned = point.cannot_text or "not_a_number"
    if learned != point.cannot_text:
        session.execute(update(ContactPoint).where(ContactPoint.id == point.id).values(cannot_text=learned))


def _answered_before(session: Session, key: str) -> str:
    return session.scalars(select(Exchange.twiml).where(Exchange.key == key)).one()


def _finish(session: Session, scene: Scene, read: Joined, outcome: str) -> None:
    """The number has written, and what it wrote was read."""
    why: texting.Why = "opted_in" if read.reading.intent == "opt_in" else "heard_from"
    for item in texting.heard_from(session, scene.point.id, scene.stands.all, why):
        hand_off.tell_what_was_refused(session, item, scene.patients, scene.exchange_id)
    asked = scene.waiting.conversation.id if scene.waiting else None
    _keep(session, scene.text, scene.point, scene.exchange_id, read, outcome, asked)


def _keep(
    session: Session, text: InboundText, point: contact_points.Locked, exchange_id: int, read: Joined, outcome: str,
    conversation_id: int | None = None,
) -> None:  # fmt: skip
    """Keep what was read and why, and with which earlier texts it was read together (H07)."""
    reading = read.reading
    told: dict[str, Any] = {"joined": [part.exchange for part in read.parts]} if read.parts else {}
    db.run(session, _FINISH, {
        "exchange": exchange_id,
        "lane": reading.lane,
        "reading": readings.kept(session, read, text.body),
        "outcome": outcome,
        "conversation_id": conversation_id,
    })  # fmt: skip
    timeline.append(
        session, timeline.of_number(point.id), "text_read", "agent", exchange=exchange_id,
        lane=reading.lane, intent=reading.intent, outcome=outcome, lexicon=reading.lexicon,
        **told,
    )  # fmt: skip
    if text.answered:
        at_the_door.write_down(session, text, point.id, exchange_id)


def _quarantine(session: Session, text: InboundText) -> str:
    """The words as they came, unread by any machine, before a nurse (H61)."""
    point = contact_points.lock(session, text.from_number)
    exchange_id = _take_in(session, text, point)
    if exchange_id is None:
        return _answered_before(session, text.key)
    # without the conversation: it may be what broke the processing
    scene = look_around(session, text, point, exchange_id, with_conversation=False)
    reading = readings.failed(text.body)
    outcomes.hand_over(session, scene, reading, "nurses", "could_not_be_processed", "hand_off")
    _finish(session, scene, Joined(reading), "escalation")
    return twiml.nothing()
