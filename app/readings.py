"""Reading an inbound text: alone, then joined with what came just before; a failure to read is clinical (P1)."""

import gc
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app import db
from app.db import DATABASE_AWAY
from app.log import error_name, log
from app.models.conversations import Exchange
from app.models.practice import Provider
from escalation_desk import classifier
from escalation_desk.classifier import Mention, Reading

JOINED_WITHIN = timedelta(minutes=10)
LONGEST_READ = 6400  # four times what a carrier can bring; more is for people's eyes only
MOST_JOINED = 100
FAILED = "failed"

_exchanges = db.table_of(Exchange).c
_PROVIDERS = select(db.table_of(Provider).c.name)
_EARLIER = (
    select(_exchanges.body)
    .where(
        _exchanges.contact_point_id == bindparam("number"),
        _exchanges.id < bindparam("this"),
        _exchanges.received_at > bindparam("since"),
        _exchanges.lane != "clinical",
    )
    .order_by(_exchanges.id.desc())
    .limit(bindparam("most"))
)


def of_text(
    session: Session, exchange_id: int, contact_point_id: int, body: str, received_at: datetime, *,
    language: str | None, offered: Sequence[str],
) -> Reading:  # fmt: skip
    """The reading of one exchange. Words split over several texts ("my chest" / "hurts") are read together as long
    as no nurse has the earlier ones (H07); `offered` are the words of the question that waits."""
    if len(body) > LONGEST_READ:
        return failed(body)
    try:
        alone = _read(session, body, language, offered)
        if alone.lane == "clinical":
            return alone
        asked = {"number": contact_point_id, "this": exchange_id, "since": received_at - JOINED_WITHIN}
        earlier = newest_that_fit(
            db.run(session, _EARLIER, {**asked, "most": MOST_JOINED}).scalars(), LONGEST_READ - len(body)
        )
        if not earlier:
            return alone
        before = "\n".join(earlier) + "\n"
        joined = _read(session, before + body, language, ())
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (any failure of the classifier counts as clinical, P1)
        log.error("classifier_failed", error=error_name(error), exchange=exchange_id)
        return failed(body)
    return _placed_on(joined, alone, len(before)) if joined.lane == "clinical" else alone


def _read(session: Session, body: str, language: str | None, offered: Sequence[str]) -> Reading:
    """With the names of the practice's people only where they can matter: they do no more than account for words."""
    reading = classifier.read(body, language, expected=offered)
    if reading.lane == "routine":
        return reading
    names = [word for name in db.run(session, _PROVIDERS).scalars() for word in name.split()]
    return classifier.read(body, language, expected=offered, names=names)


@cache
def get_ready() -> None:
    """Load the word lists, which takes a second, before the first text waits for it with its number locked. They stay
    for good, so the garbage collector need not walk them: that cost single texts tens of milliseconds. A failure
    keeps no door shut: every text then counts as clinical."""
    try:
        classifier.warm()
        gc.freeze()
    except Exception as error:  # noqa: BLE001  (told here once; of_text meets it again with every text)
        log.error("classifier_failed", error=error_name(error))


def failed(body: str) -> Reading:
    """What stands for a reading when there is none: clinical, all of it unread."""
    unread = Mention(0, len(body), body, "", "unreadable", "failure", 0.0)
    return Reading("clinical", (unread,), "none", None, None, FAILED)


def _placed_on(joined: Reading, alone: Reading, offset: int) -> Reading:
    """The joined mentions, as far as they reach into the last text; its intent stays its own."""
    mentions = tuple(
        replace(mention, start=max(0, mention.start - offset), end=max(0, mention.end - offset))
        for mention in joined.mentions
    )
    return replace(joined, mentions=mentions, intent=alone.intent, value=alone.value)


def newest_that_fit(newest_first: Iterable[str], room: int) -> list[str]:
    """The newest texts that fit into `room` characters with a line end each, the oldest of them first: the time a
    number's lock is held stays bounded, however much one number writes."""
    bodies = list(newest_first)
    lengths = accumulate(len(body) + 1 for body in bodies)
    return [body for body, length in zip(bodies, lengths, strict=True) if length <= room][::-1]
