"""The daily sample: routine texts that a nurse looks at, some at random and some that nearly were clinical (H01, H09).

Those at random estimate how much is missed; those that were nearest find it. They are drawn apart, the random ones
first and without a look at anything else, so that the estimate holds.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from app import clock, db, timeline
from app.models.conversations import Exchange
from app.models.practice import Practice
from app.models.reviews import Sampled
from app.sealing import Gap, gaps_shown
from escalation_desk import missed
from escalation_desk.evaluation import Share
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem

AT_RANDOM, NEAREST = 10, 10
"""Texts a day; a nurse needs a few minutes for them."""
DAYS_BACK = 7
"""How many days are still drawn from when the ticker stood still."""
COUNTED = timedelta(days=90)


@dataclass(frozen=True)
class Figures:
    """Of the routine texts that nurses judged in the last 90 days, those that should have come to them; and of what
    came to them by itself in that time, what they handed to the front desk as administrative."""

    random: Share
    nearest: Share
    alarms: Share


def draw_due() -> int:
    """Draw from each of the practice's last days that nothing was drawn from yet. Two who draw at once draw the same.
    Returns how many texts were drawn."""
    with db.reading("sampling.days") as session:
        zone = ZoneInfo(session.scalar(select(Practice.time_zone).limit(1)) or "UTC")
        today = clock.now().astimezone(zone).date()
        days = [today - timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]
        drawn = set(session.scalars(select(Sampled.day).where(Sampled.day >= days[0]).distinct()))
    return sum(_draw(day, zone) for day in days if day not in drawn)


def _draw(day: date, zone: ZoneInfo) -> int:
    with gaps_shown(), db.reading("sampling.texts") as session:
        texts = _routine(session, day, zone)
        known = _seen_before(session) if texts else set()
    chance = Random(day.isoformat())  # noqa: S311  (chance that can be repeated, no secret)
    chosen = [(each, "random") for each in chance.sample(sorted(texts), min(AT_RANDOM, len(texts)))]
    rest = sorted(texts.keys() - {each for each, _ in chosen}, key=lambda each: (-texts[each].score, each))
    for each in rest:
        near = texts[each]
        if near.score and near.words not in known and len(chosen) < AT_RANDOM + NEAREST:
            known.add(near.words)
            chosen.append((each, "nearest"))
    chance.shuffle(chosen)
    if not chosen:
        return 0
    with db.transaction("sampling.draw") as session:
        return sum(
            db.put(session, Sampled, {"exchange_id": each, "day": day, "drawn": drawn}) is not None
            for each, drawn in chosen
        )


@dataclass(frozen=True)
class _Near:
    """The nearest miss of a text: how alike, and which words."""

    score: float
    words: tuple[str, str]


def _routine(session: Session, day: date, zone: ZoneInfo) -> dict[int, _Near]:
    """The day's texts that no person had to see, by the id of their exchange."""
    starts, ends = (_begins(each, zone) for each in (day, day + timedelta(days=1)))
    query = select(Exchange.id, Exchange.reading).where(
        Exchange.lane == "routine", Exchange.received_at >= starts, Exchange.received_at < ends
    )
    return {row.id: _nearest(row.reading) for row in session.execute(query) if not isinstance(row.reading, Gap)}


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def _nearest(reading: str | None) -> _Near:
    near = json.loads(reading or "{}").get("nearest")
    if near is None:
        return _Near(0.0, ("", ""))
    return _Near(float(near["score"]), (str(near["text"]).casefold(), str(near["term"])))


def _seen_before(session: Session) -> set[tuple[str, str]]:
    """What nurses were shown as nearest not long ago: "yes" is like "yeso" every day, and need be looked at once."""
    shown = (
        select(Exchange.reading)
        .join(Sampled, Sampled.exchange_id == Exchange.id)
        .where(Sampled.drawn == "nearest", Sampled.day > (clock.now() - COUNTED).date())
    )
    return {_nearest(reading).words for reading in session.scalars(shown) if not isinstance(reading, Gap)}


def next_one(session: Session) -> Sampled | None:
    """What is to be judged next; the oldest day first."""
    unjudged = select(Sampled).where(Sampled.verdict.is_(None))
    return session.scalars(unjudged.order_by(Sampled.day, Sampled.id).limit(1)).one_or_none()


def judge(session: Session, sampled_id: int, staff_id: int, verdict: str) -> None:
    """“Right”, or “should have come to us”, which brings it to the nurses now. Of two nurses one judges (P8). Raises
    Refused."""
    exchange_id = session.scalar(select(Sampled.exchange_id).where(Sampled.id == sampled_id))
    if exchange_id is None:
        raise Refused("There is no such text in the sample.")
    if verdict == "missed":  # first of all it locks the number
        missed.should_have_come(session, exchange_id, "sample", staff_id)
    won = db.changed(
        session,
        update(Sampled)
        .where(Sampled.id == sampled_id, Sampled.verdict.is_(None))
        .values(verdict=verdict, judged_by=staff_id, judged_at=clock.now()),
    )
    if not won:
        raise Refused("Somebody has judged this text already. Here is the next one.")
    timeline.append(
        session, timeline.of_staff(staff_id), "sample_judged", timeline.by_staff(staff_id),
        exchange=exchange_id, verdict=verdict,
    )  # fmt: skip


def figures(session: Session) -> Figures:
    """How the reader does on this practice's own texts, as its nurses judge."""
    since = clock.now() - COUNTED
    query = (
        select(Sampled.drawn, func.count(), func.count().filter(Sampled.verdict == "missed"))
        .where(Sampled.judged_at > since)
        .group_by(Sampled.drawn)
    )
    found = {drawn: Share(hits, of) for drawn, of, hits in session.execute(query)}
    nothing = Share(0, 0)
    return Figures(found.get("random", nothing), found.get("nearest", nothing), _alarms(session, since))


def _alarms(session: Session, since: datetime) -> Share:
    """Items of words that no person brought to the nurses."""
    handed = DeskItem.reason == "called_administrative"
    came = and_(DeskItem.list == "nurses", DeskItem.reason != "called_clinical")
    query = select(func.count(), func.count().filter(handed)).where(
        DeskItem.kind == "words", DeskItem.opened_at > since, or_(came, handed)
    )
    of, hits = session.execute(query).one()
    return Share(hits, of)


def waiting(session: Session) -> int:
    """How many texts wait to be judged."""
    return session.scalar(select(func.count()).select_from(Sampled).where(Sampled.verdict.is_(None))) or 0
