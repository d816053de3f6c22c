"""Reading all stored texts again under proposed word lists: what they would newly catch, and what they would lose."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.inbound import readings
from app.models.conversations import NO_WORDS, Exchange
from app.sealing import Gap, gaps_shown
from escalation_desk import classifier
from escalation_desk.joining import Earlier, joined
from escalation_desk.lexicon import Lexicon

AT_ONCE = 500
CLINICAL = "clinical"


@dataclass
class Replay:
    """Ids of exchanges, by what became of them: `caught` and `lost` for the nurses, `moved` between a person and the
    dialogs. `drifted`: clinical when they came and by neither lists now, so that it is the reader that has changed.
    `unreadable`: nobody can unseal them."""

    read: int = 0
    caught: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    drifted: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


class _Text(NamedTuple):
    exchange: int
    body: str
    received_at: datetime
    lane: str | None


def replay(session: Session, proposed: Lexicon, before: Lexicon) -> Replay:
    """Every inbound text with what came just before it, under both lists. The words are unsealed in memory and stay
    there (P11); words offered by a question are left out, since they make nothing clinical or less so."""
    result = Replay()
    new, old = _reader(proposed, readings.names(session)), _reader(before, readings.names(session))
    numbers = session.scalars(select(Exchange.contact_point_id).distinct().order_by(Exchange.contact_point_id)).all()
    for number in numbers:
        texts: list[_Text] = []
        for text in _texts(session, number, result):
            earlier = _just_before(texts, text)
            _note(result, text, new(text.body, earlier), old(text.body, earlier))
            texts.append(text)
    return result


def _texts(session: Session, number: int, result: Replay) -> Iterator[_Text]:
    """Those of one number in their order, some hundreds unsealed at a time; what cannot be is told in `result`."""
    last = 0
    while True:
        with gaps_shown():
            rows = session.execute(
                select(Exchange.id, Exchange.body, Exchange.received_at, Exchange.lane)
                .where(Exchange.contact_point_id == number, Exchange.id > last)
                .where(Exchange.lane.is_distinct_from(NO_WORDS))
                .order_by(Exchange.id)
                .limit(AT_ONCE)
            ).all()
        for row in rows:
            if isinstance(row.body, Gap):
                result.unreadable.append(row.id)
            else:
                yield _Text(*row)
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def _just_before(texts: Sequence[_Text], text: _Text) -> list[Earlier]:
    """As app.inbound.readings joins them: the last minutes' texts, as many as fit."""
    since = text.received_at - readings.JOINED_WITHIN
    near = [Earlier(each.exchange, each.body) for each in texts[-readings.MOST_JOINED :] if each.received_at > since]
    return readings.newest_that_fit(near[::-1], readings.LONGEST_READ - len(text.body))


def _reader(lists: Lexicon, names: Sequence[str]) -> Callable[[str, Sequence[Earlier]], str]:
    """The lane of a text among its earlier ones; many write the same few words."""
    alone: dict[str, classifier.Reading] = {}

    def read(body: str) -> classifier.Reading:
        return classifier.read(body, None, names=names, lexicon=lists)

    def lane(body: str, earlier: Sequence[Earlier]) -> str:
        if len(body) > readings.LONGEST_READ:
            return CLINICAL
        if body not in alone:
            alone[body] = read(body)
        first = alone[body]
        return first.lane if first.lane == CLINICAL else joined(first, body, earlier, read).reading.lane

    return lane


def _note(result: Replay, text: _Text, new: str, old: str) -> None:
    result.read += 1
    if new != old:
        kind = result.caught if new == CLINICAL else result.lost if old == CLINICAL else result.moved
        kind.append(text.exchange)
    elif text.lane == CLINICAL and new != CLINICAL:
        result.drifted.append(text.exchange)
