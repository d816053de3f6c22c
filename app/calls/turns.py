"""One turn of a call, from the door to the answer, in one transaction (DESIGN 2, “One call”)."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import contact_points, db, timeline
from app.calls import answers, reaching, texting, to_staff, wording
from app.calls.answers import KEYS, Answer, Step
from app.calls.deciding import decide, dialled
from app.calls.hearing import Turn
from app.calls.moment import Moment, connect, hand_over
from app.db import DATABASE_AWAY
from app.inbound import readings
from app.inbound.scene import Scene, look_around
from app.log import error_name, log
from app.messaging import twiml
from app.models.calls import PhoneCall
from app.models.conversations import NO_WORDS, Exchange
from app.models.patients import ContactPoint
from escalation_desk.joining import Joined

SHOWN_KEYS = 1
"""How many keys the record shows: more are a number that somebody typed, which is nobody else's to know."""


def receive(turn: Turn) -> str:
    """Take in one turn and answer it; a repeat of it gets the stored bytes and changes nothing (H40). A turn that
    breaks the processing goes to the nurses with its words, and the caller to the practice. Raises one of DATABASE_AWAY
    when nothing could be kept."""
    try:
        with db.transaction("calls.turn") as session:
            return _receive(session, turn)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it was: the words reach a nurse, H61)
        log.error("call_quarantined", error=error_name(error))
        with db.transaction("calls.quarantine") as session:
            return _quarantine(session, turn)


def _receive(session: Session, turn: Turn) -> str:
    point = contact_points.lock(session, turn.from_number)
    exchange_id = _take_in(session, turn, point.id)
    if exchange_id is None:
        return _answered_before(session, turn.key)
    call = of_sid(session, turn.sid, point.id, turn.to_number, turn.received_at, withheld=turn.withheld)
    if turn.token:
        reaching.bind(session, turn, call)
    scene = look_around(session, turn.as_text(), point, exchange_id)
    read = _read(session, turn, scene, call) if turn.words else None
    voice = wording.in_force(session, call.language)
    step, outcome = decide(Moment(session, call, turn, scene, voice, read.reading if read else None))
    return _finish(session, turn, call, scene, read, step, outcome)


def of_sid(
    session: Session, sid: str, contact_point_id: int, to_number: str, at: datetime, *, withheld: bool
) -> PhoneCall:  # fmt: skip
    """The call's row, made if this is the first that is heard of it; its number is locked already."""
    db.put(session, PhoneCall, {
        "sid": sid, "contact_point_id": contact_point_id, "to_number": to_number, "withheld": withheld,
        "place": "greeting", "turn": 0, "misses": 0, "began_at": at, "heard_at": at,
    })  # fmt: skip
    return session.scalars(select(PhoneCall).where(PhoneCall.sid == sid).with_for_update()).one()


def _take_in(session: Session, turn: Turn, contact_point_id: int) -> int | None:
    """The exchange's row; None when this turn was taken in before."""
    exchange_id = db.put(session, Exchange, {
        "key": turn.key, "channel": "voice", "contact_point_id": contact_point_id, "to_number": turn.to_number,
        "body": turn.words, "raw": turn.raw, "media_count": 0, "received_at": turn.received_at, "twiml": turn.told,
    })  # fmt: skip
    if exchange_id is None:
        return None
    if turn.withheld:
        hidden = update(ContactPoint).where(ContactPoint.id == contact_point_id)
        session.execute(hidden.values(cannot_text="not_a_number"))
    key = {"key": turn.keys} if turn.how == "pressed" and len(turn.keys) <= SHOWN_KEYS else {}
    timeline.append(
        session, timeline.of_number(contact_point_id), "call_heard",
        "carrier" if turn.how in ("dialled", "trouble", "reached") else "patient", words=turn.words or None,
        exchange=exchange_id, how=_told(turn), **key,
    )  # fmt: skip
    return exchange_id


def _told(turn: Turn) -> str:
    return ("answered" if turn.answered else "unanswered") if turn.how == "dialled" else turn.how


def _answered_before(session: Session, key: str) -> str:
    kept = session.scalars(select(Exchange).where(Exchange.key == key)).one()
    return kept.said or kept.twiml


