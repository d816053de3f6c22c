"""What the nurses' list came to over some weeks, from rows and the record: human acts only, nothing of a patient."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, load_only

from app import clock
from app.models.records import Entry
from app.models.reviews import Proposal
from escalation_desk import items
from escalation_desk.ladder import DESK_WAITS
from escalation_desk.models import DeskItem

AGES = (
    ("under 15 min", timedelta(minutes=15)), ("15 min to 1 h", timedelta(hours=1)), ("1 to 4 h", timedelta(hours=4)),
    ("4 to 24 h", timedelta(hours=24)), ("over 24 h", timedelta.max),
)  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CLOSES_WITHIN = timedelta(hours=24)
FALSE_ALARM = "nothing_to_do"
Bars = list[tuple[str, int]]


@dataclass(frozen=True)
class Waits:
    """How long something took: of how many, the middle one, nine in ten, and how many took longer than they may."""

    many: int
    median: timedelta | None
    p90: timedelta | None
    breaches: int


@dataclass(frozen=True)
class Tally:
    """All figures of one stretch of days."""

    came: int
    crisis: int
    claimed: Waits
    closed: Waits
    ages: Bars
    hours: Bars
    weekdays: Bars
    reopened: int
    false_alarms: int
    misses: int

    @property
    def false_share(self) -> int | None:
        """In a hundred of those that were closed."""
        return round(100 * self.false_alarms / self.closed.many) if self.closed.many else None


def tally(session: Session, days: int, zone: ZoneInfo) -> Tally:
    """The figures of the last `days` days; what is open now is told whatever its age."""
    now = clock.now()
    since = now - timedelta(days=days)
    came = _items(session, DeskItem.opened_at > since)
    closed = [item for item in came if item.state == "closed" and item.closed_at is not None and item.disposition]
    first = _first_claims(session, since)
    walls = [item.opened_at.astimezone(zone) for item in came]
    return Tally(
        came=len(came),
        crisis=sum(item.rank == items.CRISIS_RANK for item in came),
        claimed=_claims(came, first, now),
        closed=_waits(
            [item.closed_at - item.opened_at for item in closed if item.closed_at is not None],
            sum((item.closed_at or now) - item.opened_at > CLOSES_WITHIN for item in (*closed, *_open(came))),
        ),
        ages=_by_age(_items(session, DeskItem.state != "closed"), now),
        hours=[(f"{hour}", many) for hour, many in _counted(range(24), (at.hour for at in walls))],
        weekdays=[(WEEKDAYS[day], many) for day, many in _counted(range(7), (at.weekday() for at in walls))],
        reopened=sum(item.times_opened > 1 for item in came),
        false_alarms=sum(item.disposition == FALSE_ALARM for item in closed),
        misses=session.scalar(select(func.count()).select_from(Proposal).where(Proposal.proposed_at > since)) or 0,
    )


def _items(session: Session, *which: object) -> Sequence[DeskItem]:
    """Without their notes, which are sealed and no part of any figure."""
    columns = ("id", "rank", "state", "opened_at", "closed_at", "disposition", "times_opened")
    only = load_only(*(getattr(DeskItem, name) for name in columns))
    return session.scalars(select(DeskItem).where(DeskItem.list == "nurses", *which).options(only)).all()  # type: ignore[arg-type]


def _first_claims(session: Session, since: datetime) -> dict[int, datetime]:
    """When each item was first taken by a person, at the desk or by the code of a page."""
    query = select(Entry.at, Entry.details).where(Entry.at > since, Entry.kind == "claimed").order_by(Entry.at.desc())
    return {int(details["item"]): at for at, details in session.execute(query) if "item" in details}


def _claims(came: Iterable[DeskItem], first: dict[int, datetime], now: datetime) -> Waits:
    took, late = [], 0
    for item in came:
        taken = first.get(item.id)
        if taken is not None:
            took.append(taken - item.opened_at)
        if taken is not None or item.state == "open":
            late += (taken or now) - item.opened_at > DESK_WAITS[item.rank == items.CRISIS_RANK]
    return _waits(took, late)


def _waits(took: Sequence[timedelta], breaches: int) -> Waits:
    return Waits(len(took), _nearest(took, 0.5), _nearest(took, 0.9), breaches)


def _nearest(took: Sequence[timedelta], share: float) -> timedelta | None:
    """By nearest rank: a wait that somebody really had."""
    return sorted(took)[max(0, -int(-share * len(took) // 1) - 1)] if took else None


def _open(came: Iterable[DeskItem]) -> list[DeskItem]:
    return [item for item in came if item.state != "closed"]


def _by_age(waiting: Iterable[DeskItem], now: datetime) -> Bars:
    found: Counter[str] = Counter()
    for item in waiting:
        found[next(label for label, most in AGES if now - item.opened_at < most)] += 1
    return [(label, found[label]) for label, _ in AGES]


def _counted(places: Iterable[int], each: Iterable[int]) -> list[tuple[int, int]]:
    found = Counter(each)
    return [(place, found[place]) for place in places]
