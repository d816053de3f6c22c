"""The figures of the monthly review, each with what it means in the words that are printed beside it."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from app.reports.counted import Row
from app.reports.spent import Spent

DEFINITIONS = Path(__file__).with_name("definitions.toml")
Unit = Literal["share", "minutes", "number", "money"]
COMPLETED = frozenset({"booked", "done", "well"})
NO_NEED = frozenset({"not_needed", "elsewhere", "deceased", "mistake"})
AHEAD = "ahead"
MILLE = 1000


@dataclass(frozen=True)
class Prices:
    """What the practice has set; None: nobody has said, and nothing is guessed."""

    visit: Decimal | None
    segment: Decimal | None
    minute: Decimal | None


@dataclass(frozen=True)
class Facts:
    """A month: its rows by source, what was spent, and the prices to reckon with."""

    rows: dict[str, Sequence[Row]]
    spent: Spent
    prices: Prices

    def many(self, source: str, *stands: str) -> int:
        """How many rows stand so."""
        return sum(row.many for row in self.rows[source] if row.stands in stands)

    @property
    def completed(self) -> int:
        return self.many("follow_ups", *COMPLETED)

    @property
    def money(self) -> Decimal | None:
        """What texts and calls cost, if both prices are set."""
        if self.prices.segment is None or self.prices.minute is None:
            return None
        return self.spent.segments * self.prices.segment + self.spent.minutes * self.prices.minute


@dataclass(frozen=True)
class Value:
    """A figure of a month. number None: there is none, since nothing was to be counted; `part` of `whole` says of what
    it was made."""

    number: float | None
    part: float | None = None
    whole: int | None = None
    more: str = ""


Measure = Callable[[Facts], Value]
Counts = Callable[[Row], bool]


@dataclass(frozen=True)
class _Kind:
    """How a figure is made: `source` has the rows behind it, `counts` says which of them count; a sum has no rows.
    Without all the prices that it `needs` it is not told."""

    unit: Unit
    source: str | None
    measure: Measure
    counts: Counts
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """A figure with its words."""

    name: str
    title: str
    means: str
    kind: _Kind


@dataclass(frozen=True)
class Section:
    """Figures that belong together: a page of the printed review."""

    name: str
    title: str
    figures: tuple[Figure, ...]


def _any(_row: Row) -> bool:
    return True


def _out_of(part: int, whole: int, more: str = "") -> Value:
    return Value(100 * part / whole if whole else None, part, whole, more)


def _share(source: str, part: str, *rest: str) -> Measure:
    """Of the rows that stand as `part` or as one of the rest, those that stand as `part`."""

    def measured(facts: Facts) -> Value:
        fell = facts.many(source, part)
        return _out_of(fell, fell + facts.many(source, *rest))

    return measured


def _how_long(share: float, source: str, stands: str, rest: str) -> Measure:
    """By nearest rank: a wait that somebody really had."""

    def measured(facts: Facts) -> Value:
        took = sorted(row.minutes for row in facts.rows[source] if row.stands == stands and row.minutes is not None)
        left = len(facts.rows[source]) - len(took)
        place = max(0, -int(-share * len(took) // 1) - 1)
        more = f"{left} {rest}" if left and rest else ""
        return Value(took[place] if took else None, None, len(took), more)

    return measured


def _per(part: float | Decimal | None, whole: int) -> float | None:
    return float(part) / whole if part is not None and whole else None


def _offers_per_fill(facts: Facts) -> Value:
    accepted, made = facts.many("offers", "accepted"), len(facts.rows["offers"])
    return Value(_per(made, accepted), made, accepted)


def _recovered(facts: Facts) -> Value:
    filled = facts.many("freed", "filled")
    return Value(None if facts.prices.visit is None else float(filled * facts.prices.visit), filled)


def _opt_outs(facts: Facts) -> Value:
    stopped = len(facts.rows["opt_outs"])
    return Value(_per(MILLE * stopped, facts.spent.texts), stopped, facts.spent.texts)


def _texts(facts: Facts) -> Value:
    pages = f"and {facts.spent.pages} to staff" if facts.spent.pages else ""
    return Value(facts.spent.texts, more=pages)


def _segments(facts: Facts) -> Value:
    left = facts.spent.uncounted
    return Value(facts.spent.segments, more=f"{left} older texts were not counted in segments" if left else "")


def _spend(facts: Facts) -> Value:
    return Value(None if facts.money is None else float(facts.money))


def _cost(facts: Facts) -> Value:
    money = facts.money
    return Value(_per(money, facts.completed), None if money is None else float(money), facts.completed)


def _was_due(row: Row) -> bool:
    """Whether it was needed, and by now."""
    return row.stands not in NO_NEED and row.stands != AHEAD


def _completion(facts: Facts) -> Value:
    whole = sum(row.many for row in facts.rows["follow_ups"] if _was_due(row))
    return _out_of(facts.completed, whole)


def _no_shows(facts: Facts) -> Value:
    missed, unsaid = facts.many("visits", "missed"), facts.many("visits", "unsaid")
    more = f"{unsaid} of which nobody has said" if unsaid else ""
    return _out_of(missed, missed + facts.many("visits", "seen"), more)


def _stands(*which: str) -> Counts:
    wanted = frozenset(which)
    return lambda row: row.stands in wanted


_KNOWN = ("seen", "missed", "cancelled_late")
_SINCE_TAKEN, _SINCE_CLOSED = ("desk", "taken", "still wait"), ("callbacks", "taken", "still wait")
_FILLED = ("freed", "filled", "")


def _of(unit: Unit, source: str | None, measure: Measure, counts: Counts = _any, needs: tuple[str, ...] = ()) -> _Kind:
    return _Kind(unit, source, measure, counts, needs)


_KINDS: dict[str, _Kind] = {
    "completion": _of("share", "follow_ups", _completion, _was_due),
    "recall": _of("share", "recalls", _share("recalls", "converted", "not_converted"),
                  _stands("converted", "not_converted")),
    "confirmation": _of("share", "confirmations", _share("confirmations", "confirmed", "unconfirmed")),
    "no_show": _of("share", "visits", _no_shows, _stands("missed", "seen")),
    "late_cancel": _of("share", "visits", _share("visits", "cancelled_late", "seen", "missed"), _stands(*_KNOWN)),
    "desk_median": _of("minutes", "desk", _how_long(0.5, *_SINCE_TAKEN)),
    "desk_p90": _of("minutes", "desk", _how_long(0.9, *_SINCE_TAKEN)),
    "callback_median": _of("minutes", "callbacks", _how_long(0.5, *_SINCE_CLOSED)),
    "callback_p90": _of("minutes", "callbacks", _how_long(0.9, *_SINCE_CLOSED)),
    "freed": _of("number", "freed", lambda facts: Value(len(facts.rows["freed"]))),
    "filled": _of("share", "freed", _share("freed", "filled", "lost", "open")),
    "lost": _of("share", "freed", _share("freed", "lost", "filled", "open")),
    "fill_minutes": _of("minutes", "freed", _how_long(0.5, *_FILLED), _stands("filled")),
    "offers_per_fill": _of("number", "offers", _offers_per_fill),
    "recovered": _of("money", "freed", _recovered, _stands("filled"), ("visit",)),
    "sent": _of("number", None, _texts),
    "segments": _of("number", None, _segments),
    "call_minutes": _of("number", None, lambda facts: Value(facts.spent.minutes)),
    "opt_outs": _of("number", "opt_outs", _opt_outs),
    "spend": _of("money", None, _spend, needs=("segment", "minute")),
    "cost": _of("money", None, _cost, needs=("segment", "minute")),
}  # fmt: skip


@cache
def sections(recall_days: int) -> tuple[Section, ...]:
    """All of them with their words, in the order in which they are shown."""
    written = tomllib.loads(DEFINITIONS.read_text(encoding="utf-8"))
    return tuple(Section(name, part.pop("title"), _figures(part, recall_days)) for name, part in written.items())


def _figures(part: dict[str, dict[str, str]], recall_days: int) -> tuple[Figure, ...]:
    return tuple(
        Figure(name, words["title"].format(days=recall_days), words["means"].format(days=recall_days), _KINDS[name])
        for name, words in part.items()
    )
