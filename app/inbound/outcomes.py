"""What becomes of an inbound text. The order is the safety: consent kept, health first, then people, then a dialog."""

from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.delivery import receipts
from app.inbound import also_wrote, hand_off, welcome
from app.inbound.scene import InboundText, Scene
from app.messaging import consent
from app.outreach import disowned
from app.scheduling import booking, offers
from app.talk import conversations, disowning, said_twice
from dialogs.engine import turn
from dialogs.engine.vocabulary import PEOPLE, WRONG_NUMBER
from escalation_desk import items, oncall
from escalation_desk.classifier import Reading
from escalation_desk.folding import fold

TAKING = frozenset({"choose", "confirm"})
"""What would have taken a time that was offered."""
CHANGING = frozenset({"decline", "cancel_visit", "another_time", "preference"})
"""What would change a visit."""
UNTOLD = frozenset({"many_messages", WRONG_NUMBER})
"""Reasons for a person with which the dialog itself said nothing."""
DOUBTED = "number_doubted"


def decide(session: Session, text: InboundText, scene: Scene, reading: Reading) -> str:
    """What becomes of the words; returns the recorded outcome."""
    if text.words_gone:
        return hand_over(session, scene, reading, "nurses", "words_gone", "hand_off")
    asked_to_stop = _keep_consent(session, text, scene, reading)
    if reading.lane == "clinical" or text.media_count:
        return _to_nurses(session, scene, reading)
    if asked_to_stop:
        return _stopped(session, text, scene, reading)
    if text.fetched_at is not None:
        return _to_front_desk(session, scene, reading)
    if reading.intent == "opt_in" and reading.lane == "routine":
        return "consent"
    understood = reading.lane == "routine" or _was_asked_for_words(scene)
    whose = len(scene.patients) == 1 or _names_a_visit(session, scene, reading)
    if scene.stands.person_holds(clock.now()) or not understood or not whose:
        return _to_front_desk(session, scene, reading)
    return _to_dialog(session, text, scene, reading)


def _keep_consent(session: Session, text: InboundText, scene: Scene, reading: Reading) -> bool:
    """Opt-outs are kept whatever else the words mean, opt-ins only when they are the plain meaning (P9). True when
    texts were refused. Of words fetched late only an opt-out counts, and only if no wish for texts came after it."""
    if text.fetched_at is not None and consent.asked_again_since(session, scene.point.id, text.received_at):
        return False
    if reading.intent == "opt_out" or text.opt_out_type == "STOP":
        consent.opt_out(session, scene.point.id, "patient", scene.exchange_id)
        if scene.waiting is not None:
            conversations.end(session, scene.waiting.conversation.id, "opted_out")
            if not _may_mean_appointment(text, reading):
                receipts.ask_by_phone(session, scene.waiting.conversation)
        return True
    wants_texts = (reading.intent == "opt_in" and reading.lane == "routine") or text.opt_out_type == "START"
    if wants_texts and text.fetched_at is None:
        answered = bool(text.opt_out_type) or not consent.carrier_is_silent(session, scene.point.id, text.body)
        consent.opt_in(session, scene.point.id, "patient", scene.exchange_id)
        if not answered:
            welcome.back(session, scene.exchange_id, scene.point.id, scene.patients)
    return False


def _may_mean_appointment(text: InboundText, reading: Reading) -> bool:
    """A carrier takes CANCEL and CANCELAR, however they are written, for an end of all texts (H50)."""
    words = fold(text.body)
    return reading.intent == "cancel_visit" or (len(words) == 1 and words[0].text.startswith("cancel"))


def _to_nurses(session: Session, scene: Scene, reading: Reading) -> str:
    """Clinical words, pictures and whatever could not be read as words: never a dialog, never an appointment."""
    clinical = reading.lane == "clinical"
    return hand_over(
        session, scene, reading, "nurses",
        reason=reading.fixed_text if clinical else "picture",
        tells=reading.fixed_text if clinical else "hand_off",
    )  # fmt: skip


def _to_front_desk(session: Session, scene: Scene, reading: Reading) -> str:
    if scene.text.fetched_at is not None:
        reason = "fetched_late"
    elif not scene.patients:
        reason = "from_staff" if oncall.is_paged_on(session, scene.point.id) else "unknown_number"
    elif len(scene.patients) > 1:
        reason = "shared_number"
    elif scene.stands.person_holds(clock.now()):
        reason = "person_has_talk"
    else:
        reason = "not_understood"
    return _to_readers(session, scene, reading, reason, "unread")


def _to_readers(session: Session, scene: Scene, reading: Reading, reason: str, tells: hand_off.FixedText) -> str:
    """To the front desk; to the nurses if what she was asked last was about her health."""
    if asked_about_health(session, scene):
        return hand_over(session, scene, reading, "nurses", reason, "hand_off")
    return hand_over(session, scene, reading, "front_desk", reason, tells)


def asked_about_health(session: Session, scene: Scene) -> bool:
    """Whether the last thing that the number was asked was about health."""
    if scene.waiting is not None:
        return scene.waiting.dialog.asks_about_health
    return conversations.last_was_about_health(session, scene.point.id)


def _was_asked_for_words(scene: Scene) -> bool:
    """Free words are the answer to what was asked: the dialog tells her that a person reads them."""
    waits = scene.waiting
    return waits is not None and turn.takes_text(waits.dialog, waits.place) and waits.hears(scene.text.received_at)


def _names_a_visit(session: Session, scene: Scene, reading: Reading) -> bool:
    """On a shared phone: whether it is the reply number of one visit, and no word beside it names anybody else, so that
    nobody need be guessed (H25)."""
    waits = scene.waiting
    if waits is None or len(scene.patients) < 2 or (reading.lane, reading.intent) != ("routine", "choose"):
        return False
    choice = turn.picks(waits.dialog, waits.place, reading)
    if choice is None or choice.which is None:
        return False
    return not also_wrote.by_another(session, scene, waits.conversation, choice)


