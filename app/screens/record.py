"""One patient's record in one timeline: her stream and those of her numbers, while they were hers (P10, H25, H26)."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import speakers, timeline
from app.models.patients import Patient
from app.models.records import Entry
from app.speakers import Speaker
from app.timeline import Happening
from app.web.minimum import readable
from app.web.names import names_in
from app.web.sentences import describe

ATTACHED, DETACHED = "number_attached", "number_detached"
IN_PASSING = ("text_accepted", "delivery_accepted", "delivery_sent", "delivery_delivered", "text_read", "words_read")

WROTE = ("text_received", "wrote_to_nurses")


@dataclass(frozen=True)
class Line:
    """One entry as the screen shows it. `mark` says why it may not be this patient's words."""

    at: datetime
    sentence: str
    words: str | None
    mark: str
    by: str  # patient | staff | agent | carrier
    quiet: bool
    exchange: int | None = None  # of a text of the patient's
    may_be: tuple[tuple[int, str], ...] = ()  # who may have written it, by id and name, where several have the number
    speaker: Speaker | None = None  # who wrote it, if somebody said so


@dataclass(frozen=True)
class _Holders:
    """Who a number reached, from one position of its stream to the next."""

    positions: Sequence[int]
    patients: Sequence[frozenset[int]]

    def at(self, position: int) -> frozenset[int]:
        place = bisect_right(self.positions, position)
        return self.patients[place - 1] if place else frozenset()

    @property
    def now(self) -> frozenset[int]:
        return self.patients[-1] if self.patients else frozenset()


def of_patient(session: Session, patient: Patient, limit: int, role: str) -> list[Line]:
    """The newest `limit` entries about a patient as a role reads them, newest first: what was said on a number before
    it was hers or after it went to somebody else is not."""
    own = timeline.of_patient(patient.id)
    holders = _holders(session, [timeline.of_number(each) for each in _ever_hers(session, own)])
    found = readable(session, role, timeline.read(session, [own, *holders], limit))
    kept = [
        (each, holders[each.stream].at(each.position) if each.stream != own else frozenset({patient.id}))
        for each in found
        if each.stream == own or _is_hers(each, holders[each.stream], patient.id)
    ]
    return _lines(session, holders, kept, patient.first_name)


def of_number(session: Session, contact_point_id: int, limit: int, role: str) -> list[Line]:
    """The newest `limit` entries of a number as a role reads them, newest first, whoever is behind it."""
    stream = timeline.of_number(contact_point_id)
    holders = _holders(session, [stream])
    found = readable(session, role, timeline.read(session, [stream], limit))
    return _lines(session, holders, [(each, holders[stream].at(each.position)) for each in found], "")


def had(session: Session, patient_id: int) -> list[tuple[int, datetime, datetime]]:
    """Numbers that were a patient's and are not any more: each with since when and until when."""
    query = select(Entry.kind, Entry.at, Entry.details).where(
        Entry.stream == timeline.of_patient(patient_id), Entry.kind.in_((ATTACHED, DETACHED))
    )
    since: dict[int, datetime] = {}
    found = []
    for kind, at, details in session.execute(query.order_by(Entry.position)):
        number = int(details["contact_point"])
        if kind == ATTACHED:
            since[number] = at
        elif number in since:
            found.append((number, since.pop(number), at))
    return found


def _ever_hers(session: Session, own: str) -> set[int]:
    """Contact points that are or were attached to the patient, by her own stream."""
    attached = select(Entry.details).where(Entry.stream == own, Entry.kind == ATTACHED)
    return {int(details["contact_point"]) for details in session.scalars(attached)}


def _holders(session: Session, streams: Iterable[str]) -> dict[str, _Holders]:
    found: dict[str, tuple[list[int], list[frozenset[int]]]] = {stream: ([], []) for stream in streams}
    query = select(Entry.stream, Entry.position, Entry.kind, Entry.details).where(
        Entry.stream.in_(list(found)), Entry.kind.in_((ATTACHED, DETACHED))
    )
    for stream, position, kind, details in session.execute(query.order_by(Entry.stream, Entry.position)):
        positions, patients = found[stream]
        before, one = (patients[-1] if patients else frozenset()), frozenset({int(details["patient"])})
        positions.append(position)
        patients.append(before | one if kind == ATTACHED else before - one)
    return {stream: _Holders(*each) for stream, each in found.items()}


def _is_hers(happening: Happening, holders: _Holders, patient_id: int) -> bool:
    """Said while the number was hers; or before it was anybody's, if it is hers now."""
    about = (happening.details.get("patient"), happening.details.get("was"))
    if happening.kind in (ATTACHED, DETACHED, speakers.TOLD) and patient_id in about:
        return False  # stands in her own stream too
    then = holders.at(happening.position)
    nobodys = not holders.positions or happening.position < holders.positions[0]
    return patient_id in then or (nobodys and patient_id in holders.now)


def _lines(
    session: Session, holders: Mapping[str, _Holders], kept: list[tuple[Happening, frozenset[int]]], first_name: str
) -> list[Line]:
    names = names_in(session, [each for each, _ in kept])
    told = speakers.of_numbers(session, [int(stream.partition(":")[2]) for stream in holders])
    behind = _behind(session, holders)
    return [
        _line(each, then, names, first_name, told.get(each.details.get("exchange", 0)), behind.get(each.stream, ()))
        for each, then in reversed(kept)
    ]


def _behind(session: Session, holders: Mapping[str, _Holders]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Of each number that several have now, who they are."""
    shared = {stream: each.now for stream, each in holders.items() if len(each.now) > 1}
    if not shared:
        return {}
    query = select(Patient.id, Patient.name).where(Patient.id.in_(frozenset().union(*shared.values())))
    people = dict(session.execute(query.order_by(Patient.id)).all())
    return {stream: tuple((one, people[one]) for one in sorted(now)) for stream, now in shared.items()}


def _line(
    happening: Happening, then: frozenset[int], names: dict[str, str], first_name: str, speaker: Speaker | None,
    behind: tuple[tuple[int, str], ...],
) -> Line:  # fmt: skip
    sure = len(then) == 1 and first_name != ""
    whose = speaker.first_name if speaker else first_name if sure else "Somebody at this number"
    wrote = happening.kind in WROTE
    mark = ""
    if wrote and speaker:
        mark = speaker.told
    elif wrote and len(then) > 1:
        mark = "Speaker unconfirmed: several patients share this number"
    elif wrote and not then and first_name:
        mark = "Written before the number was attached to anybody"
    sentence = describe(happening, names | {"patient": whose})
    by = happening.actor.partition(":")[0]
    said = happening.details.get("exchange") if happening.kind == "text_received" else None
    return Line(
        happening.at, sentence, happening.words, mark, by, happening.kind in IN_PASSING, said,
        behind if said is not None else (), speaker,
    )  # fmt: skip
