"""Watchers that trust nobody: what the doorbell missed, leases that ran out, dialogs that fell silent (H60)."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, contact_points, conversations, db, sending
from app.log import error_name, log
from app.messaging.gateway import Gateway
from app.models.conversations import Conversation
from app.models.records import Heartbeat
from app.settings import Settings
from escalation_desk import items


def sweep(gateway: Gateway, settings: Settings) -> int:
    """Send everything that may go, with or without Redis; returns how many were tried."""
    sending.give_up_leases()
    with db.reading("watchers.due") as session:
        numbers = sending.due(session)
    tried = 0
    for contact_point_id in numbers:
        try:
            tried += sending.send_to(gateway, settings, contact_point_id)
        except db.DATABASE_AWAY:
            raise
        except Exception as error:  # noqa: BLE001  (one number's trouble must not hold up the others, H61)
            log.error("sending_failed", id=contact_point_id, error=error_name(error))
    sending.tell_of_unknowns()
    beat("sweeper")
    return tried


def release_claims() -> int:
    """Claims whose lease is over stand open again (H14)."""
    with db.transaction("watchers.claims") as session:
        return items.release_expired(session)


def end_silences() -> int:
    """Dialogs whose wait is over go on; those under a hush stand still (P13)."""
    with db.reading("watchers.silences") as session:
        due = session.execute(
            select(Conversation.id, Conversation.contact_point_id).where(
                Conversation.state == "live", Conversation.silent_at <= clock.now()
            )
        ).all()
    ended = 0
    for conversation_id, contact_point_id in due:
        try:
            ended += _end_silence(conversation_id, contact_point_id)
        except db.DATABASE_AWAY:
            raise
        except Exception as error:  # noqa: BLE001  (one broken dialog must not hold up the others, H61)
            log.error("silence_failed", id=conversation_id, error=error_name(error))
            _give_up(conversation_id, contact_point_id)
    return ended


def _give_up(conversation_id: int, contact_point_id: int) -> None:
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
        if items.hushed(session, contact_point_id, conversation.patient_id):
            return False
        conversations.fall_silent(session, conversation)
        return True


def beat(name: str) -> None:
    """Say that a watcher finished a round; /readyz looks at it."""
    with db.transaction("watchers.beat") as session:
        now = clock.now()
        if not db.changed(session, update(Heartbeat).where(Heartbeat.name == name).values(at=now)):
            session.execute(db.insert_or_ignore(session, Heartbeat).values(name=name, at=now))


def last_beat(session: Session, name: str) -> float | None:
    """Seconds since a watcher's last round; None if it never ran."""
    at = session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
    return (clock.now() - at).total_seconds() if at else None
