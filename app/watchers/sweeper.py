"""Watchers that trust nobody: what the doorbell missed, leases that ran out, dialogs that fell silent (H60)."""

import time
from functools import partial

from sqlalchemy import select

from app import apart, clock, contact_points, db
from app.delivery import sending, unknowns
from app.log import error_name, log
from app.messaging.gateway import Gateway
from app.models.conversations import Conversation
from app.settings import Settings
from app.talk import conversations
from app.upkeep import restorations
from app.watchers import heartbeats
from escalation_desk import hush, items, leases

SWEEP_SECONDS = 5.0
"""What is left when a sweep has taken this long goes with the next one, so that the other duties have their turn."""


def sweep(gateway: Gateway, settings: Settings) -> int:
    """Send what may go, with or without Redis; returns how many were tried."""
    unknowns.give_up_leases()
    tried = _send_due(gateway, settings)
    unknowns.tell_of_unknowns()
    unknowns.tell_of_unreported()
    heartbeats.beat(heartbeats.SWEEPER, *([heartbeats.SENDING] if settings.sends else []))
    return tried


def _send_due(gateway: Gateway, settings: Settings) -> int:
    """One text after the other; before each it is asked anew which is next, so that a hand-off that was written
    meanwhile waits for nothing but the text on its way."""
    ends_at, sent, tried = time.monotonic() + SWEEP_SECONDS, 0, sending.Tried()
    while time.monotonic() < ends_at:
        with db.reading("watchers.due") as session:
            due = sending.next_due(session, settings, tried)
        if due is None:
            break
        try:
            if sending.send_next(gateway, settings, due.contact_point_id):
                sent += 1
            else:
                tried.add(due, failed=False)
        except Exception as error:  # one number's trouble must not hold up the others, H61
            if db.gone(error):
                raise
            log.error("sending_failed", id=due.contact_point_id, error=error_name(error))
            tried.add(due, failed=True)
    return sent


def release_claims() -> int:
    """Claims whose lease is over stand open again (H14)."""
    with db.transaction("watchers.claims") as session:
        return leases.release_expired(session)


def end_silences() -> int:
    """Dialogs whose wait is over go on; those under a hush stand still (P13)."""
    with db.reading("watchers.silences") as session:
        if restorations.held(session):
            return 0  # she may have answered after the backup (H64)
        due = session.execute(
            select(Conversation.id, Conversation.contact_point_id).where(
                Conversation.state == "live", Conversation.silent_at <= clock.now()
            )
        ).all()
    ended = 0
    for conversation_id, contact_point_id in due:
        with apart.Alone("silence_failed", conversation_id, partial(give_up, conversation_id, contact_point_id)):
            ended += _end_silence(conversation_id, contact_point_id)
    return ended


def give_up(conversation_id: int, contact_point_id: int) -> None:
    """A conversation that cannot go on ends, and the front desk settles it with the patient."""
    with db.transaction("watchers.broken_dialog") as session:
        contact_points.hold(session, contact_point_id)
        conversation = session.get_one(Conversation, conversation_id)
        conversations.end(session, conversation_id, "could_not_go_on")
        items.raise_task(
            session, f"could_not_go_on:{conversation_id}", "could_not_go_on", contact_point_id,
            patient_id=conversation.patient_id, conversation_id=conversation_id,
            appointment_id=conversation.appointment_id,
        )  # fmt: skip


def _end_silence(conversation_id: int, contact_point_id: int) -> bool:
    with db.transaction("watchers.silence") as session:
        contact_points.hold(session, contact_point_id)
        conversation = session.get_one(Conversation, conversation_id)
        over = conversation.silent_at is not None and conversation.silent_at <= clock.now()
        if conversation.state != "live" or not over:
            return False
        if hush.hushed(session, contact_point_id, conversation.patient_id):
            return False
        conversations.fall_silent(session, conversation)
        return True
