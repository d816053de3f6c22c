"""The believable practice of the demo: Lakeside Clinic, its people, and who comes in the next days."""

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, contact_points, db, people
from app.demo.environment import LAKESIDE
from app.messaging import consent
from app.models.cover import Duty
from app.models.practice import GoAhead, Location, Practice, Provider
from app.outreach import follow_ups, loops
from app.outreach.follow_ups import Need
from app.scheduling import booking, putting_up
from app.web import accounts
from escalation_desk import rota

ALL_DAY = time(0, 0)
"""Opening and closing at the same time: never quiet, so that the demo texts at whatever hour it is started."""


@dataclass(frozen=True)
class SignIn:
    """Who may sign in to the demo, and with what."""

    username: str
    name: str
    role: str
    password: str
    phone: str = ""


def sign_ins() -> list[SignIn]:
    """The demo's staff, for the demo to print."""
    return [SignIn(**each) for each in _lakeside()["staff"]]


def seed() -> bool:
    """Fill an empty database; False, and nothing changes, when a practice is there already."""
    with db.transaction("demo.seed") as session:
        if session.scalar(select(Practice.id).limit(1)) is not None:
            return False
        _fill(session)
        return True


def write_phones(path: Path) -> None:
    """Write the handsets of the browser phone for the stand-in carrier (SIM_PHONES): one for each number."""
    phones: dict[str, dict[str, str]] = {}
    for patient in _lakeside()["patients"]:
        kind = patient.get("phone_kind", "mobile")
        phone = phones.setdefault(patient["phone"], {"number": patient["phone"], "label": "", "kind": kind})
        phone["label"] = " and ".join(filter(None, (phone["label"], patient["name"])))
    for person in sign_ins():
        if person.phone:
            phones[person.phone] = {"number": person.phone, "label": f"{person.name}, on call", "kind": "mobile"}
    for stranger in _lakeside()["strangers"]:
        phones[stranger["phone"]] = {"number": stranger["phone"], "label": stranger["label"], "kind": "mobile"}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(phones.values()), ensure_ascii=False, indent=2), encoding="utf-8")


@cache
def _lakeside() -> dict[str, Any]:
    return tomllib.loads(LAKESIDE.read_text(encoding="utf-8"))


def _fill(session: Session) -> None:
    lakeside = _lakeside()
    practice = Practice(**lakeside["practice"], quiet_until=ALL_DAY, quiet_from=ALL_DAY)
    session.add(practice)
    session.flush()
    zone = lakeside["practice"]["time_zone"]
    locations = [Location(practice_id=practice.id, time_zone=zone, **each) for each in lakeside["locations"]]
    providers = [Provider(**each) for each in lakeside["providers"]]
    session.add_all([*locations, *providers])
    session.flush()
    staff = {
        person.username: accounts.add(session, person.username, person.name, person.role, person.password)
        for person in sign_ins()
    }
    _cover(session, staff)
    session.add(GoAhead(
        practice_id=practice.id, basis="both", kept=lakeside["consents"], given_by=staff["mia"], given_at=clock.now()
    ))  # fmt: skip
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    for each in lakeside["patients"]:
        patient_id = _patient(session, each, staff["fran"])
        if (visit := each.get("visit")) is not None:
            location = locations[visit["location"] - 1]
            starts_at = _at(today + timedelta(days=visit["in_days"]), visit["at"], location.time_zone)
            booking.book(session, patient_id, providers[visit["provider"] - 1].id, location.id, starts_at, None)
        _what_follows(session, each, patient_id, providers, locations, staff)
    _put_up(session, today, providers, locations, staff["fran"])


def _what_follows(
    session: Session, each: dict[str, Any], patient_id: int, providers: list[Provider], locations: list[Location],
    staff: dict[str, int],
) -> None:  # fmt: skip
    """A visit that is over, and what must come after it, as the front desk and the nurses noted it."""
    today = follow_ups.today(session)
    if (was := each.get("was")) is not None:
        location = locations[was["location"] - 1]
        starts_at = _at(today - timedelta(days=was["days_ago"]), was["at"], location.time_zone)
        provider_id = providers[was["provider"] - 1].id
        visit_type = was["visit_type"]
        over = booking.book(session, patient_id, provider_id, location.id, starts_at, None, visit_type=visit_type)
        if "came" in was:
            loops.came(session, over.id, was["came"], staff["fran"])
    for place, need in enumerate(each.get("needs", ())):
        follow_ups.capture(session, Need(
            key=f"demo:{patient_id}:{place}", patient_id=patient_id, kind=need["kind"], owner=need["owner"],
            due_on=today + timedelta(days=need["due_in_days"]), note=need.get("note"),
        ), staff["nora" if need["owner"] == "nurses" else "fran"])  # fmt: skip


def _put_up(session: Session, today: date, providers: list[Provider], locations: list[Location], staff_id: int) -> None:
    """Times that are free for whoever waits."""
    for each in _lakeside()["slots"]:
        location = locations[each["location"] - 1]
        starts_at = _at(today + timedelta(days=each["in_days"]), each["at"], location.time_zone)
        provider_id, length = providers[each["provider"] - 1].id, timedelta(minutes=each["minutes"])
        wanted = putting_up.Wanted(provider_id, location.id, each.get("visit_kind"), [starts_at], length)
        putting_up.put_up(session, wanted, staff_id)


def _cover(session: Session, staff: dict[str, int]) -> None:
    """The desk on weekdays; else a nurse on call."""
    cover = _lakeside()["cover"]
    opens, closes = cover["opens"], cover["closes"]
    rota.set_week(session, dict.fromkeys(cover["staffed"], (opens, closes)), {}, None)
    for person in sign_ins():
        if person.phone:
            rota.set_phone(session, staff[person.username], person.phone, None)
    turns = [(day, closes) for day in cover["nights"]] + [(day, opens) for day in cover["days"]]
    for weekday, begins in turns:
        who = staff[cover["on_call"]]
        rota.enter(session, Duty(staff_id=who, place=1, weekday=weekday, begins=begins, ends=opens))


def _patient(session: Session, each: dict[str, Any], staff_id: int) -> int:
    details = people.Details(
        name=each["name"],
        birth_date=each["born"].isoformat(),
        language=each["language"],
        time_zone=each.get("time_zone"),
        do_not_contact=each.get("do_not_contact", False),
    )
    patient_id = people.add_patient(session, details, [each["phone"]], None).id
    if each.get("rather_called"):
        number = contact_points.first_of(session, patient_id)
        consent.agree_to_calls(session, number or 0, staff_id)
        people.reach_by(session, patient_id, "voice", staff_id)
    return patient_id


def _at(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone))
