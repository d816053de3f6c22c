"""Counts how well labelled messages were read, with the uncertainty of each share."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from escalation_desk.reading import Reading

COLUMNS = ("id", "lang", "channel", "label", "subtype", "text", "source")
OPT_OUT, EVERYDAY = "opt_out", "everyday"
_GRAVE = frozenset({"emergency", "crisis"})
_Z = 1.959964  # of a 95 % interval


class BadTable(Exception):
    """A file that is no table of labelled messages; says what it lacks, and where."""


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled message. `label` is clinical, admin, or anything else, which then counts only as no opt-out;
    `subtype` opt_out is a wish to hear no more, everyday an answer to our own prompts."""

    id: str
    lang: str
    channel: str
    label: str
    subtype: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A row, how it was read, and the microseconds that took."""

    row: Row
    reading: Reading
    microseconds: float

    @property
    def missed(self) -> bool:
        """What must never happen: health in the text, and a machine may answer."""
        return self.row.label == "clinical" and self.reading.lane == "routine"


def rows(lines: Iterable[str]) -> list[Row]:
    """The rows of a tab-separated table with a heading of COLUMNS. Raises BadTable."""
    table = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    heading = next(table, [])
    if missing := [column for column in COLUMNS if column not in heading]:
        raise BadTable(f"Line 1 must name the columns {', '.join(COLUMNS)}, with tabs; it lacks {', '.join(missing)}.")
    places = [heading.index(column) for column in COLUMNS]
    found = [_row(number, cells, heading, places) for number, cells in enumerate(table, start=2) if cells]
    if not found:
        raise BadTable("There is a heading but not one message under it.")
    return found


def _row(number: int, cells: Sequence[str], heading: Sequence[str], places: Sequence[int]) -> Row:
    if len(cells) != len(heading):
        raise BadTable(f"Line {number} has {len(cells)} cells, the heading {len(heading)}.")
    return Row(*(cells[place] for place in places))


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`; `low` and `high` bound the true share with 95 % confidence (Wilson). Of nothing: 0 to 1."""

    hits: int
    of: int

    @property
    def low(self) -> float:
        return self._wilson(-1)

    @property
    def high(self) -> float:
        return self._wilson(1)

    def _wilson(self, side: int) -> float:
        if not self.of:
            return float(side > 0)
        share = self.hits / self.of
        spread = sqrt(share * (1 - share) / self.of + (_Z / (2 * self.of)) ** 2)
        bound = (share + _Z**2 / (2 * self.of) + side * _Z * spread) / (1 + _Z**2 / self.of)
        return min(1.0, max(0.0, bound))


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: of the verdicts that `counts`, how many `holds`."""

    name: str
    counts: Callable[[Verdict], bool]
    holds: Callable[[Verdict], bool]

    def share(self, verdicts: Iterable[Verdict]) -> Share:
        held = [self.holds(verdict) for verdict in verdicts if self.counts(verdict)]
        return Share(sum(held), len(held))


def _clinical(verdict: Verdict) -> bool:
    return verdict.row.label == "clinical"


def _admin(verdict: Verdict) -> bool:
    return verdict.row.label == "admin"


def _everyday(verdict: Verdict) -> bool:
    return verdict.row.subtype == EVERYDAY


def _opt_out(verdict: Verdict) -> bool:
    return verdict.row.subtype == OPT_OUT


def _heard_as_opt_out(verdict: Verdict) -> bool:
    return verdict.reading.intent == OPT_OUT


MEASURES = (
    Measure("clinical text that reaches the nurses", _clinical, lambda v: v.reading.lane == "clinical"),
    Measure("clinical text that reaches a person", _clinical, lambda v: v.reading.lane != "routine"),
    Measure("clinical text answered as routine (missed)", _clinical, lambda v: v.missed),
    Measure("emergency and crisis lines to the nurses",
            lambda v: _clinical(v) and v.row.subtype in _GRAVE, lambda v: v.reading.lane == "clinical"),
    Measure("administrative text to the nurses", _admin, lambda v: v.reading.lane == "clinical"),
    Measure("administrative text that is routine", _admin, lambda v: v.reading.lane == "routine"),
    Measure("everyday answers that are routine", _everyday, lambda v: v.reading.lane == "routine"),
    Measure("wishes to opt out that are heard", _opt_out, _heard_as_opt_out),
    Measure("other text taken for an opt-out", lambda v: not _opt_out(v), _heard_as_opt_out),
)  # fmt: skip

GROUPS: dict[str, Callable[[Row], str]] = {
    "language": lambda row: row.lang,
    "channel": lambda row: row.channel,
    "subtype": lambda row: f"{row.label}, {row.subtype}",
    "source": lambda row: row.source,
}


def grouped(verdicts: Sequence[Verdict], by: str) -> Iterator[tuple[str, list[Verdict]]]:
    """The verdicts of each value of GROUPS[by], in the order of the values."""
    key = GROUPS[by]
    for value in sorted({key(verdict.row) for verdict in verdicts}):
        yield value, [verdict for verdict in verdicts if key(verdict.row) == value]


def worst(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """What went wrong, the gravest first: missed, then opted out or not against the writer's wish, then health that
    only the front desk saw, then administrative text before a nurse, then everyday answers nobody understood."""
    graded = [(grade, verdict) for verdict in verdicts if (grade := _grade(verdict)) is not None]
    return [verdict for _, verdict in sorted(graded, key=lambda pair: pair[0])]


def _grade(verdict: Verdict) -> int | None:
    lane = verdict.reading.lane
    wrongs = (
        verdict.missed,
        _opt_out(verdict) != _heard_as_opt_out(verdict),
        _clinical(verdict) and lane != "clinical",
        _admin(verdict) and lane == "clinical",
        _everyday(verdict) and lane != "routine",
    )
    return next((grade for grade, wrong in enumerate(wrongs) if wrong), None)
