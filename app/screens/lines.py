"""Entries of the record as lines of a screen: a sentence, the words, whose they may be, and what corrects them."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import speakers
from app.models.patients import Patient
from app.models.records import Entry
from app.speakers import Speaker
from app.timeline import Happening
from app.web.names import names_in
from app.web.sentences import describe

CORRECTED = "corrected"
IN_PASSING = ("text_accepted", "delivery_accepted", "delivery_sent", "delivery_delivered", "text_read", "words_read")
WROTE = ("text_received", "wrote_to_nurses")

Place = tuple[str, int]
"""Where an entry stands: its stream and its position there."""


@dataclass(frozen=True)
class Holders:
    """Who a number reached, from one position of its stream to the next."""

    positions: Sequence[int]
    patients: Sequence[frozenset[int]]

    def at(self, position: int) -> frozenset[int]:
        place = bisect_right(self.positions, position)
        return self.patients[place - 1] if place else frozenset()

    @property
    def now(self) -> frozenset[int]:
        return self.patients[-1] if self.patients else frozenset()


Kept = tuple[Happening, frozenset[int]]
"""An entry, and whom its number reached then."""


@dataclass(frozen=True)
class Line:
    """One entry as the screen shows it. `mark` says why it may not be this patient's words."""

    at: datetime
    sentence: str
    words: str | None
    mark: str
    by: str  # patient | staff | agent | carrier
    quiet: bool
    place: Place
    exchange: int | None = None  # of a text of the patient's
    outbound: int | None = None  # of a text of ours, where it was written
    may_be: tuple[tuple[int, str], ...] = ()  # who may have written it, by id and name, where several have the number
    speaker: Speaker | None = None  # who wrote it, if somebody said so
    of_another: bool = False  # somebody said that another patient on this number wrote it
    corrected_at: datetime | None = None  # when somebody last said that it is not so
    whole: bool = True  # whether the reader sees all of it

    @property
    def anchor(self) -> str:
        """A name for it on its page."""
        return f"{self.place[0].replace(':', '-')}-{self.place[1]}"

    @property
    def address(self) -> dict[str, str | int]:
        """Where it stands, as the parts of an address."""
        table, _, row_id = self.place[0].partition(":")
        return {"whose": table, "row_id": int(row_id), "position": self.place[1]}


def of(
    session: Session, holders: Mapping[str, Holders], kept: list[Kept], patient: Patient | None,
    cut: Collection[Place] = (),
) -> list[Line]:  # fmt: skip
    """The lines of these entries, newest first. `patient`: on whose page they stand, if on one; `cut`: where those
    stand of which the reader sees only a part."""
    names = names_in(session, [each for each, _ in kept])
    told = speakers.of_numbers(session, [int(stream.partition(":")[2]) for stream in holders])
    behind = _behind(session, holders)
    corrected = _corrected(session, {each.stream for each, _ in kept})
    return [
        _line(
            each, then, names, patient, told.get(each.details.get("exchange", 0)), behind.get(each.stream, ()),
            corrected.get((each.stream, each.position)), whole=(each.stream, each.position) not in cut,
        )
        for each, then in reversed(kept)
    ]  # fmt: skip


def _behind(session: Session, holders: Mapping[str, Holders]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Of each number that several have now, who they are."""
    shared = {stream: each.now for stream, each in holders.items() if len(each.now) > 1}
    if not shared:
        return {}
    query = select(Patient.id, Patient.name).where(Patient.id.in_(frozenset().union(*shared.values())))
    people = dict(session.execute(query.order_by(Patient.id)).all())
    return {stream: tuple((one, people[one]) for one in sorted(now)) for stream, now in shared.items()}


def _corrected(session: Session, streams: set[str]) -> dict[Place, datetime]:
    query = select(Entry.stream, Entry.details, Entry.at).where(Entry.stream.in_(streams), Entry.kind == CORRECTED)
    return {
        (stream, int(details["corrects"])): at
        for stream, details, at in session.execute(query.order_by(Entry.stream, Entry.position))
    }


def _line(
    happening: Happening, then: frozenset[int], names: dict[str, str], patient: Patient | None, speaker: Speaker | None,
    behind: tuple[tuple[int, str], ...], corrected_at: datetime | None, *,
    whole: bool,
) -> Line:  # fmt: skip
    sure = speaker or (patient if len(then) == 1 else None)
    whose = sure.first_name if sure else "Somebody at this number"
    wrote, details = happening.kind in WROTE, happening.details
    said = details.get("exchange") if happening.kind == "text_received" else None
    return Line(
        at=happening.at,
        sentence=describe(happening, names | {"patient": whose}),
        words=happening.words,
        mark=_mark(then, patient, speaker) if wrote else "",
        by=happening.actor.partition(":")[0],
        quiet=happening.kind in IN_PASSING,
        place=(happening.stream, happening.position),
        exchange=said,
        outbound=details.get("outbound") if happening.kind == "text_written" else None,
        may_be=behind if said is not None else (),
        speaker=speaker,
        of_another=bool(wrote and speaker and patient and speaker.patient_id != patient.id),
        corrected_at=corrected_at,
        whole=whole,
    )


def _mark(then: frozenset[int], patient: Patient | None, speaker: Speaker | None) -> str:
    """Why words may not be this patient's, or whose somebody said they are."""
    if speaker:
        return speaker.told
    if len(then) > 1:
        return "Speaker unconfirmed: several patients share this number"
    return "Written before the number was attached to anybody" if not then and patient else ""
