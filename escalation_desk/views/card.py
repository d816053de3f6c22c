"""The patient beside an item: age, language, consent, visits and what is to follow; of a shared number everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, numbers, proxies
from app.models.appointments import Appointment
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import ContactPoint, Patient
from app.models.practice import Location
from app.models.proxies import Proxy
from app.web import times
from app.web.following import FOLLOW_UPS
from app.web.page import zone
from app.web.reasons import LANGUAGES
from escalation_desk.models import DeskItem
from escalation_desk.views.people import Caller


@dataclass(frozen=True, slots=True)
class Card:
    """One of those behind an item. Visits in words, in their location's time."""

    patient_id: int
    name: str
    years: int | None
    language: str
    next_visit: str
    last_visit: str
    following: tuple[str, ...]
    flags: tuple[str, ...]
    speaking: tuple[str, ...]  # who else may speak for her, and what they may hear


@dataclass(frozen=True, slots=True)
class Beside:
    """The cards, what the number is good for, and whether it is sure who speaks."""

    cards: tuple[Card, ...]
    consent: tuple[str, ...]
    shared: bool


def of_item(session: Session, item: DeskItem, caller: Caller) -> Beside:
    """What stands beside an item about its patient, or about each who may have written."""
    ids = [patient.id for patient in caller.patients]
    coming, past = _visits(session, ids)
    following, speaking = _following(session, ids), proxies.of_patients(session, ids)
    today = clock.now().astimezone(zone()).date()
    cards = tuple(
        Card(
            each.id, each.name, each.years(today), LANGUAGES[each.language], coming.get(each.id, ""),
            past.get(each.id, ""), tuple(following.get(each.id, ())), tuple(_flags(each)),
            tuple(map(_speaks, speaking.get(each.id, ()))),
        )
        for each in caller.patients
    )  # fmt: skip
    return Beside(cards, _consent(session, item, caller), caller.shared)


def _visits(session: Session, patient_ids: Iterable[int]) -> tuple[dict[int, str], dict[int, str]]:
    """The next and the last visit of each that has one."""
    query = (
        select(Appointment.patient_id, Appointment.starts_at, Appointment.attended, Location.time_zone)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.patient_id.in_(list(patient_ids)), Appointment.state == "booked")
        .order_by(Appointment.starts_at.desc())
    )
    coming: dict[int, str] = {}
    past: dict[int, str] = {}
    for patient_id, starts_at, attended, where in session.execute(query):
        when = times.local(starts_at, where)
        if starts_at > clock.now():
            coming[patient_id] = when  # the soonest stays
        elif attended != "missed":
            past.setdefault(patient_id, when)
    return coming, past


def _following(session: Session, patient_ids: Iterable[int]) -> dict[int, list[str]]:
    query = select(FollowUp.patient_id, FollowUp.kind, FollowUp.due_on).where(
        FollowUp.patient_id.in_(list(patient_ids)), FollowUp.disposition.in_(OPEN)
    )
    found: dict[int, list[str]] = {}
    for patient_id, kind, due_on in session.execute(query.order_by(FollowUp.due_on, FollowUp.id)):
        due = times.day(datetime.combine(due_on, time(), tzinfo=ZoneInfo(zone().key)))
        found.setdefault(patient_id, []).append(f"{FOLLOW_UPS[kind]}, by {due}")
    return found


def _flags(patient: Patient) -> Iterable[str]:
    if patient.deceased_on is not None:
        yield f"Recorded as deceased on {patient.deceased_on.isoformat()}"
    if patient.do_not_contact:
        yield "Do not contact"


def _speaks(proxy: Proxy) -> str:
    number = f", {numbers.spoken(proxy.number)}" if proxy.number else ""
    return f"{proxy.name}, {proxy.relation}{number}: {proxies.HEARS[proxy.may_hear]}"


def _consent(session: Session, item: DeskItem, caller: Caller) -> tuple[str, ...]:
    if item.contact_point_id is None:
        return ()
    query = select(ContactPoint.opted_out_at, ContactPoint.calls_agreed_at)
    stopped, rings = session.execute(query.where(ContactPoint.id == item.contact_point_id)).one()
    texts = f"No texts, as asked {times.moment(stopped, zone().key)}" if stopped else "May be texted"
    if not stopped and (item.cannot_text or caller.cannot_be_texted):
        texts = "Cannot be texted"  # the head says how to reach her
    elif not stopped and caller.patients and all(each.do_not_contact for each in caller.patients):
        texts = "Nothing goes out by itself"
    return (texts, *(["May be called by our system"] if rings and not stopped else []))
