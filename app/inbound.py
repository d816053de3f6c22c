"""One inbound text, from the door to its recorded outcome, in one transaction (P1–P4).

The order is the safety: taken in once → what it says about health → consent → people → and only then a dialog.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, conversations, db, hand_off, readings, timeline
from app.db import DATABASE_AWAY
from app.log import error_name, log
from app.messaging import consent, twiml
from app.models.conversations import Exchange
from app.models.patients import ContactPoint, Patient
from dialogs.engine import turn
from dialogs.engine.vocabulary import PEOPLE
from escalation_desk import items
from escalation_desk.classifier import Reading


@dataclass(frozen=True, kw_only=True)
class InboundText:
    """A text as the carrier handed it over; `raw` is the hex of the body when it had to be cleaned to be stored."""

    key: str
    from_number: str
    to_number: str
    body: str
    raw: str | None = None
    media_count: int = 0
    opt_out_type: str = ""
    can_be_texted: bool = True
    received_at: datetime
    answered: str = ""  # the TwiML she got while the database was away


@dataclass(frozen=True)
class _Scene:
    """What is known about the number when its words arrive."""

    point: ContactPoint
    patients: Sequence[Patient]
    waiting: conversations.Waiting | None
    stands: items.Standing
    exchange_id: int
    answered: bool  # while the database was away: she has had a fixed text for these words

    @property
    def offered(self) -> tuple[str, ...]:
        return turn.offered(self.waiting.dialog, self.waiting.place, "en") if self.waiting else ()


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
    scene = _Scene(
        point,
        contact_points.patients_behind(session, point.id),
        conversations.waiting(session, point.id),
        items.standing(session, point.id),
        exchange_id,
        bool(text.answered),
    )
    reading = readings.of_text(
        session, exchange_id, point.id, text.body, text.received_at,
        language=scene.patients[0].language if scene.patients else None, offered=scene.offered,
    )  # fmt: skip
    _finish(session, scene, reading, _decide(session, text, scene, reading))
    return twiml.nothing()


def _decide(session: Session, text: InboundText, scene: _Scene, reading: Reading) -> str:
    """What becomes of the words; returns the recorded outcome."""
    asked_to_stop = _keep_consent(session, text, scene, reading)
    if reading.lane == "clinical" or text.media_count:
        return _to_nurses(session, scene, reading)
    if asked_to_stop:
        return _stopped(session, text, scene, reading)
    if reading.intent == "opt_in" and reading.lane == "routine":
        return "consent"
    if scene.stands.person_holds(clock.now()) or reading.lane != "routine" or len(scene.patients) != 1:
        return _to_front_desk(session, scene, reading)
    return _to_dialog(session, text, scene, reading)


def _keep_consent(session: Session, text: InboundText, scene: _Scene, reading: Reading) -> bool:
    """Opt-outs and opt-ins are kept whatever else the words mean (P9). True when texts were refused."""
    if reading.intent == "opt_out" or text.opt_out_type == "STOP":
        consent.opt_out(session, scene.point.id, "patient", scene.exchange_id)
        if scene.waiting is not None:
            conversations.end(session, scene.waiting.conversation.id, "opted_out")
        return True
    if reading.intent == "opt_in" or text.opt_out_type == "START":
        consent.opt_in(session, scene.point.id, "patient", scene.exchange_id)
    return False


def _to_nurses(session: Session, scene: _Scene, reading: Reading) -> str:
    """Clinical words, pictures and whatever could not be read as words: never a dialog, never an appointment."""
    clinical = reading.lane == "clinical"
    _hand_over(
        session, scene, reading, "nurses",
        reason=reading.fixed_text if clinical else "picture",
        tells=reading.fixed_text if clinical else "hand_off",
    )  # fmt: skip
    return "escalation"


def _to_front_desk(session: Session, scene: _Scene, reading: Reading) -> str:
    if not scene.patients:
        reason = "unknown_number"
    elif len(scene.patients) > 1:
        reason = "shared_number"
    elif scene.stands.person_holds(clock.now()):
        reason = "person_has_talk"
    else:
        reason = "not_understood"
    about_health = scene.waiting is not None and scene.waiting.dialog.asks_about_health
    list_name: items.ListName = "nurses" if about_health else "front_desk"
    _hand_over(session, scene, reading, list_name, reason, "hand_off" if about_health else "unread")
    return "escalation" if about_health else "task"


def _stopped(session: Session, text: InboundText, scene: _Scene, reading: Reading) -> str:
    """An opt-out is answered by the carrier alone. A lone CANCEL may have meant the appointment (H50), and words
    beside the wish may matter: a person looks at both."""
    if text.body.strip().strip(".!").casefold() == "cancel":
        _hand_over(session, scene, reading, "front_desk", "cancel_may_mean_appointment", None)
    elif reading.lane != "routine":
        _hand_over(session, scene, reading, "front_desk", "opted_out_with_words", None)
    return "consent"


def _to_dialog(session: Session, text: InboundText, scene: _Scene, reading: Reading) -> str:
    """Words that were understood as administrative, from the one patient behind the number."""
    waits = scene.waiting
    if waits is None:
        if reading.intent == "thanks":
            return "dialog_step"  # courtesy needs no answer, and answering it feeds loops
        _hand_over(session, scene, reading, "front_desk", reading.intent, "unread")
        return "task"
    if not waits.hears(text.received_at):
        _hand_over(session, scene, reading, "front_desk", "late_answer", "late_answer")
        return "task"
    people = conversations.answer(session, waits, reading, scene.exchange_id)
    if people is None:
        return "dialog_step"
    list_name: items.ListName = "nurses" if PEOPLE.get(people) == "nurses" else "front_desk"
    _hand_over(session, scene, reading, list_name, people, None)
    return "escalation" if list_name == "nurses" else "task"


def _hand_over(
    session: Session, scene: _Scene, reading: Reading, list_name: items.ListName, reason: str,
    tells: Any,
) -> None:  # fmt: skip
    waits = scene.waiting
    hand_off.to_people(
        session,
        hand_off.HandOff(
            exchange_id=scene.exchange_id,
            contact_point_id=scene.point.id,
            patients=scene.patients,
            list=list_name,
            reason=reason,
            tells=None if scene.answered else tells,
            conversation_id=waits.conversation.id if waits else conversations.last_asked(session, scene.point.id),
            also_wrote=_also_wrote(waits, reading) if tells is not None else None,
        ),
        scene.stands,
    )


def _also_wrote(waits: conversations.Waiting | None, reading: Reading) -> dict[str, Any] | None:
    """The choice her words would have meant, for a person to do with one key."""
    if waits is None or waits.asked_at is None:
        return None
    choice = turn.picks(waits.dialog, waits.place, reading)
    if choice is None:
        return None
    return {
        "conversation": waits.conversation.id,
        "turn": waits.conversation.turn,
        "choice": choice.number,
        "label": choice.label["en"],
        "appointment": waits.conversation.appointment_id,
    }


def _take_in(session: Session, text: InboundText, point: ContactPoint) -> int | None:
    """The exchange's row; None when its key was taken in before."""
    if not text.can_be_texted and point.cannot_text is None:
        point.cannot_text = "not_a_number"
        session.flush()
    exchange_id: int | None = session.scalar(
        db.insert_or_ignore(session, Exchange)
        .values(
            key=text.key, channel="sms", contact_point_id=point.id, to_number=text.to_number, body=text.body,
            raw=text.raw, media_count=text.media_count, received_at=text.received_at, twiml=text.answered or twiml.nothing(),
        )
        .returning(Exchange.id)
    )  # fmt: skip
    if exchange_id is not None:
        timeline.append(
            session, timeline.of_number(point.id), "text_received", "patient", words=text.body,
            exchange=exchange_id, media=text.media_count,
        )  # fmt: skip
    return exchange_id


