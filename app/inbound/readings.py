"""Reading an inbound text: alone, then joined with what came just before; a failure to read is clinical (P1)."""

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from itertools import accumulate

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.orm import Session

from app import db
from app.db import DATABASE_AWAY
from app.library import word_lists
from app.log import error_name, log
from app.models.conversations import Exchange
from app.models.patients import Patient
from app.models.practice import Provider
from dialogs.engine.vocabulary import WRONG_NUMBER
from escalation_desk import classifier
from escalation_desk.classifier import Mention, Reading
from escalation_desk.explaining import explained
from escalation_desk.joining import Earlier, Joined, joined

JOINED_WITHIN = timedelta(minutes=10)
LONGEST_READ = 6400  # four times what a carrier can bring; more is for people's eyes only
MOST_JOINED = 100
FAILED = "failed"

_exchanges = db.table_of(Exchange).c
_PROVIDERS = select(db.table_of(Provider).c.name)
JUST_BEFORE = select(
    literal_column("'earlier'").label("what"), _exchanges.id, literal_column("NULL").label("word")
).where(
    _exchanges.contact_point_id == bindparam("number"),
    _exchanges.id < bindparam("this"),
    _exchanges.received_at > bindparam("heard_since"),
)
"""The texts that one is read together with; a part of what app.inbound.scene asks in one look."""
_EARLIER = (
    select(_exchanges.id, _exchanges.body)
    .where(_exchanges.id.in_(bindparam("ids", expanding=True)))
    .order_by(_exchanges.id.desc())
)


def of_text(
    session: Session, exchange_id: int, body: str, *, just_before: Sequence[int], language: str | None,
    offered: Sequence[str], behind: Sequence[int] = (),
) -> Joined:  # fmt: skip
    """The reading of one exchange, alone and together with what came just before it (H07): words split over several
    texts ("my chest" / "hurts") are answered as what they say together, whoever has the first of them by now.
    `just_before` are the ids that JUST_BEFORE found, `offered` the words of the question that waits."""
    if len(body) > LONGEST_READ:
        return Joined(failed(body))
    try:
        alone = _disowning(session, body, language, behind, _read(session, body, language, offered))
        if not just_before:
            return Joined(alone)
        rows = db.run(session, _EARLIER, {"ids": sorted(just_before)[-MOST_JOINED:]})
        earlier = newest_that_fit([Earlier(row.id, row.body) for row in rows], LONGEST_READ - len(body))
        return joined(alone, body, earlier, lambda text: _mentioning(session, text, language))
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001  (any failure of the classifier counts as clinical, P1)
        log.error("classifier_failed", error=error_name(error), exchange=exchange_id)
        return Joined(failed(body))


def _read(session: Session, body: str, language: str | None, offered: Sequence[str]) -> Reading:
    """With the names of the practice's people only where they can matter: they do no more than account for words."""
    lists = word_lists.in_force(session)
    reading = classifier.read(body, language, expected=offered, lexicon=lists)
    if reading.lane == "routine":
        return reading
    return classifier.read(body, language, expected=offered, names=names(session), lexicon=lists)


def _disowning(
    session: Session, body: str, language: str | None, behind: Sequence[int], reading: Reading
) -> Reading:  # fmt: skip
    """“No soy Ana, se equivocó”: her own name accounts for itself where somebody says that she is not there, and
    nowhere else (H26)."""
    if (reading.lane, reading.intent) != ("unsure", WRONG_NUMBER) or not behind:
        return reading
    rows = session.scalars(select(Patient).where(Patient.id.in_(behind)))
    theirs = [word for patient in rows for word in str(patient.name).split()]
    named = classifier.read(body, language, names=theirs, lexicon=word_lists.in_force(session))
    return named if (named.lane, named.intent) == ("routine", WRONG_NUMBER) else reading


def names(session: Session) -> list[str]:
    """The words of the providers' names."""
    return [word for name in db.run(session, _PROVIDERS).scalars() for word in name.split()]


def _mentioning(session: Session, body: str, language: str | None) -> Reading:
    """Where only the mentions count, the names matter only when there are any."""
    reading = classifier.read(body, language, lexicon=word_lists.in_force(session))
    return _read(session, body, language, ()) if reading.lane == "clinical" else reading


@cache
def get_ready() -> None:
    """Load the word lists, which takes a second, before the first text waits for it with its number locked. A failure
    keeps no door shut: every text then counts as clinical."""
    try:
        classifier.warm()
    except Exception as error:  # noqa: BLE001  (told here once; of_text meets it again with every text)
        log.error("classifier_failed", error=error_name(error))


def kept(session: Session, read: Joined, body: str) -> str:
    """What is stored with the exchange: the reading, why it came out so, and the nearest miss, as JSON."""
    lists = None if read.reading.lexicon == FAILED else word_lists.in_force(session)
    return json.dumps(explained(read, body, lists), ensure_ascii=False)


def failed(body: str) -> Reading:
    """What stands for a reading when there is none: clinical, all of it unread."""
    unread = Mention(0, len(body), body, "", "unreadable", "failure", 0.0)
    return Reading("clinical", (unread,), "none", None, None, FAILED)


def newest_that_fit(newest_first: Sequence[Earlier], room: int) -> list[Earlier]:
    """The newest texts that fit into `room` characters with one more each, the oldest of them first: the time a
    number's lock is held stays bounded, however much one number writes."""
    lengths = accumulate(len(text.body) + 1 for text in newest_first)
    return [text for text, length in zip(newest_first, lengths, strict=True) if length <= room][::-1]
