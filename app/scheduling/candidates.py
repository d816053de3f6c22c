"""Who could have a time: all who wait, as the rules of ranking see them, with what speaks for and against each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.models.appointments import Appointment
from app.models.offers import Offer, OfferedTime
from app.models.practice import Location
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import ranking, waitlist
from app.scheduling.ranking import Suggestion
from app.scheduling.suiting import Place, Waits

WEEK = timedelta(days=7)


def ranked(session: Session, slot: Slot, requests: Sequence[WaitlistRequest]) -> list[Suggestion]:
    """The requests beside a slot, whom it suits first (see `ranking`)."""
    zone = ZoneInfo(session.get_one(Location, slot.location_id).time_zone)
    place = Place(slot.starts_at.astimezone(zone), slot.provider_id, slot.location_id, slot.visit_kind)
    return ranking.rank(place, _as_ruled(session, requests, slot, zone), clock.now())


def visits(session: Session, requests: Sequence[WaitlistRequest]) -> dict[int, datetime]:
    """When the visits are that they would give up, of those that still stand."""
    ids = {each.appointment_id for each in requests if each.appointment_id is not None}
    query = select(Appointment.id, Appointment.starts_at).where(
        Appointment.id.in_(ids), Appointment.state == "booked", Appointment.starts_at > clock.now()
    )
    return {row.id: row.starts_at for row in session.execute(query)} if ids else {}


def _as_ruled(session: Session, requests: Sequence[WaitlistRequest], slot: Slot, zone: ZoneInfo) -> list[Waits]:
    since = clock.now() - WEEK
    asked = select(Offer.patient_id, func.count()).where(Offer.made_at > since).group_by(Offer.patient_id)
    offers: dict[int, int] = {row[0]: row[1] for row in session.execute(asked)}
    being_asked = set(session.scalars(select(Offer.patient_id).where(Offer.state == "open")))
    had = _asked_about(session, slot.id)
    now_at = visits(session, requests)
    return [
        Waits(
            each.id, each.patient_id, waitlist.wishes_of(each), each.created_at, each.provider_id, each.location_id,
            each.visit_kind, timedelta(hours=each.notice_hours),
            now_at[each.appointment_id].astimezone(zone) if each.appointment_id in now_at else None,
            offers.get(each.patient_id, 0), each.patient_id in being_asked, each.patient_id in had,
        )
        for each in requests
    ]  # fmt: skip


def _asked_about(session: Session, slot_id: int) -> set[int]:
    """Patients who were asked about this very time, and said no or nothing."""
    over = Offer.state.in_(("declined", "lapsed"))
    return set(
        session.scalars(
            select(Offer.patient_id)
            .join(OfferedTime)
            .where(OfferedTime.slot_id == slot_id, over, Offer.conversation_id.is_not(None))
        )
    )
