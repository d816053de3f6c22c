"""What follows when a call of ours is over (H27, P7).

Nobody answered: the cadence goes on. A machine: it heard our name and number, and she is written to if she may be. She
hung up midway: an answer of its own, and she is not rung for it again.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import contact_points
from app.calls import instead, owing
from app.contact_points import Behind
from app.library import versions
from app.messaging import call_book
from app.messaging.call_book import ENDS, NOBODY_ANSWERED
from app.models.calls import OutgoingCall, PhoneCall
from app.models.conversations import Conversation
from app.scheduling import offers
from app.talk import conversations
from escalation_desk import call_through, page_calls

HUMAN = "human"
HAS_IT = ("words", "task", "connected")
"""How a call is settled when people have what was said on it."""


def settle(session: Session, row: OutgoingCall) -> bool:
    """What follows from a call that is over; its row and number are locked. False when that is done already."""
    if row.came_of is not None or row.state not in ENDS:
        return False
    row.came_of = _came_of(session, row)
    session.flush()
    call_book.note(session, row.contact_point_id, row.id, "outgoing_came_of", came=row.came_of)
    if row.page_id is not None and row.came_of != "taken":
        page_calls.in_vain(session, row.page_id)
        page_calls.tell_in_vain(session, row.page_id)
    if row.desk_item_id is not None and row.came_of != "put_through":
        call_through.in_vain(session, row, row.came_of)
    talk_id = row.conversation_id
    if talk_id is not None:
        _go_on(session, row, session.get_one(Conversation, talk_id))
    return True


def _go_on(session: Session, row: OutgoingCall, talk: Conversation) -> None:
    """What becomes of the question. A visit's is asked again by the next step of its cadence. One about health is never
    dropped: who was not reached is asked by text, and its own silence goes on with who hung up, as with whoever began
    to answer. A time is held no longer than it is asked about: by text next, else it is the next patient's."""
    hung_up = row.came_of == "hung_up" and talk.turn == 1
    unreached = row.came_of == "not_reached" and row.state in NOBODY_ANSWERED
    if versions.pinned(session, talk.dialog, talk.dialog_version).asks_about_health:
        if unreached:
            instead.a_text(session, row)
    elif offers.of_conversation(session, talk.id) is not None:
        if (unreached or hung_up) and not instead.a_text(session, row):
            conversations.end(session, talk.id, "hung_up" if hung_up else "not_delivered")
    elif hung_up:
        conversations.end(session, talk.id, "hung_up")


def _came_of(session: Session, row: OutgoingCall) -> str:
    if row.state in NOBODY_ANSWERED:
        return "not_reached"
    call = session.scalars(select(PhoneCall).where(PhoneCall.outgoing_id == row.id)).one_or_none()
    if call is None:
        return "not_reached"  # it was answered, and our door never heard of it
    if row.answered_by != HUMAN:
        return "voicemail"
    if row.page_id is not None:
        return "taken" if call.settled_as == "answered" else "not_taken"
    if row.desk_item_id is not None:
        return "not_taken" if call_through.of(session, row).put_through_at is None else "put_through"
    if call.settled_as is None and call.place == "connecting":  # she waited for a person, and gave up
        behind = contact_points.patients_behind(session, row.contact_point_id)
        call.settled_as = owing.owe(
            session, call, [Behind(each.id, each.language) for each in behind], "call_abandoned"
        )  # fmt: skip
    talk = session.get_one(Conversation, row.conversation_id)
    return "talk" if call.settled_as in HAS_IT or talk.state != "live" else "hung_up"
