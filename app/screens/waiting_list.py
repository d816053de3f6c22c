"""Who waits, as the waitlist page shows them: ranked for a time, with the reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.appointments import Appointment
from app.models.offers import Offer
from app.models.patients import Patient
from app.models.practice import Location, Provider
from app.models.waitlist import WaitlistRequest
from app.outreach import mistaken, ringable
from app.scheduling import candidates, offer_rules, proposing, waitlist
from app.scheduling.ranking import Suggestion
from app.screens.slots_shown import SlotShown
from app.screens.wish_words import wishes
from app.web import times

SHOWN_WAITING, SHOWN_PROPOSED, SHOWN_BOOKED = 50, 20, 9


@dataclass(frozen=True)
class WaitingShown:
    """Somebody who waits: what she wishes in words, her visit as it is, and what speaks for and against her having the
    chosen time."""

    waits: WaitlistRequest
    patient: Patient
    wishes: str
    visit: str
    offered: str
    beside: Suggestion | None
    rings: bool  # an offer would ring her


def waiting(session: Session, chosen: SlotShown | None) -> tuple[list[WaitingShown], int]:
    """Who waits, ranked for the chosen time; without one the longest first. The first of them, and how many there are
    in all."""
    requests = list(waitlist.waiting(session))
    beside: dict[int, Suggestion] = {}
    if chosen is not None:
        ranked = candidates.ranked(session, chosen.slot, requests)
        beside = {each.request_id: each for each in ranked}
        by_id = {each.id: each for each in requests}
        requests = [by_id[each.request_id] for each in ranked]
    shown = requests[:SHOWN_WAITING]
    return _worded(session, shown, beside), len(requests)


@dataclass(frozen=True)
class ProposedShown:
    """Times that would be offered together to somebody who waits, once a person confirms it."""

    waits: WaitlistRequest
    patient: Patient
    times: tuple[str, ...]
    place: str
    seen: str  # the slots with their versions, as the form sends them


def proposed(session: Session) -> list[ProposedShown]:
    """What is proposed where the practice wants a person to confirm it."""
    found = proposing.proposals(session, offer_rules.SUGGEST)[:SHOWN_PROPOSED]
    places = {row.id: row for row in session.scalars(select(Location))} if found else {}
    return [
        ProposedShown(
            each.waits, session.get_one(Patient, each.waits.patient_id),
            tuple(times.local(slot.starts_at, places[slot.location_id].time_zone) for slot in each.slots),
            places[each.slots[0].location_id].name, " ".join(f"{slot.id}.{slot.version}" for slot in each.slots),
        )
        for each in found
    ]  # fmt: skip


@dataclass(frozen=True)
class BookedShown:
    """A booking by phone that can be undone, and when the visit is."""

    waits: WaitlistRequest
    patient: Patient
    time: str


def booked(session: Session) -> list[BookedShown]:
    """What was booked by phone just now, the newest first."""
    found = mistaken.newest(session)[:SHOWN_BOOKED]
    return [BookedShown(each.waits, each.patient, times.local(each.visit.starts_at, each.time_zone)) for each in found]


def _worded(session: Session, requests: Sequence[WaitlistRequest], beside: dict[int, Suggestion]) -> list[WaitingShown]:
    patients = {
        each.id: each
        for each in session.scalars(select(Patient).where(Patient.id.in_({each.patient_id for each in requests})))
    }
    providers = {row.id: row.name for row in session.execute(select(Provider.id, Provider.name))}
    places = {row.id: row.name for row in session.execute(select(Location.id, Location.name))}
    now_at = candidates.visits(session, requests)
    zones = _zones(session, now_at)
    would = Patient.id.in_(patients), Patient.channel == ringable.VOICE, ringable.agreed(Patient.id)
    rung = set(session.scalars(select(Patient.id).where(*would)))
    open_offers = {each.request_id: each for each in session.scalars(select(Offer).where(Offer.state == "open"))}
    return [
        WaitingShown(
            each, patients[each.patient_id], wishes(each, providers, places),
            times.local(now_at[each.appointment_id], zones[each.appointment_id])
            if each.appointment_id in now_at else "",
            _offered(open_offers.get(each.id)), beside.get(each.id), each.patient_id in rung,
        )
        for each in requests
    ]  # fmt: skip


def _zones(session: Session, now_at: dict[int, datetime]) -> dict[int, str]:
    query = select(Appointment.id, Location.time_zone).join(Location).where(Appointment.id.in_(now_at))
    return {row.id: row.time_zone for row in session.execute(query)} if now_at else {}


def _offered(offer: Offer | None) -> str:
    return "" if offer is None else "is being offered a time"
