"""What a rehearsal's practice looks like in numbers, counted from its rows and from what its patients did."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from app.models.appointments import Appointment
from app.models.conversations import Exchange
from app.models.follow_ups import OPEN, FollowUp
from app.models.patients import ConsentEvent
from app.rehearsal.evidence import Evidence
from app.rehearsal.practice import Rehearsed
from escalation_desk.models import DeskItem


@dataclass(frozen=True)
class Figure:
    """One line: what was counted, `part` of `whole`. whole None: `part` is the number itself."""

    name: str
    part: float
    whole: int | None = None

    def __str__(self) -> str:
        if self.whole is None:
            return f"{self.part:g}"
        share = f"{100 * self.part / self.whole:.0f} %" if self.whole else "–"
        return f"{share} ({self.part:g} of {self.whole})"


Figures = tuple[Figure, ...]


def count(evidence: Evidence, practice: Rehearsed) -> Figures:
    """All of them, in the order in which they are printed."""
    asked = [who for who in practice.crowd.everybody if who.asked]
    visits = [row for row in evidence.rows(Appointment) if row.state == "booked" and row.attended is not None]
    items, needs = evidence.rows(DeskItem), evidence.rows(FollowUp)
    closed = [item for item in items if item.closed_at is not None]
    exchanges = evidence.rows(Exchange)
    stops = {event.contact_point_id for event in evidence.rows(ConsentEvent) if event.kind == "opt_out"}
    waits = sorted((item.closed_at - item.opened_at).total_seconds() / 60 for item in closed if item.closed_at)
    return (
        Figure("texts we sent", sum(text.direction == "outbound-api" for text in evidence.truth.accepted)),
        Figure("texts patients sent", len(evidence.truth.inbound)),
        Figure("answered at least once", sum(who.answered for who in asked), len(asked)),
        Figure("texts read as clinical", sum(row.lane == "clinical" for row in exchanges), len(exchanges)),
        Figure("visits confirmed before", sum(row.confirmed_at is not None for row in visits), len(visits)),
        Figure("visits missed", sum(row.attended == "missed" for row in visits), len(visits)),
        Figure("follow-ups that came to an end", sum(row.disposition not in OPEN for row in needs), len(needs)),
        Figure("items closed", len(closed), len(items)),
        Figure("minutes to close, median", _at(waits, 0.5)),
        Figure("minutes to close, nine of ten", _at(waits, 0.9)),
        Figure("pages answered", practice.staff.pages_answered),
        Figure("numbers opted out", len(stops), len(practice.crowd.everybody)),
    )


def _at(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; 0 of none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return round(statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1])
