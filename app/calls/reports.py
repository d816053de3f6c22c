"""How calls ended, as the carrier reports it, in whatever order; whoever was not heard is owed a call (P7)."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, settings, timeline
from app.calls import outgoing, owing, texting, turns
from app.calls.hearing import STATE_OF, CallReport
from app.contact_points import Behind
from app.models.calls import OutgoingCall, PhoneCall
from escalation_desk import call_through

ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
ANSWERED = "in-progress"
AFTER_THE_END = timedelta(minutes=1)
"""Reports overtake each other: that somebody took the call may come after its end."""
WITHOUT_AN_END = timedelta(minutes=15)
"""No wait of ours is longer: the report of its end was lost."""


def take(report: CallReport, at: datetime) -> None:
    """Keep one report. Of a call that our door never saw it is the first that we hear: it was missed."""
    if report.token:
        outgoing.take(report)
    elif report.parent:
        if report.status == ANSWERED or report.status in ENDS:
            _other_side(report)
    elif report.status in ENDS and report.to_number in settings.current().numbers:
        with db.transaction("calls.ended") as session:
            point = contact_points.lock(session, report.from_number)
            call = turns.of_sid(
                session, report.sid, point.id, report.to_number, at, withheld=report.withheld
            )  # fmt: skip
            if call.ended_at is None:
                call.ended_at = at
                session.flush()
                timeline.append(session, timeline.of_number(point.id), "call_ended", "carrier", call=call.id)


def settle() -> int:
    """Every call that is over, or has long given no sign of life, and was settled by nobody: the caller is asked by
    text what it was about, or owed a call. Returns how many were settled."""
    now = clock.now()
    with db.reading("calls.unsettled") as session:
        over = or_(PhoneCall.ended_at <= now - AFTER_THE_END, PhoneCall.heard_at <= now - WITHOUT_AN_END)
        found = session.execute(
            select(PhoneCall.id, PhoneCall.contact_point_id).where(
                PhoneCall.settled_as.is_(None), PhoneCall.outgoing_id.is_(None), over
            )
        ).all()
    settled = 0
    for call_id, contact_point_id in found:
        with apart.Alone("call_not_settled", call_id):
            settled += _settle(call_id, contact_point_id)
    return settled


def _other_side(report: CallReport) -> None:
    """Whoever was rung for a call took it, or that is over."""
    with db.transaction("calls.connected") as session:
        number = session.scalar(select(PhoneCall.contact_point_id).where(PhoneCall.sid == report.parent))
        if number is None:
            return
        contact_points.hold(session, number)
        call = session.scalars(select(PhoneCall).where(PhoneCall.sid == report.parent)).one()
        ours = session.get(OutgoingCall, call.outgoing_id) if call.outgoing_id is not None else None
        if ours is not None and ours.desk_item_id is not None:
            _put_through(session, ours, report)
        elif report.status == ANSWERED:
            _connected(session, call)


def _put_through(session: Session, row: OutgoingCall, report: CallReport) -> None:
    """The patient's side of a nurse's call: it tells how that ended even where nobody asks what to do next."""
    if report.status == ANSWERED:
        call_through.answered(session, row)
    else:
        call_through.ended(session, row, STATE_OF[report.status], report.seconds)


def _connected(session: Session, call: PhoneCall) -> None:
    number = call.contact_point_id
    call.settled_as = call.settled_as or "connected"
    texting.over(session, number)
    session.flush()
    timeline.append(session, timeline.of_number(number), "call_connected", "carrier", call=call.id)


def _settle(call_id: int, contact_point_id: int) -> bool:
    with db.transaction("calls.owed") as session:
        contact_points.hold(session, contact_point_id)
        call = session.get_one(PhoneCall, call_id)
        if call.settled_as is not None:
            return False
        reason = "call_abandoned" if call.turn else "call_missed"
        call.settled_as = texting.instead(session, call)
        if call.settled_as is None:
            texting.over(session, contact_point_id)
            call.settled_as = owing.owe(session, call, _behind(session, contact_point_id), reason)
        session.flush()
        return True


def _behind(session: Session, contact_point_id: int) -> list[Behind]:
    return [
        Behind(patient.id, patient.language) for patient in contact_points.patients_behind(session, contact_point_id)
    ]
