"""The practice itself: its name and hours, its places, its providers."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock, db
from app.models.practice import Location, Practice, Provider

LONGEST_NAME = 80
MIDNIGHT = time(0)
_NAME = select(db.table_of(Practice).c.name).limit(1)  # every text asks it
LONGEST_IN_TEXTS = 60  # the practice's name stands in every text and is paid for by its letters


class PracticeRefused(ValueError):
    """What was given cannot be; the message is a sentence."""


def describe(session: Session, name: str, time_zone: str, quiet_until: time, quiet_from: time) -> None:
    """Enter the practice, or change what is known of it. Outreach goes out from `quiet_until` to `quiet_from`
    on the patient's wall clock; midnight is the end of that day. Raises PracticeRefused."""
    if quiet_until > quiet_from != MIDNIGHT:
        raise PracticeRefused("Outreach must begin before it ends: give the earlier time first.")
    values = {"name": _named(name, LONGEST_IN_TEXTS), "time_zone": _zone(time_zone)}
    practice = session.scalar(select(Practice).limit(1)) or Practice()
    practice.name, practice.time_zone = values["name"], values["time_zone"]
    practice.quiet_until, practice.quiet_from = quiet_until, quiet_from
    session.add(practice)
    session.flush()


def name(session: Session) -> str:
    """The practice's name as it stands in every text; nothing before it is described."""
    return db.run(session, _NAME).scalar() or ""


def now(session: Session) -> datetime:
    """Day and hour on the practice's wall; UTC's before it is described."""
    return clock.now().astimezone(ZoneInfo(session.scalar(select(Practice.time_zone).limit(1)) or "UTC"))


def today(session: Session) -> date:
    """The day there."""
    return now(session).date()


def add_location(session: Session, name: str, time_zone: str | None) -> int:
    """A place where patients are seen; without a zone it has the practice's. Raises PracticeRefused."""
    practice = session.scalar(select(Practice).limit(1))
    if practice is None:
        raise PracticeRefused("There is no practice yet: describe it first with `handrail practice describe`.")
    place = Location(
        practice_id=practice.id,
        name=_named(name, LONGEST_NAME),
        time_zone=_zone(time_zone) if time_zone else practice.time_zone,
    )
    session.add(place)
    session.flush()
    return place.id


def add_provider(session: Session, name: str) -> int:
    """A clinician whom patients see. Raises PracticeRefused."""
    provider = Provider(name=_named(name, LONGEST_NAME))
    session.add(provider)
    session.flush()
    return provider.id


def _named(name: str, longest: int) -> str:
    words = " ".join(name.split())
    if not 1 <= len(words) <= longest:
        raise PracticeRefused(f"A name has between 1 and {longest} characters.")
    return words


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PracticeRefused(f"“{name}” is no time zone; give one such as America/Chicago.") from error
