"""Misses against false alarms as the likeness a word needs to count is moved, drawn as an SVG."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from escalation_desk.evaluation import Share, Verdict

LIKENESSES = (*range(60, 100), 100)
_WIDTH, _HEIGHT, _EDGE = 760, 460, 70
_At = Callable[["Point"], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Scored:
    """How like a clinical entry the most clinical words of a message are, 0 to 100.

    `guarded` counts what the reader takes for a mention; `plain` any word at all, ordinary ones too."""

    verdict: Verdict
    guarded: float
    plain: float


@dataclass(frozen=True, slots=True)
class Point:
    """What asking for this likeness would do: health that does not reach the nurses, and false alarms."""

    likeness: int
    missed: Share
    alarms: Share


def points(scored: Sequence[Scored], *, guarded: bool) -> list[Point]:
    """One point for each of LIKENESSES; without the guard every word counts, as plain fuzzy matching does it."""
    return [_point(scored, likeness, guarded) for likeness in LIKENESSES]


def _point(scored: Iterable[Scored], likeness: int, guarded: bool) -> Point:
    taken = [(each.verdict.row.label, (each.guarded if guarded else each.plain) >= likeness) for each in scored]
    clinical = [hit for label, hit in taken if label == "clinical"]
    admin = [hit for label, hit in taken if label == "admin"]
    return Point(likeness, Share(clinical.count(False), len(clinical)), Share(sum(admin), len(admin)))


def drawn(lines: Sequence[tuple[str, str, Sequence[Point]]], here: Point, title: str) -> str:
    """The curves (name, colour, points) and where the reader stands, `here`, as a whole SVG file; both axes in %."""
    every = [point for _, _, line in lines for point in line] + [here]
    right = max(_percent(point.alarms) for point in every) or 1.0
    top = max(_percent(point.missed) for point in every) or 1.0

    def at(point: Point) -> tuple[float, float]:
        across = _EDGE + (_WIDTH - 2 * _EDGE) * _percent(point.alarms) / right
        down = _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * _percent(point.missed) / top
        return round(across, 1), round(down, 1)

    x, y = at(here)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"'
            ' font-size="13">'
        ),
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/><text x="{_EDGE}" y="28">{escape(title)}</text>',
        *_axes(right, top),
        *(part for nth, line in enumerate(lines) for part in _line(nth, *line, at)),
        (
            f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="black" stroke-width="2"/>'
            f'<text x="{x + 10}" y="{y - 8}">the reader as it is: {_percent(here.missed):.2f} % missed by the nurses,'
            f" {_percent(here.alarms):.2f} % false alarms</text>"
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _percent(share: Share) -> float:
    return 100 * share.hits / share.of if share.of else 0.0


def _axes(right: float, top: float) -> list[str]:
    floor, end = _HEIGHT - _EDGE, _WIDTH - _EDGE
    return [
        f'<path d="M{_EDGE} {_EDGE} V{floor} H{end}" fill="none" stroke="gray"/>',
        f'<text x="{_EDGE}" y="{floor + 36}">administrative text before a nurse, 0 to {right:.1f} %</text>',
        (
            f'<text x="18" y="{floor}" transform="rotate(-90 18 {floor})">health text not before a nurse,'
            f" 0 to {top:.1f} %</text>"
        ),
    ]


def _line(nth: int, name: str, colour: str, line: Sequence[Point], at: _At) -> list[str]:
    path = " ".join(f"{x},{y}" for x, y in map(at, line))
    marks = [f'<text x="{x + 4}" y="{y - 4}" font-size="10" fill="{colour}">{point.likeness}</text>'
             for point in line if point.likeness % 10 == 0 for x, y in [at(point)]]  # fmt: skip
    label = f'<text x="{_WIDTH - _EDGE}" y="{50 + 18 * nth}" fill="{colour}" text-anchor="end">{escape(name)}</text>'
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', label, *marks]
