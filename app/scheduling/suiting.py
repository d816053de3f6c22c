"""Whether a time suits somebody who waits, with each reason for and against in words for staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from app.scheduling.wishes import DAYS, Wishes, part_of

MOST_OFFERS_A_WEEK = 3
NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))


@dataclass(frozen=True)
class Place:
    """A slot as the rules see it; `starts` on the wall of its place."""

    starts: datetime
    provider_id: int
    location_id: int
    visit_kind: str | None

    @cached_property
    def day(self) -> str:
        """As in DAYS."""
        return DAYS[self.starts.weekday()]

    @cached_property
    def part(self) -> str:
        """As in PARTS."""
        return part_of(self.starts)


class Waits(NamedTuple):
    """A request as the rules see it. `instead_of`: her visit as it is. `offers`: how often she was offered a time in
    the last seven days, and `most` how often she may be; `asked`: one of them is open now; `had`: it was this very
    time; `owed`: a time that she was given was not there."""

    request_id: int
    patient_id: int
    wishes: Wishes
    since: datetime
    provider_id: int | None = None
    location_id: int | None = None
    visit_kind: str | None = None
    notice: timedelta = timedelta(hours=2)
    instead_of: datetime | None = None
    offers: int = 0
    asked: bool = False
    had: bool = False
    most: int = MOST_OFFERS_A_WEEK
    owed: bool = False


def against(slot: Place, waits: Waits, now: datetime) -> tuple[str, ...]:
    """Why she is not to have it now; nothing when she may."""
    return (*_place_against(slot, waits), *_time_against(slot, waits, now), *_turn_against(waits))


def _place_against(slot: Place, waits: Waits) -> Iterable[str]:
    if waits.provider_id not in (None, slot.provider_id):
        yield "wants another clinician"
    if waits.location_id not in (None, slot.location_id):
        yield "wants another place"
    if waits.visit_kind and slot.visit_kind and waits.visit_kind.casefold() != slot.visit_kind.casefold():
        yield f"needs a time for {waits.visit_kind}"


def _time_against(slot: Place, waits: Waits, now: datetime) -> Iterable[str]:
    wishes = waits.wishes
    if wishes.days and slot.day not in wishes.days:
        yield f"cannot come on a {NAMES[slot.day]}"
    if wishes.parts and slot.part not in wishes.parts:
        yield f"wants {_either(sorted(wishes.parts))}"
    if wishes.earliest and slot.starts.date() < wishes.earliest:
        yield "wants a later day"
    if wishes.latest and slot.starts.date() > wishes.latest:
        yield "wants an earlier day"
    if slot.starts - now < waits.notice:
        yield f"needs {_hours(waits.notice)} notice"
    if waits.instead_of == slot.starts:
        yield "has this very time now"


def _turn_against(waits: Waits) -> Iterable[str]:
    if waits.asked:
        yield "is being offered a time now"
    if waits.had:
        yield "was offered this time before"
    if waits.offers >= waits.most:
        yield f"was offered a time {_often(waits.offers)} this week"


def for_her(slot: Place, waits: Waits, now: datetime) -> Iterable[str]:
    """What speaks for her having it."""
    if waits.owed:
        yield "we owe her a time"
    if slot.day in waits.wishes.days:
        yield f"asked for {NAMES[slot.day]}"
    if slot.part in waits.wishes.parts:
        yield f"asked for the {slot.part}"
    if waits.provider_id == slot.provider_id:
        yield "asked for this clinician"
    if waits.location_id == slot.location_id:
        yield "asked for this place"
    yield _waited((now - waits.since).days)
    if waits.offers:
        yield f"was offered a time {_often(waits.offers)} this week"
    else:
        yield "was offered nothing this week"


def _waited(days: int) -> str:
    return "waits since today" if days < 1 else "waits for a day" if days == 1 else f"waits for {days} days"


def _either(words: list[str]) -> str:
    return " or ".join(words)


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times} times")


def _hours(length: timedelta) -> str:
    hours = int(length.total_seconds()) // 3600
    return "1 hour’s" if hours == 1 else f"{hours} hours’"
