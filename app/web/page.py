"""What every page has at hand: who is looking, where she can go, times in the practice's zone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, url_for
from markupsafe import Markup
from sqlalchemy import select

from app import clock, db
from app.models.practice import Practice
from app.web import csrf, static_files, times
from app.web.access import declared
from app.web.sign_ins import Me

UNSET_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Place:
    """An entry of the menu: shown when its view exists and lets this person in. `topic` counts what waits there."""

    label: str
    endpoint: str
    topic: str | None = None


PLACES = (
    Place("Nurses", "desk.nurses", "nurses"),
    Place("Front desk", "desk.front_desk", "front_desk"),
    Place("Patients", "patients.search"),
    Place("Appointments", "appointments.upcoming"),
    Place("Follow-ups", "open_follow_ups.listed"),
    Place("Waitlist", "waitlist.listed"),
    Place("Review", "review.show"),
    Place("Staff", "staff.listed"),
)
ROLE_NAMES = {
    "nurse": "Nurse",
    "front_desk": "Front desk",
    "manager": "Manager",
    "auditor": "Auditor",
    "admin": "Admin",
}


def furnish(web: Flask) -> None:
    """Give the templates their words and helpers."""
    web.context_processor(_at_hand)


def practice() -> Practice | None:
    """The practice, read once a request."""
    if "practice" not in g:
        with db.reading("practice_of_page") as session:
            g.practice = session.scalar(select(Practice).limit(1))
    found: Practice | None = g.practice
    return found


def zone() -> ZoneInfo:
    """The practice's time zone; UTC before it is set up."""
    found = practice()
    return ZoneInfo(found.time_zone) if found else UNSET_ZONE


def menu() -> list[Place]:
    """Where this person may go."""
    person: Me | None = g.get("me")
    return [place for place in PLACES if person is not None and open_to(place.endpoint, person)]


def open_to(endpoint: str, person: Me) -> bool:
    """Whether the view of that name lets this person in: no link leads where she is refused."""
    view = current_app.view_functions.get(endpoint)
    access = declared(view) if view else None
    return access is not None and person.role in access.roles


def _at_hand() -> dict[str, Any]:
    now = clock.now()
    person: Me | None = g.get("me")
    return {
        "me": person,
        "role_name": ROLE_NAMES.get(person.role, "") if person else "",
        "menu": menu(),
        "here": request.endpoint,
        "static": static_files.address,
        "csrf_field": lambda: _hidden(csrf.FIELD, person.csrf_token if person else ""),
        "age": lambda since: times.age(now - since),
        "moment": _moment,
        "home": url_for("sign_in.home"),
    }


def _moment(at: datetime) -> Markup:
    """A time for people and for machines."""
    shown = times.moment(at, zone().key)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), shown)


def _hidden(name: str, value: str) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
