"""A call whose dialler died may have been made: it is `unknown`, looked for, and never asked for again (H48)."""

from datetime import timedelta

from sqlalchemy import or_, select

from app import clock, contact_points, db
from app.messaging import call_book
from app.models.calls import OutgoingCall

LEASE = timedelta(seconds=30)
"""How long a call is its dialler's, from the claim to what came of it."""


def give_up() -> None:
    """End every lease that is over, or that a wrong clock gave for too long."""
    with db.reading("dialling.leases") as session:
        over = or_(OutgoingCall.lease_until <= clock.now(), OutgoingCall.lease_until > clock.beyond(LEASE))
        query = select(OutgoingCall.id, OutgoingCall.contact_point_id).where(OutgoingCall.state == "sending", over)
        dead = session.execute(query).all()
    for row_id, contact_point_id in dead:
        with db.transaction("dialling.dead_lease") as session:
            contact_points.hold(session, contact_point_id)
            row = call_book.locked(session, row_id)
            if row.state == "sending":
                row.state, row.reason, row.lease_until = "unknown", "sender_died", None
                session.flush()
                call_book.note(session, contact_point_id, row.id, "outgoing_unknown", reason="sender_died")
