"""The days and times that an answer names, as one value that the app can hold against an appointment."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from escalation_desk.matching import Match
from escalation_desk.spelling import Spelled
from escalation_desk.times import Clock, times_in
from escalation_desk.values import date_in

_PARTS = frozenset({"morning", "afternoon", "evening"})


class Moments(NamedTuple):
    """`value`: days, dates, part of day and times joined by spaces ("tuesday 15:00"); `places`: the words that say it;
    `unsaid`: something named has no value ("next week", "after 3"); `days`: how many different ones are named."""

    value: str | None
    places: frozenset[int]
    unsaid: bool
    days: int


def moments(words: Sequence[Spelled], found: Sequence[Match], greeted: Collection[int]) -> Moments:
    """Everything named; `greeted` are the places of greetings, whose "morning" is no time."""
    clocks, dated = list(times_in(words)), date_in(words)
    taken = {place for clock in clocks for place in clock.places} | (dated[1] if dated else set())
    spans = _whole_spans([m for m in found if m.entry.kind == "when"], taken, greeted)
    named = [span.entry.value for span in spans if span.entry.value]
    days = [value for value in named if value not in _PARTS] + ([dated[0]] if dated else [])
    parts = list(dict.fromkeys(value for value in named if value in _PARTS))
    told = [clock for clock in clocks if not clock.ranged]
    values = [*days, *_with_parts(told, parts)]
    places = frozenset(taken) | {place for span in spans for place in span.used}
    unsaid = len(told) < len(clocks) or len(named) < len(spans)
    return Moments(" ".join(dict.fromkeys(values)) or None, places, unsaid, len(set(days)))


def _whole_spans(spans: Sequence[Match], taken: Collection[int], greeted: Collection[int]) -> list[Match]:
    """In order, without those inside a longer one ("mañana" in "pasado mañana"), a time of day, or a greeting."""
    covered = set(taken)
    kept = []
    for span in sorted(spans, key=lambda m: -len(m.used)):
        greeting = span.entry.value in _PARTS and set(span.used) <= set(greeted)
        if covered.isdisjoint(span.used) and not greeting:
            covered.update(span.used)
            kept.append(span)
    return sorted(kept, key=lambda m: m.first)


def _with_parts(clocks: Sequence[Clock], parts: Sequence[str]) -> list[str]:
    """One part of the day decides which half the times beside it belong to, and then says nothing more."""
    if len(parts) == 1 and clocks:
        return [clock.within(parts[0]) for clock in clocks]
    return [*parts, *(clock.value for clock in clocks)]
