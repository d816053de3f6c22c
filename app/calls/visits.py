"""What a caller hears once it is known who she is: her next visit, and the question about it that waits (DESIGN 3)."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app import clock, settings
from app.calls.wording import aloud, in_force
from app.inbound.scene import Scene
from app.library import versions
from app.models.calls import PhoneCall
from app.models.conversations import Conversation
from app.scheduling import booking
from app.talk import conversations, facts, matters, reply_numbers, saying
from dialogs.engine.model import State
from dialogs.engine.vocabulary import LANGUAGES


@dataclass(frozen=True)
class Chosen:
    """A choice as the dialog engine takes it."""

    value: str
    lane: str = "routine"
    intent: str = "choose"


@dataclass(frozen=True)
class Answered:
    """What came of a choice: what is said, whether the question still waits, and why a person must take over."""

    says: str
    waits: bool
    people: str | None


def waiting(session: Session, call: PhoneCall, scene: Scene) -> conversations.Waiting | None:
    """The question that waits for this very patient, within its life; in the dialog where the talk is by now."""
    waits = scene.waiting
    if waits is None or call.patient_id is None:
        return None
    shared = waits.dialog.about == reply_numbers.SHARED
    if not shared and waits.conversation.patient_id != call.patient_id:
        return None
    if waits.conversation.answer_by <= clock.now():
        return None
    talk = waits.conversation
    if shared and not reply_numbers.open_in(session, talk, call.patient_id):
        return None
    dialog = versions.pinned(session, talk.dialog, talk.dialog_version)
    lacks = matters.lacking(session, talk, dialog, call.patient_id)
    return waits._replace(dialog=dialog, lacks=lacks, caller=call.patient_id)


def state(waits: conversations.Waiting) -> State:
    return waits.dialog.states[waits.place.state]


def labels(session: Session, waits: conversations.Waiting) -> dict[str, dict[str, str]]:
    """What can be chosen there, by its key: the words in each language."""
    return {
        str(choice.number): {
            each: saying.label(session, waits.conversation, waits.dialog, choice, each) for each in LANGUAGES
        }
        for choice in state(waits).offers(waits.lacks)
    }


def question(session: Session, waits: conversations.Waiting, language: str) -> str:
    """The waiting state as it is said, with what its keys do."""
    reference = f"{waits.dialog.name}/{waits.place.state}"
    return _spoken(session, waits, (reference,), language)


def answer(
    session: Session, waits: conversations.Waiting, choice: str, exchange_id: int, language: str
) -> Answered:  # fmt: skip
    """Carry out what was chosen, as by text; what the dialog says to it is said on the line, and no text is written."""
    said: list[str] = []

    def say(on: Session, conversation: Conversation, says: tuple[str, ...], _exchange: int | None) -> None:
        said.append(_spoken(on, waits._replace(conversation=conversation), says, language))

    people = conversations.answer(session, waits, Chosen(choice), exchange_id, say=say)
    return Answered(" ".join(said), waits.conversation.state == "live", people)


def next_visit(session: Session, patient_id: int, language: str) -> str | None:
    """Her next visit in words: day, time and place, and nothing else (P11)."""
    found = session.scalar(booking.ahead(patient_id).limit(1))
    if found is None:
        return None
    known = facts.of_visit(settings.current(), booking.visit(session, found), language)
    return in_force(session, language).with_facts("call_visit_is", known)


def _spoken(session: Session, waits: conversations.Waiting, says: tuple[str, ...], language: str) -> str:
    return saying.spoken(session, waits.conversation, says, language, aloud, waits.caller)
