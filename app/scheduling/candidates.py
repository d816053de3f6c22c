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
from app.scheduling import offer_rules, ranking, waitlist
from app.scheduling.ranking import Suggestion
from app.scheduling.suiting import Place, Waits

WEEK = timedelta(days=7)


def ranked(session: Session, slot: Slot, requests: Sequence[WaitlistRequest]) -> list[Suggestion]:
    """The requests beside a slot, whom it suits first (see `ranking`)."""
    zone = ZoneInfo(session.get_one(Location, slot.location_id).time_zone)
    had = asked_about(session, [slot.id]).get(slot.id, set())
    ruled = as_ruled(session, requests)
    judged = [each._replace(had=True) if each.patient_id in had else each for each in ruled]
    return ranking.rank(place_of(slot, zone), judged, clock.now())


def place_of(slot: Slot, zone: ZoneInfo) -> Place:
    """A slot as the rules see it."""
    return Place(slot.starts_at.astimezone(zone), slot.provider_id, slot.location_id, slot.visit_kind)


def visits(session: Session, requests: Sequence[WaitlistRequest]) -> dict[int, datetime]:
    """When the visits are that they would give up, of those that still stand."""
    ids = {each.appointment_id for each in requests if each.appointment_id is not None}
    query = select(Appointment.id, Appointment.starts_at).where(
        Appointment.id.in_(ids), Appointment.state == "booked", Appointment.starts_at > clock.now()
    )
    return {row.id: row.starts_at for row in session.execute(query)} if ids else {}


def as_ruled(session: Session, requests: Sequence[WaitlistRequest]) -> list[Waits]:
    """The requests as the rules see them, in the same order; whether she had a time is another question."""
    since = clock.now() - WEEK
    asked = select(Offer.patient_id, func.count()).where(Offer.made_at > since).group_by(Offer.patient_id)
    offers: dict[int, int] = {row[0]: row[1] for row in session.execute(asked)}
    being_asked = set(session.scalars(select(Offer.patient_id).where(Offer.state == "open")))
    now_at = visits(session, requests)
    most = {kind: rule.a_week for kind, rule in offer_rules.in_force(session).items()}
    kinds = offer_rules.kinds_of(session, requests)
    return [
        Waits(
            each.id, each.patient_id, waitlist.wishes_of(each), each.created_at, each.provider_id, each.location_id,
            each.visit_kind, timedelta(hours=each.notice_hours), now_at.get(each.appointment_id or 0),
            offers.get(each.patient_id, 0), each.patient_id in being_asked, most=most[kinds[each.id]],
            owed=each.owed_at is not None,
        )
        for each in requests
    ]  # fmt: skip


def asked_about(session: Session, slot_ids: Sequence[int]) -> dict[int, set[int]]:
    """By slot the patients who were asked about this very time, and said no or nothing."""
    over = Offer.state.in_(("declined", "lapsed")), Offer.conversation_id.is_not(None)
    query = select(OfferedTime.slot_id, Offer.patient_id).join(Offer).where(OfferedTime.slot_id.in_(slot_ids), *over)
    found: dict[int, set[int]] = {}
    for slot_id, patient_id in session.execute(query) if slot_ids else ():
        found.setdefault(slot_id, set()).add(patient_id)
    return found
