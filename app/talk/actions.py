"""What a dialog's choice may do: exactly the verbs of dialogs.engine.vocabulary, each with its named outcomes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import contact_points, db, detaching, practice
from app.messaging import consent
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.scheduling import booking, offers, waitlist, wishes
from app.talk import answers, languages, matters, reply_numbers
from dialogs.engine.vocabulary import OF_SEVERAL
from escalation_desk import items, settling

_ENDS_SOMETHING = select(or_(waitlist.WAITS_INSTEAD_OF.exists(), settling.CALLS_TO_CONFIRM.exists()))
"""Whether a “yes” to a visit ends anything: one look for what hardly ever is."""


@dataclass(frozen=True)
class Case:
    """Whose choice it is: the conversation, the words that made it, and who acts (`patient`, or a staff member who does
    it for her). `which`: of several things the one that the choice stands for."""

    conversation: Conversation
    exchange_id: int
    actor: str
    which: str | None = None


def confirm_appointment(session: Session, case: Case) -> str:
    """The patient is coming, if the appointment is still the one she was asked about (H43)."""
    appointment_id, version = _appointment(case)
    return "done" if _is_coming(session, case, appointment_id, version) else "changed"


def confirm_visits(session: Session, case: Case) -> str:
    """She is coming to every visit of that day that she was asked about; to none by this answer if one of them has
    changed (H43)."""
    asked = matters.asked(session, case.conversation)
    if not booking.stand(session, asked):
        return "changed"
    for appointment_id, version in asked:
        _is_coming(session, case, appointment_id, version)
    return "done"


def ask_for_another_time(session: Session, case: Case) -> str:
    """She waits for another time, and staff find it, with her own words before them; until then the appointment stays
    as it is (H47)."""
    appointment_id, version = _appointment(case)
    if not booking.still_stands(session, appointment_id, version):
        return "changed"
    _wait(session, case, session.get_one(Appointment, appointment_id))
    _task(session, case, f"another_time:{appointment_id}:v{version}:{case.conversation.id}", "another_time")
    return "done"


def wait_no_more(session: Session, case: Case) -> str:
    """No other time is wanted for the visit; that it is cancelled is for staff."""
    appointment_id, _ = _appointment(case)
    waitlist.end_for(session, appointment_id, "left", case.actor)
    return "done"


def ask_to_book(session: Session, case: Case) -> str:
    """She waits for a visit that is not booked yet, and staff find a time."""
    _wait(session, case, None)
    _task(session, case, f"wants_visit:{case.conversation.id}", "wants_visit")
    return "done"


def ask_for_call(session: Session, case: Case) -> str:
    """Somebody of the practice calls her, at the time she named if she named one."""
    _task(session, case, f"wants_call:{case.conversation.id}", "wants_call")
    return "done"


def agree_to_texts(session: Session, case: Case) -> str:
    """She wants our texts: kept as consent, with the words that gave it (H49)."""
    consent.opt_in(session, case.conversation.contact_point_id, "patient", case.exchange_id)
    return "done"


def use_other_language(session: Session, case: Case) -> str:
    """She reads the other language: all that follows is written in it."""
    languages.write_in(session, case.conversation, None)
    return "done"


def confirm_one(session: Session, case: Case) -> str:
    """On a shared phone: the one whose number was answered comes, and nobody else is touched (H25)."""
    asked = reply_numbers.at(session, case.conversation, case.which)
    if asked is None or not _is_coming(session, case, asked.appointment_id, asked.version):
        _leave_to_people(session, case)
        return "changed"
    return "more" if _others_wait(session, case, asked) else "done"


def ask_for_one(session: Session, case: Case) -> str:
    """On a shared phone: the visit whose number was answered is to be at another time; until then it stays (H47)."""
    talk, asked = case.conversation, reply_numbers.at(session, case.conversation, case.which)
    if asked is None or not booking.still_stands(session, asked.appointment_id, asked.version):
        _leave_to_people(session, case)
        return "changed"
    waitlist.ask(
        session, asked.patient_id, wishes.Wishes(), "patient", case.actor,
        appointment=session.get_one(Appointment, asked.appointment_id),
    )  # fmt: skip
    items.raise_task(
        session, f"another_time:{asked.appointment_id}:v{asked.version}:{talk.id}", "another_time",
        talk.contact_point_id, patient_id=asked.patient_id, conversation_id=talk.id,
        appointment_id=asked.appointment_id, actor=case.actor, exchange_id=case.exchange_id,
    )  # fmt: skip
    return "more" if _others_wait(session, case, asked) else "done"


def _is_coming(session: Session, case: Case, appointment_id: int, version: int) -> bool:
    """She is coming to the visit, if it is still the one she was asked about: then no other time is sought for it, and
    nobody need call and ask."""
    if not booking.confirm(session, appointment_id, version, case.actor):
        return False
    number = case.conversation.contact_point_id
    if db.run(session, _ENDS_SOMETHING, {"number": number, "appointment": appointment_id}).scalar():
        waitlist.end_for(session, appointment_id, "kept", case.actor)
        settling.close_calls(session, number, appointment_id)
    return True


def _others_wait(session: Session, case: Case, asked: reply_numbers.Seated) -> bool:
    reply_numbers.settle(session, case.conversation, asked)
    return bool(reply_numbers.open_in(session, case.conversation))


def _leave_to_people(session: Session, case: Case) -> None:
    """The visit has changed, so that people go on with the talk: what else it asked is theirs, too."""
    for each in reply_numbers.open_in(session, case.conversation):
        if each.which != case.which:
            items.raise_task(
                session, f"confirm:{each.appointment_id}:v{each.version}:shared", "confirm_by_phone_unanswered",
                case.conversation.contact_point_id, patient_id=each.patient_id, appointment_id=each.appointment_id,
            )  # fmt: skip


def accept_offer(session: Session, case: Case) -> str:
    """She takes the time that she chose of those that she was offered, if it can still be had (H41, H46). A dialog of
    before there were several offers one."""
    number = OF_SEVERAL["offer"].index(case.which) + 1 if case.which is not None else 1
    taken = offers.accept(session, case.conversation.id, number, case.actor)
    return "done" if taken else "gone"


def keep_place(session: Session, case: Case) -> str:
    """She goes on waiting for the time that we owe her, first in line (decision 0064)."""
    waitlist.keep_place(session, case.conversation.patient_id, case.actor)
    return "done"


def decline_offer(session: Session, case: Case) -> str:
    """She waits for another time, at her place."""
    offers.decline(session, case.conversation.id, case.actor)
    return "done"


def leave_waitlist(session: Session, case: Case) -> str:
    """She looks for no other time."""
    offers.leave(session, case.conversation.id, case.actor)
    return "done"


def detach_number(session: Session, case: Case) -> str:
    """Whoever has the number says that it is not hers: nothing of hers goes there again, and staff find the right one
    (H26)."""
    talk = case.conversation
    detaching.detach(session, talk.patient_id, talk.contact_point_id, case.actor)
    items.raise_task(
        session, f"find_number:{talk.id}", "find_number", contact_points.first_of(session, talk.patient_id),
        patient_id=talk.patient_id, actor=case.actor,
    )  # fmt: skip
    return "done"


ACTIONS: Mapping[str, Callable[[Session, Case], str]] = {
    "confirm_appointment": confirm_appointment,
    "confirm_visits": confirm_visits,
    "ask_for_another_time": ask_for_another_time,
    "wait_no_more": wait_no_more,
    "ask_to_book": ask_to_book,
    "ask_for_call": ask_for_call,
    "agree_to_texts": agree_to_texts,
    "use_other_language": use_other_language,
    "confirm_one": confirm_one,
    "ask_for_one": ask_for_one,
    "accept_offer": accept_offer,
    "keep_place": keep_place,
    "decline_offer": decline_offer,
    "leave_waitlist": leave_waitlist,
    "detach_number": detach_number,
}


def _task(session: Session, case: Case, key: str, reason: str) -> None:
    """A task with her words and all that she answered before: one for each conversation, told more while it is open."""
    talk = case.conversation
    told = answers.told(talk)
    if items.tell_more(session, key, reason, told, case.exchange_id, case.actor):
        return
    for name in (key, f"{key}:{case.exchange_id}"):  # closed already: she wants it still
        if items.raise_task(
            session, name, reason, talk.contact_point_id, patient_id=talk.patient_id, conversation_id=talk.id,
            appointment_id=talk.appointment_id, note=told, actor=case.actor, exchange_id=case.exchange_id,
        ):  # fmt: skip
            return


def _wait(session: Session, case: Case, appointment: Appointment | None) -> None:
    """She stands on the waitlist with what she answered."""
    talk = case.conversation
    waitlist.ask(
        session, talk.patient_id, wishes.of_answers(*answers.when(talk), practice.today(session)), "patient",
        case.actor, appointment=appointment, said=answers.told(talk),
    )  # fmt: skip


def _appointment(case: Case) -> tuple[int, int]:
    appointment_id, version = case.conversation.appointment_id, case.conversation.appointment_version
    if appointment_id is None or version is None:
        raise ValueError("this action needs a conversation about an appointment")
    return appointment_id, version
