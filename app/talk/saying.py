"""Saying: from what the dialog engine decided to a text in the outbox, in the patient's language (P3)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from app import clock, practice, settings
from app.library import versions
from app.messaging import outbox
from app.models.conversations import Conversation
from app.models.patients import Patient, first_name
from app.scheduling import booking, offers
from app.talk import days, facts, matters, reply_numbers
from dialogs.engine import render
from dialogs.engine.model import Choice, Dialog

WHOLE_DAY = "confirm_day"
"""The dialog that asks about several visits of one day."""
SHARED_PHONE = "confirm_shared"
"""The dialog that asks a shared phone about visits of several people."""
NAMES_THE_DAY = (f"{WHOLE_DAY}/ask", f"{WHOLE_DAY}/confirmed", f"{SHARED_PHONE}/ask", f"{SHARED_PHONE}/more")
"""Their texts that name more than one visit."""
REPLY_LIFE = timedelta(hours=4)


def reply(session: Session, conversation: Conversation, says: tuple[str, ...], exchange_id: int | None) -> None:
    """Answer in the dialog's own words; one text for one turn."""
    _post(session, conversation, says, "reply", clock.now() + REPLY_LIFE, exchange_id)


def ask_again(session: Session, conversation: Conversation, says: tuple[str, ...]) -> None:
    """Ask somebody who has not answered once more: that is outreach, and obeys hours and consent like the first."""
    _post(session, conversation, says, "outreach", conversation.answer_by)


def _post(
    session: Session, conversation: Conversation, says: tuple[str, ...], message_class: outbox.MessageClass,
    expires_at: datetime, exchange_id: int | None = None,
) -> None:  # fmt: skip
    body, about = _worded(session, conversation, says)
    outbox.post(session, outbox.Draft(
        key=f"conversation:{conversation.id}:turn:{conversation.turn}", message_class=message_class,
        contact_point_id=conversation.contact_point_id, patient_id=conversation.patient_id,
        appointment_id=about.appointment_id, appointment_version=about.version,
        body=body, language=conversation.language, text_name=says[0],
        conversation_id=conversation.id, exchange_id=exchange_id, expires_at=expires_at,
    ))  # fmt: skip


def words(session: Session, conversation: Conversation, says: tuple[str, ...]) -> str:
    """What the engine says, in the conversation's language, with the facts as they are now."""
    return _worded(session, conversation, says)[0]


def spoken(
    session: Session, conversation: Conversation, says: tuple[str, ...], language: str,
    aloud: Callable[[Mapping[str, str]], Mapping[str, str]], whose: int | None = None,
) -> str:  # fmt: skip
    """The same on a call: in the caller's language, with the words for the ear; `aloud` words facts for it. `whose`: of
    a shared phone this patient's visits alone."""
    shelf = versions.in_force(session)
    dialog = versions.pinned(session, conversation.dialog, conversation.dialog_version)
    known = aloud(_known(session, conversation, dialog, language, aloud=True, whose=whose)[0])
    return render.render_together(says, {dialog.name: dialog}, shelf.always, language, known, "voice")


def label(session: Session, conversation: Conversation, dialog: Dialog, choice: Choice, language: str) -> str:
    """What a choice says, with the one of several things that it stands for."""
    if choice.which is None:
        return choice.label[language]
    known = dict(_known(session, conversation, dialog, language)[0])
    if choice.which not in known:  # it was settled in the same breath
        seated = reply_numbers.at(session, conversation, choice.which, answered=True)
        visit = booking.visit(session, seated.appointment_id) if seated is not None else None
        known |= facts.of_shared(settings.current(), visit, {choice.which: visit}, language) if visit else {}
    return render.fill(choice.label[language], known)


def _worded(session: Session, conversation: Conversation, says: tuple[str, ...]) -> tuple[str, "About"]:
    """The words, and which version of which appointment they name: they leave only while it stands (H43)."""
    shelf = versions.in_force(session)
    dialog = versions.pinned(session, conversation.dialog, conversation.dialog_version)
    known, about = _known(session, conversation, dialog, conversation.language)
    return render.render_together(says, {dialog.name: dialog}, shelf.always, conversation.language, known), about


class About(NamedTuple):
    """An appointment that a text names, and its version then; of neither where it names none."""

    appointment_id: int | None = None
    version: int | None = None


def _known(
    session: Session, conversation: Conversation, dialog: Dialog, language: str, *, aloud: bool = False,
    whose: int | None = None,
) -> tuple[Mapping[str, str], About]:  # fmt: skip
    """What the texts may name: of the appointment if it is about one, of all those of its day, of the time that is
    offered, else of the patient alone."""
    if dialog.about == matters.DAY:
        first = About(conversation.appointment_id, booking.version(session, conversation.appointment_id))
        return days.of_day(settings.current(), matters.visits(session, conversation), language), first
    if dialog.about == reply_numbers.SHARED and conversation.appointment_id is not None:
        place = booking.visit(session, conversation.appointment_id)
        visits = {
            each.which: booking.visit(session, each.appointment_id)
            for each in reply_numbers.open_in(session, conversation, whose)
        }
        first = About(conversation.appointment_id, place.version)
        return facts.of_shared(settings.current(), place, visits, language, aloud=aloud), first
    if conversation.appointment_id is not None:
        visit = booking.visit(session, conversation.appointment_id)
        about = About(conversation.appointment_id, visit.version)
        return facts.of_visit(settings.current(), visit, language), about
    offer = offers.of_conversation(session, conversation.id) if conversation.follow_up_id is None else None
    if offer is not None:
        offered, until = offers.visit(session, offer), offer.expires_at or clock.now()
        taken = About(offer.appointment_id, booking.version(session, offer.appointment_id))
        times = offers.visits(session, offer)
        return facts.of_offer(settings.current(), offered, times, until, language, aloud=aloud), taken
    patient = session.get_one(Patient, conversation.patient_id)
    return facts.of_patient(settings.current(), practice.name(session), first_name(patient.name)), About()
