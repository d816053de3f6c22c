"""Texts of which nobody knows what became: they are put before a person, and never sent a second time (H48)."""

from datetime import timedelta

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select
from sqlalchemy.orm import Session, defer

from app import clock, db
from app.messaging import outbox
from app.models.outbox import Outbound
from escalation_desk import items
from escalation_desk.models import DeskItem

LEASE = timedelta(seconds=30)
"""How long a text is its sender's, from the claim to what came of it."""
UNKNOWN_FOR = timedelta(minutes=10)
ENOUGH_LOOKS = 2
IN_ANY_CASE = timedelta(minutes=30)
"""Looked for twice in the carrier's list, or, when that list cannot be read either, unknown for so long. What the door
said in an outage was written down only afterwards."""
UNREPORTED_FOR = timedelta(hours=12)
TIMES_ASKED = 3
ASKED_IN_VAIN, UNREPORTED_UNTIL = timedelta(hours=24), timedelta(days=7)
"""So often the carrier is asked what became of a text that it took. When it does not answer for a day, people hear of
it all the same; but not of what stood so before anybody asked."""
AT_ONCE = 200


def give_up_leases() -> int:
    """A text whose sender died may have left: it is `unknown`. A lease that reaches further than any can was given by a
    clock that was wrong, and is over too. What is sealed stays shut, so that no row that cannot be read keeps the
    others."""
    with db.transaction("unknowns.dead_leases") as session:
        dead = session.scalars(
            select(Outbound)
            .where(
                Outbound.state == "sending",
                or_(Outbound.lease_until <= clock.now(), Outbound.lease_until > clock.beyond(LEASE)),
            )
            .options(defer(Outbound.body))
            .with_for_update(skip_locked=True)
        ).all()
        for row in dead:
            row.state, row.reason, row.lease_until = "unknown", "sender_died", None
            outbox.note(session, row.contact_point_id, row.id, "text_unknown", reason="sender_died")
        session.flush()
        return len(dead)


def tell_of_unknowns() -> int:
    """Unknown for ten minutes, no callback, and not in the carrier's list: people decide; the row stays as it is
    (HAZARDS F3)."""
    now = clock.now()
    in_any_case = and_(Outbound.claimed_at <= now - IN_ANY_CASE, Outbound.created_at <= now - IN_ANY_CASE)
    long_ago = and_(Outbound.claimed_at <= now - UNKNOWN_FOR, or_(Outbound.looked_for >= ENOUGH_LOOKS, in_any_case))
    astray = Outbound.claimed_at > clock.beyond()
    return _tell("unknown:", "unknown_whether_sent", Outbound.state == "unknown", or_(long_ago, astray))


def tell_of_unreported() -> int:
    """Nobody has said for twelve hours what became of it, and the carrier, when asked, did not know either (TWILIO
    3.1). Outreach has its own next step; an answer or a hand-off that never arrived has none but this. What the
    carrier's list gave back after a restore is with people already."""
    now = clock.now()
    asked = Outbound.looked_for >= TIMES_ASKED
    in_vain = Outbound.sent_at.between(now - UNREPORTED_UNTIL, now - ASKED_IN_VAIN)
    return _tell(
        "never_reported:", "never_reported",
        or_(Outbound.state == "accepted", and_(Outbound.state == "sent", or_(asked, in_vain))),
        or_(Outbound.sent_at <= now - UNREPORTED_FOR, and_(asked, Outbound.sent_at > clock.beyond())),
        Outbound.message_class != "outreach", Outbound.text_name != outbox.FOUND,
    )  # fmt: skip


def raise_task(session: Session, key: str, reason: str, row_id: int) -> bool:
    """Give people what is to be done about a text: who has its words on the list has this too."""
    of_text = session.execute(
        select(
            Outbound.contact_point_id, Outbound.patient_id, Outbound.conversation_id, Outbound.appointment_id,
            DeskItem.list,
        ).outerjoin(DeskItem, DeskItem.id == Outbound.desk_item_id).where(Outbound.id == row_id)
    ).one()  # fmt: skip
    return items.raise_task(
        session, key, reason, of_text.contact_point_id, list_name=of_text.list or "front_desk",
        patient_id=of_text.patient_id, conversation_id=of_text.conversation_id, appointment_id=of_text.appointment_id,
    )  # fmt: skip


def _tell(prefix: str, reason: str, *which: ColumnElement[bool]) -> int:
    """Raise one task for each of these texts; those told before cost nothing."""
    told = select(DeskItem.id).where(DeskItem.key == literal(prefix) + cast(Outbound.id, String)).exists()
    with db.reading("unknowns.which") as session:
        untold = session.scalars(select(Outbound.id).where(*which, ~told).order_by(Outbound.id).limit(AT_ONCE)).all()
    if not untold:
        return 0
    with db.transaction("unknowns.tell") as session:
        return sum(raise_task(session, f"{prefix}{row_id}", reason, row_id) for row_id in untold)
