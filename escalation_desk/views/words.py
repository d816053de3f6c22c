"""A patient's words as the desk shows them: what matched stands out, and why."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.models.conversations import NO_WORDS, Exchange
from app.sealing import Gap

KINDS = {
    "symptom": "symptom",
    "medication": "medication",
    "result": "result",
    "care": "care question",
    "emergency": "emergency words",
    "crisis": "crisis words",
    "help": "call for help",
    "unreadable": "unreadable",
    "unnamed": "may be about how somebody is",
}
PLAIN_TERM = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")
"""A term that is words only; others are patterns in the lexicon's own writing, which nobody need read here."""

GRAVE = frozenset({"crisis", "emergency"})
NOTHING: Mapping[int, Sequence[Mapping[str, Any]]] = {}
LONGEST_BEGINNING, LEADS_IN = 70, 30
"""A row has three lines, on a telephone a hundred letters."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the message; `kind` says what matched there."""

    text: str
    kind: str | None = None

    @property
    def grave(self) -> bool:
        return self.kind in GRAVE

    @property
    def label(self) -> str:
        return KINDS.get(self.kind or "", "")


THEN = Piece(" · then · ")
"""Between texts that were read together."""


@dataclass(frozen=True, slots=True)
class Message:
    """One text of the patient, ready to be shown."""

    exchange_id: int
    received_at: datetime
    before: tuple[tuple[Piece, ...], ...]  # the earlier texts that it was read together with
    pieces: tuple[Piece, ...]
    why: tuple[str, ...]
    pictures: int
    clinical: bool
    lost: bool  # the words cannot be unsealed
    fetched_at: datetime | None = None  # late, from the carrier's list
    spoken: bool = False  # on a call, as the carrier heard it
    pressed: bool = False  # on a call, by key

    @property
    def grave(self) -> bool:
        return bool(self.kinds & GRAVE)

    @property
    def kinds(self) -> frozenset[str]:
        """What matched in the words, and in those they were read together with."""
        return frozenset(piece.kind for part in (*self.before, self.pieces) for piece in part if piece.kind)

    @property
    def empty(self) -> bool:
        return not any(piece.text.strip() for piece in self.pieces)


def excerpt(message: Message) -> Message:
    """The words as a row has room for them: what tells must stand in its few lines, so that a long beginning without
    any of it is left out."""
    whole = [piece for part in message.before for piece in (*part, THEN)] + list(message.pieces)
    tells = GRAVE if message.grave else message.kinds
    at = next((number for number, piece in enumerate(whole) if piece.kind in tells), 0)
    leads_in = "".join(piece.text for piece in whole[:at])
    if len(leads_in) <= LONGEST_BEGINNING:
        return message
    near = leads_in[-LEADS_IN:].partition(" ")[2]
    return replace(message, before=(), pieces=(Piece(f"… {near}"), *whole[at:]))


def messages(exchanges: Sequence[Exchange]) -> list[Message]:
    """Texts that stand on one page: each is shown once, with what matched in it together with a later one."""
    marked: dict[int, list[Mapping[str, Any]]] = {exchange.id: [] for exchange in exchanges}
    for exchange in exchanges:
        for part in _reading(exchange).get("joined", ()):
            marked.get(part["exchange"], []).extend(part["mentions"])
    return [message(exchange, marked) for exchange in exchanges]


def message(exchange: Exchange, marked: Mapping[int, Sequence[Mapping[str, Any]]] = NOTHING) -> Message:
    """What stands in the exchange, with its reading if it has one. `marked`: what else matched in each text that is
    shown beside it, by its exchange."""
    lost, reading = isinstance(exchange.body, Gap), _reading(exchange)
    mentions = () if lost else (*reading.get("mentions", ()), *marked.get(exchange.id, ()))
    earlier = [part for part in reading.get("joined", ()) if part["exchange"] not in marked]
    return Message(
        exchange_id=exchange.id,
        received_at=exchange.received_at,
        before=tuple(tuple(pieces(part["text"], part["mentions"])) for part in earlier),
        pieces=tuple(pieces(exchange.body, mentions)),
        why=tuple(reasons(reading)),
        pictures=exchange.media_count,
        clinical=exchange.lane == "clinical",
        lost=lost,
        fetched_at=exchange.fetched_at,
        spoken=exchange.channel == "voice",
        pressed=exchange.lane == NO_WORDS,
    )


def _reading(exchange: Exchange) -> Mapping[str, Any]:
    kept = exchange.reading
    read: Mapping[str, Any] = json.loads(kept) if kept and not isinstance(kept, Gap) else {}
    return read


def pieces(body: str, mentions: Sequence[Mapping[str, Any]]) -> Iterator[Piece]:
    """Cut `body` at its mentions; where two overlap, the first goes on to the end of the second."""
    at = 0
    for start, end, kind in _merged(mentions, len(body)):
        if start > at:
            yield Piece(body[at:start])
        yield Piece(body[start:end], kind)
        at = end
    if at < len(body):
        yield Piece(body[at:])


def _merged(mentions: Sequence[Mapping[str, Any]], length: int) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for mention in sorted(mentions, key=lambda one: (one["start"], -one["end"])):
        start, end, kind = max(0, mention["start"]), min(length, mention["end"]), mention["kind"]
        if merged and start < merged[-1][1]:
            first = merged[-1]
            graver = kind if kind in GRAVE else first[2]
            merged[-1] = (first[0], max(first[1], end), graver)
        elif end > start:
            merged.append((start, end, kind))
    return merged


def reasons(reading: Mapping[str, Any]) -> Iterator[str]:
    """`“chest hurts”: symptom, as a phrase`: each only once."""
    told = set()
    if reading.get("joined"):
        yield "Read together with what came just before it"
    for mention in reading.get("mentions", ()):
        sentence = _because(mention, reading.get("joined", ()))
        if sentence not in told:
            told.add(sentence)
            yield sentence
    if reading.get("lane") == "unsure" and not told:
        yield "Not every word could be understood as about appointments, so a person reads it"


def _because(mention: Mapping[str, Any], joined: Sequence[Mapping[str, Any]]) -> str:
    said, term = str(mention["text"]).strip(), str(mention["term"])
    if mention["kind"] == "unreadable" or not said:
        return "Something in it cannot be read as words"
    matched = f", matched “{term}”" if PLAIN_TERM.fullmatch(term) and term.casefold() != said.casefold() else ""
    return f"“{_as_it_came(mention, joined)}”: {KINDS.get(mention['kind'], 'clinical words')}{matched}, {_how(mention)}"


def _as_it_came(mention: Mapping[str, Any], joined: Sequence[Mapping[str, Any]]) -> str:
    """The words that matched; of several texts in the order in which they came, whatever order was read."""
    same = [
        part["text"][each["start"] : each["end"]]
        for part in joined
        for each in part["mentions"]
        if (each["text"], each["term"]) == (mention["text"], mention["term"])
    ]
    words, earlier = str(mention["text"]).strip(), " ".join(same)
    if not same:
        return words
    own = words.removeprefix(earlier) if words.startswith(earlier) else words.removesuffix(earlier)
    return "” then “".join([*same, own.strip()])


def _how(mention: Mapping[str, Any]) -> str:
    if mention["how"] == "fuzzy":
        return f"nearly spelled so ({round(mention['score'])} of 100)"
    return {"phrase": "as a phrase", "pattern": "by its pattern"}.get(mention["how"], "exact")