def _answered_before(session: Session, key: str) -> str:
    return session.scalars(select(Exchange.twiml).where(Exchange.key == key)).one()


def _finish(session: Session, scene: _Scene, reading: Reading, outcome: str) -> None:
    session.execute(
        update(Exchange)
        .where(Exchange.id == scene.exchange_id)
        .values(
            lane=reading.lane,
            reading=json.dumps({**asdict(reading), "fixed_text": reading.fixed_text}, ensure_ascii=False),
            outcome=outcome,
            conversation_id=scene.waiting.conversation.id if scene.waiting else None,
        )
    )
    timeline.append(
        session, timeline.of_number(scene.point.id), "text_read", "agent", exchange=scene.exchange_id,
        lane=reading.lane, intent=reading.intent, outcome=outcome, lexicon=reading.lexicon,
    )  # fmt: skip


def _quarantine(session: Session, text: InboundText) -> str:
    """The words as they came, unread by any machine, before a nurse (H61)."""
    point = contact_points.lock(session, text.from_number)
    exchange_id = _take_in(session, text, point)
    if exchange_id is None:
        return _answered_before(session, text.key)
    patients = contact_points.patients_behind(session, point.id)
    scene = _Scene(point, patients, None, items.standing(session, point.id), exchange_id, bool(text.answered))
    reading = readings.failed(text.body)
    _hand_over(session, scene, reading, "nurses", "could_not_be_processed", "hand_off")
    _finish(session, scene, reading, "escalation")
    return twiml.nothing()
