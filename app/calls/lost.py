"""Calls of which the carrier does not know either what became of them: a person has them (P7)."""

from datetime import timedelta

from sqlalchemy import and_, or_, select

from app import apart, clock, db
from app.calls import instead, outgoing
from app.messaging import call_book
from app.models.calls import OutgoingCall
from escalation_desk import call_through, page_calls

LOOK_BACK = timedelta(hours=24)


def tell(looked: int, asked: int) -> None:
    """What the carrier does not know either is a person's: the row stays as it is, and nobody is rung again. `looked`,
    `asked`: how often is enough for one that may not have been made, and for one without an end."""
    with db.reading("looking.lost") as session:
        never = or_(
            and_(OutgoingCall.state == "unknown", OutgoingCall.looked_for >= looked),
            and_(OutgoingCall.state.in_(call_book.UNDER_WAY), OutgoingCall.looked_for >= asked),
            and_(OutgoingCall.state.in_(call_book.UNDER_WAY), OutgoingCall.claimed_at < clock.now() - LOOK_BACK),
        )
        found = session.scalars(select(OutgoingCall.token).where(OutgoingCall.came_of.is_(None), never)).all()
    for token in found:
        with apart.Alone("call_not_told_of", 0), db.transaction("looking.tell") as session:
            row = outgoing.held(session, token)
            if row is not None and row.came_of is None:
                row.came_of = "not_reached"
                session.flush()
                call_book.note(session, row.contact_point_id, row.id, "outgoing_came_of", came="unknown")
                if row.page_id is not None:
                    page_calls.in_vain(session, row.page_id)
                    page_calls.tell_in_vain(session, row.page_id)
                elif row.desk_item_id is not None:
                    call_through.in_vain(session, row, "unknown")
                else:
                    instead.a_person(session, row, f"call_unknown:{row.id}", "call_unknown")