def _read(session: Session, turn: Turn, scene: Scene, call: PhoneCall) -> Joined:
    """As a text is read: alone, and with what was said or written just before."""
    return readings.of_text(
        session, scene.exchange_id, turn.words, just_before=scene.just_before, language=call.language,
        offered=scene.offered if call.place == "question" else (*KEYS.get(call.place, {}), answers.DIGIT_OF_PERSON),
    )  # fmt: skip


def _finish(
    session: Session, turn: Turn, call: PhoneCall, scene: Scene, read: Joined | None, step: Step, outcome: str
) -> str:
    """Move the call, keep what was read and what is answered, and write both down."""
    call.misses = call.misses + 1 if step.missed else 0
    call.place, call.turn, call.heard_at = step.place, max(call.turn, turn.number) + 1, turn.received_at
    call.settled_as = step.settled_as or call.settled_as
    if step.settled_as:
        texting.over(session, call.contact_point_id)
    session.flush()
    said = _worded(session, turn, call, scene, step)
    kept = readings.kept(session, read, turn.words) if read else None
    lane = read.reading.lane if read else NO_WORDS
    session.execute(update(Exchange).where(Exchange.id == scene.exchange_id).values(
        lane=lane, reading=kept, outcome=outcome, said=turn.told or said.twiml,
        conversation_id=scene.waiting.conversation.id if scene.waiting else None,
    ))  # fmt: skip
    stream = timeline.of_number(scene.point.id)
    if read is not None:
        joined: dict[str, Any] = {"joined": [part.exchange for part in read.parts]} if read.parts else {}
        timeline.append(
            session, stream, "text_read", "agent", exchange=scene.exchange_id, lane=lane, intent=read.reading.intent,
            outcome=outcome, lexicon=read.reading.lexicon, **joined,
        )  # fmt: skip
    if not turn.told:
        timeline.append(
            session, stream, "call_answered", "agent", words=said.told or None, exchange=scene.exchange_id,
            then=step.place if step.place in ("connecting", "to_nurse", "over") else "listens",
        )  # fmt: skip
    return turn.told or said.twiml


def _worded(session: Session, turn: Turn, call: PhoneCall, scene: Scene, step: Step) -> Answer:
    """By now the caller may have chosen a language."""
    voice = wording.in_force(session, call.language)
    hears = _hears(call, scene)
    return answers.answer(step, voice, turn=call.turn, hears=hears, ours=turn.to_number, withheld=call.withheld)


def _hears(call: PhoneCall, scene: Scene) -> twiml.Language:
    """Which language to listen for: the chosen one; before, that of the patient whose number it seems to be, or each in
    turn. Nobody hears the difference."""
    known = {patient.language for patient in scene.patients}
    likely = call.language or (known.pop() if len(known) == 1 else "en" if call.misses % 2 == 0 else "es")
    return "es" if likely == "es" else "en"


def _quarantine(session: Session, turn: Turn) -> str:
    """The words as they came, unread by any machine, before a nurse (H61); the caller goes to the practice."""
    point = contact_points.lock(session, turn.from_number)
    exchange_id = _take_in(session, turn, point.id)
    if exchange_id is None:
        return _answered_before(session, turn.key)
    call = of_sid(session, turn.sid, point.id, turn.to_number, turn.received_at, withheld=turn.withheld)
    scene = look_around(session, turn.as_text(), point, exchange_id, with_conversation=False)
    now = Moment(session, call, turn, scene, wording.in_force(session, call.language), None)
    if not turn.words:
        if turn.how == "reached":
            step = reaching.NEUTRAL  # nobody knows what listens
        else:
            called = to_staff.of_call(now)
            if called is not None:
                step = to_staff.trouble(now, called)
            else:
                step = dialled(now) if turn.how == "dialled" else connect(now, "call_trouble")  # never in a circle
        return _finish(session, turn, call, scene, None, step, "call_step")
    outcome = hand_over(now, "nurses", "could_not_be_processed", "hand_off")
    step = connect(now, "call_trouble", "call_hand_off")
    return _finish(session, turn, call, scene, Joined(readings.failed(turn.words)), step, outcome)
