"""Reads a text together with those that came just before it: what no one of them says alone (H07)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from escalation_desk.folding import is_tapback
from escalation_desk.reading import CLINICAL_KINDS, Mention, Reading

MOST_TURNED = 1600
"""Characters read in the other order too ("hurts" before "my chest"): parts of one matter come close together."""

_GRAVE = frozenset({"emergency", "crisis"})
_BETWEEN = " "  # words torn apart by the carrier belong to one sentence


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text that came before, by the id of its exchange."""

    exchange: int
    body: str


@dataclass(frozen=True, slots=True)
class Part:
    """An earlier text that was needed to understand the last one, and where in it the joined words stand."""

    exchange: int
    text: str
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The reading of the last text, with what it says only together with `parts` (none: it stands for itself).

    A joined mention is placed on the part of it that stands in each text; its `text` is all of it.
    """

    reading: Reading
    parts: tuple[Part, ...] = ()


def joined(alone: Reading, last: str, earlier: Sequence[Earlier], read: Callable[[str], Reading]) -> Joined:
    """`alone`, and what `last` says only together with `earlier` (oldest first), in either order. Emergency and crisis
    words that the earlier ones hold already are not told again."""
    before = [text for text in earlier if not is_tapback(text.body)]
    if not before or is_tapback(last):
        return Joined(alone)
    found = _only_together([*before, None], last, alone, read)
    if sum(len(text.body) for text in before) + len(last) <= MOST_TURNED:
        keys = set(map(_key, found))
        turned = _only_together([None, *before], last, alone, read)
        found += [each for each in turned if _key(each) not in keys]
    if not found:
        return Joined(alone)
    own = tuple(placed for _, on in found for text, placed in on if text is None)
    reading = replace(alone, lane="clinical", mentions=(*alone.mentions, *own), nearest=None)
    return Joined(reading, tuple(_parts(found, before)))


_Placed = list[tuple[Earlier | None, Mention]]
_Found = tuple[Mention, _Placed]
"""A mention in the joined text, and the stretch of it in each text that it reaches into; None is the last text."""


def _only_together(
    texts: Sequence[Earlier | None], last: str, alone: Reading, read: Callable[[str], Reading]
) -> list[_Found]:
    """The clinical mentions in the last text that it does not have when it is read alone."""
    bodies = [last if text is None else text.body for text in texts]
    starts = [sum(len(body) + len(_BETWEEN) for body in bodies[:at]) for at in range(len(bodies))]
    known = {(mention.kind, mention.start, mention.end) for mention in alone.mentions}
    found, told = [], set()
    for mention in read(_BETWEEN.join(bodies)).mentions:
        on = [
            (text, _placed(mention, start, len(body)))
            for text, body, start in zip(texts, bodies, starts, strict=True)
            if mention.start < start + len(body) and start < mention.end
        ]
        own = next((placed for text, placed in on if text is None), None)
        if own is None:
            told.add(mention.kind)
        elif mention.kind in CLINICAL_KINDS and (len(on) > 1 or (own.kind, own.start, own.end) not in known):
            found.append((mention, on))
    return [(mention, on) for mention, on in found if mention.kind not in _GRAVE or mention.kind not in told]


def _placed(mention: Mention, start: int, length: int) -> Mention:
    return replace(mention, start=max(0, mention.start - start), end=min(length, mention.end - start))


def _key(found: _Found) -> tuple[str, tuple[tuple[int | None, int, int], ...]]:
    mention, on = found
    places = sorted((text.exchange if text else -1, placed.start, placed.end) for text, placed in on)
    return mention.kind, tuple(places)


def _parts(found: Sequence[_Found], before: Sequence[Earlier]) -> list[Part]:
    """The earlier texts that the mentions reach into; the newest if they only need it to be understood."""
    reached = [
        Part(text.exchange, text.body, tuple(placed for _, on in found for other, placed in on if other is text))
        for text in before
    ]
    return [part for part in reached if part.mentions] or reached[-1:]
