"""What the carrier reports of our texts, and the next step when one failed (TWILIO 3.3)."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app import clock, db
from app.library import versions
from app.messaging import consent, delivery, outbox
from app.messaging.errors import CANNOT_BE_TEXTED, meaning
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.talk import conversations, matters
from escalation_desk import hush, items, paging, texting

CONFIRMING = "confirm"  # the matter, whichever dialog asks: one task for one version of a visit


def last_question(session: Session, visit: Appointment) -> timedelta:
    """How long before a visit its cadence asks for the last time (app.outreach.reminders)."""
    return -versions.in_force(session).cadences.asks(CONFIRMING, visit.visit_type)[-1].at


def take(report: delivery.Report) -> None:
    """Record one status callback; a failure opens its next step in the same transaction, and what arrived says that
    its number can be texted."""
    with db.transaction("receipts.take") as session:
        row = delivery.record(session, report)
        if row is not None and row.state == "failed":
            next_step(session, row)
        elif row is not None and row.state == "delivered":
            (paging if row.text_name in outbox.PAGES else texting).arrived(session, row)


def next_step(session: Session, row: Outbound) -> None:
    """A text that was not delivered becomes an opt-out, a note on its item, or a task: never silence (H21)."""
    if row.text_name in outbox.PAGES:
        paging.failed(session, row)
        return
    means, somebody_calls = meaning(row.error_code), False
    if means == "opted_out":
        consent.opt_out(session, row.contact_point_id, "carrier")
        somebody_calls = _end_question(session, row.contact_point_id)
    if means in CANNOT_BE_TEXTED:
        session.execute(update(ContactPoint).where(ContactPoint.id == row.contact_point_id).values(cannot_text=means))
    if row.desk_item_id is not None:
        texting.mark_cannot_text(session, row.desk_item_id)
    elif not somebody_calls:
        items.raise_task(
            session, f"not_delivered:{row.id}", f"not_delivered_{means}", row.contact_point_id,
            patient_id=row.patient_id, conversation_id=row.conversation_id, appointment_id=row.appointment_id,
        )  # fmt: skip
    if row.message_class == "outreach" and row.conversation_id is not None:
        conversations.end(session, row.conversation_id, "not_delivered")


def _end_question(session: Session, contact_point_id: int) -> bool:
    """The carrier lets no text through any more: what she was asked about a visit is asked by a person (H49).
    Whether there was such a question."""
    waits = conversations.waiting(session, contact_point_id)
    if waits is None:
        return False
    asked = waits.conversation
    conversations.end(session, asked.id, "opted_out")
    return ask_by_phone(session, asked)


def ask_by_phone(session: Session, asked: Conversation) -> bool:
    """The question about a visit will not be asked again by text: a person asks it (H49). Whether there is one. While
    the nurses have words of hers it waits, as all outreach does (P13), if the cadence still comes to it."""
    rung = [_ask_by_phone(session, asked, each.appointment_id) for each in matters.asked(session, asked)]
    return any(rung)


def _ask_by_phone(session: Session, asked: Conversation, appointment_id: int) -> bool:
    visit = session.get_one(Appointment, appointment_id)
    if visit.state != "booked" or visit.confirmed_at is not None or visit.starts_at <= clock.now():
        return False
    if clock.now() < visit.starts_at - last_question(session, visit) and hush.hushed(
        session, asked.contact_point_id, visit.patient_id
    ):
        return True
    items.raise_task(
        session, f"{CONFIRMING}:{visit.id}:v{visit.version}:opted_out", "confirm_by_phone_opted_out",
        asked.contact_point_id, patient_id=visit.patient_id, conversation_id=asked.id, appointment_id=visit.id,
    )  # fmt: skip
    return True