def _stopped(session: Session, text: InboundText, scene: Scene, reading: Reading) -> str:
    """An opt-out is answered by the carrier alone. A lone CANCEL may have meant the appointment (H50), and words
    beside the wish may matter: a person looks at both; a nurse at what answers a question about health."""
    if scene.waiting is not None and scene.waiting.dialog.asks_about_health:
        hand_over(session, scene, reading, "nurses", "health_answer", None)
    elif _may_mean_appointment(text, reading):
        hand_over(session, scene, reading, "front_desk", "cancel_may_mean_appointment", None)
    elif reading.lane != "routine" or reading.intent != "opt_out":
        hand_over(session, scene, reading, "front_desk", "opted_out_with_words", None)
    return "consent"


def _to_dialog(session: Session, text: InboundText, scene: Scene, reading: Reading) -> str:
    """Words that were understood as administrative, from the one patient behind the number."""
    waits = scene.waiting
    if reading.intent == WRONG_NUMBER and not (waits is not None and waits.hears(text.received_at)):
        return _to_whoever_has_it(session, scene, reading)
    if waits is None or not (waits.hears(text.received_at) or reading.intent in TAKING | CHANGING):
        return _unasked(session, scene, reading)
    if not waits.hears(text.received_at):
        early = waits.asked_at is None or text.received_at < waits.asked_at
        if early:
            return _to_readers(session, scene, reading, "early_answer", "unread")
        return _to_readers(session, scene, reading, "late_answer", "late_answer")
    if conversations.may_mean_another_day(session, waits, reading):
        return _to_readers(session, scene, reading, "names_another_day", "unread")
    place = waits.place
    people = conversations.answer(session, waits, reading, scene.exchange_id)
    if people is None:
        return "dialog_step"
    list_name: items.ListName = "nurses" if PEOPLE.get(people) == "nurses" else "front_desk"
    # the dialog has told her already, unless it has said enough for this hour, or asks nothing more
    tells = "unread" if people in UNTOLD else None
    return hand_over(
        session, scene, reading, list_name, people, tells, also_wrote.answered(session, waits, place, reading)
    )


def _unasked(session: Session, scene: Scene, reading: Reading) -> str:
    """What answers no question of ours. Who changes her mind is told that her visit stands, if she has one."""
    if reading.intent == "thanks":
        return "courtesy"  # it needs no answer, and answering it feeds loops
    if scene.waiting is None and reading.intent in TAKING and said_twice.said_again(session, scene.exchange_id):
        return "duplicate"
    if reading.intent in TAKING and offers.answered_late(session, scene.point.id):
        return _to_readers(session, scene, reading, "late_answer", "late_answer")
    coming = reading.intent in CHANGING and session.scalar(booking.ahead(scene.patients[0].id).limit(1)) is not None
    return _to_readers(session, scene, reading, reading.intent, "visit_stays" if coming else "unread")


def _to_whoever_has_it(session: Session, scene: Scene, reading: Reading) -> str:
    """A wrong number, said while nothing was asked that it could answer: we ask whether it is (H26)."""
    if asked_about_health(session, scene):
        return _to_readers(session, scene, reading, WRONG_NUMBER, "unread")
    if scene.waiting is not None:
        conversations.end(session, scene.waiting.conversation.id, DOUBTED)
    people = disowning.ask(session, scene.point.id, scene.patients[0].id, scene.exchange_id)
    return "dialog_step" if people is None else _to_readers(session, scene, reading, people, "unread")


def hand_over(
    session: Session, scene: Scene, reading: Reading, list_name: items.ListName, reason: str,
    tells: Any, answered: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """Put the words before people; returns what became of them: the list where they stand is not always the one that
    was meant, since words for the front desk join the nurses' open item. `answered`: the choice they were."""
    waits = scene.waiting
    if reading.intent == WRONG_NUMBER and reading.lane != "clinical" and scene.text.fetched_at is None:
        _doubt(session, scene)
    if list_name == "front_desk" and tells is None and items.stand_already(session, scene.exchange_id, reason):
        return "task"  # with what she asked for in the same breath
    stands_on = hand_off.to_people(
        session,
        hand_off.HandOff(
            exchange_id=scene.exchange_id,
            contact_point_id=scene.point.id,
            words=scene.text.body,
            patients=scene.patients,
            list=list_name,
            reason=reason,
            tells=tells,
            told=_told_already(scene, tells),
            conversation_id=waits.conversation.id if waits else conversations.last_asked(session, scene.point.id),
            also_wrote=answered or (also_wrote.proposed(session, scene, reading) if tells is not None else None),
        ),
        scene.stands,
    )
    return "escalation" if stands_on == "nurses" else "task"


def _doubt(session: Session, scene: Scene) -> None:
    """Nothing we begin goes to the number until a person has settled whose it is."""
    waits = scene.waiting
    if waits is not None and waits.conversation.state == "live" and not waits.dialog.asks_about_health:
        conversations.end(session, waits.conversation.id, DOUBTED)
    whose = scene.patients[0].id if len(scene.patients) == 1 else None
    if scene.patients:
        disowned.give_to_person(session, scene.point.id, whose, scene.exchange_id)


def _told_already(scene: Scene, tells: Any) -> bool:
    """While the database was away, or in a history that was lost. Crisis and emergency words are answered again: what
    she heard since may have answered lesser ones."""
    return bool(scene.text.answered) or (scene.text.heard_since and tells not in hand_off.ALARMING)
