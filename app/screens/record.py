"""One patient's record in one timeline: her stream and those of her numbers, while they were hers (P10, H25, H26)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app import speakers, timeline
from app.models.patients import Patient
from app.models.records import Entry
from app.screens import lines
from app.screens.lines import Holders, Kept, Line
from app.timeline import Happening
from app.web.call_words import SENTENCES as OF_CALLS
from app.web.minimum import readable

ATTACHED, DETACHED = "number_attached", "number_detached"


@dataclass(frozen=True)
class Part:
    """A part of the record that one may want to see alone."""

    label: str
    kinds: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    where: tuple[ColumnElement[bool], ...] = ()


TEXTS = frozenset({"text_received", "text_written", "text_recovered"})
ATTEMPTS = frozenset({
    "dialog_opened", "outreach_decided", "follow_up_decided", "slot_offered", "welcomed", "welcome_dropped",
    "text_accepted", "text_pending", "text_failed", "text_unknown", "text_found", "text_withheld", "text_set_aside",
    "delivery_accepted", "delivery_sent", "delivery_delivered", "delivery_failed",
    *(kind for kind in OF_CALLS if kind.startswith("outgoing_")),
})  # fmt: skip
_BY_STAFF = Entry.actor.startswith("staff:", autoescape=True)
PARTS: Mapping[str, Part] = {
    "": Part("Everything"),
    "texts": Part("Texts", TEXTS),
    "calls": Part("Calls", frozenset(OF_CALLS)),
    "attempts": Part("Attempts", ATTEMPTS),
    "decisions": Part("Decisions", without=TEXTS | ATTEMPTS | frozenset(OF_CALLS), where=(~_BY_STAFF,)),
    "staff": Part("Staff", where=(_BY_STAFF,)),
    "said": Part("What was said", TEXTS | {"call_heard", "call_answered"}),
}
"""By the word in an address. Every entry stands in one of them at least: what is no text, call or attempt was decided
by us or done by staff."""


def of_patient(session: Session, patient: Patient, limit: int | None, role: str, part: Part = PARTS[""]) -> list[Line]:
    """The newest `limit` entries about a patient as a role reads them, newest first: what was said on a number before
    it was hers or after it went to somebody else is not."""
    own, holders = _streams(session, patient.id)
    found = timeline.read(session, [own, *holders], limit, part.kinds, part.without, part.where)
    shown = readable(session, role, found)
    cut = {(after.stream, after.position) for before, after in zip(found, shown, strict=True) if after is not before}
    return lines.of(session, holders, _hers(shown, own, holders, patient.id), patient, cut)


def one(session: Session, patient: Patient, place: lines.Place, role: str) -> tuple[Happening, Line] | None:
    """One entry of her record with its line, if it is hers and this role reads all of it."""
    own, holders = _streams(session, patient.id)
    if place[0] != own and place[0] not in holders:
        return None
    found = timeline.read(session, [place[0]], 1, where=(Entry.position == place[1],))
    kept = _hers(found, own, holders, patient.id)
    if not kept or readable(session, role, found) != found:
        return None
    return found[0], lines.of(session, holders, kept, patient)[0]


def of_number(session: Session, contact_point_id: int, limit: int, role: str) -> list[Line]:
    """The newest `limit` entries of a number as a role reads them, newest first, whoever is behind it."""
    stream = timeline.of_number(contact_point_id)
    holders = _holders(session, [stream])
    found = readable(session, role, timeline.read(session, [stream], limit))
    return lines.of(session, holders, [(each, holders[stream].at(each.position)) for each in found], None)


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


def _streams(session: Session, patient_id: int) -> tuple[str, dict[str, Holders]]:
    """Her own stream, and those of the numbers that are or were hers with who else had them."""
    own = timeline.of_patient(patient_id)
    return own, _holders(session, [timeline.of_number(each) for each in _ever_hers(session, own)])


def _hers(found: Sequence[Happening], own: str, holders: Mapping[str, Holders], patient_id: int) -> list[Kept]:
    return [
        (each, holders[each.stream].at(each.position) if each.stream != own else frozenset({patient_id}))
        for each in found
        if each.stream == own or _is_hers(each, holders[each.stream], patient_id)
    ]


def _ever_hers(session: Session, own: str) -> set[int]:
    """Contact points that are or were attached to the patient, by her own stream."""
    attached = select(Entry.details).where(Entry.stream == own, Entry.kind == ATTACHED)
    return {int(details["contact_point"]) for details in session.scalars(attached)}


def _holders(session: Session, streams: Iterable[str]) -> dict[str, Holders]:
    found: dict[str, tuple[list[int], list[frozenset[int]]]] = {stream: ([], []) for stream in streams}
    query = select(Entry.stream, Entry.position, Entry.kind, Entry.details).where(
        Entry.stream.in_(list(found)), Entry.kind.in_((ATTACHED, DETACHED))
    )
    for stream, position, kind, details in session.execute(query.order_by(Entry.stream, Entry.position)):
        positions, patients = found[stream]
        before, one = (patients[-1] if patients else frozenset()), frozenset({int(details["patient"])})
        positions.append(position)
        patients.append(before | one if kind == ATTACHED else before - one)
    return {stream: Holders(*each) for stream, each in found.items()}


def _is_hers(happening: Happening, holders: Holders, patient_id: int) -> bool:
    """Said while the number was hers; or before it was anybody's, if it is hers now."""
    about = (happening.details.get("patient"), happening.details.get("was"))
    if happening.kind in (ATTACHED, DETACHED, speakers.TOLD) and patient_id in about:
        return False  # stands in her own stream too
    then = holders.at(happening.position)
    nobodys = not holders.positions or happening.position < holders.positions[0]
    return patient_id in then or (nobodys and patient_id in holders.now)
