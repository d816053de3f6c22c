"""The invariant of courtesy, from the carrier's ledger: when our outreach reached a number, and how often (P9, H52)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.models.conversations import Conversation, ConversationVisit
from app.models.patients import Patient
from app.models.practice import Practice
from app.rehearsal.evidence import Evidence

A_DAY, A_WEEK = 1, 3
SURELY_A_WEEK = timedelta(days=6)
"""Days that lie less far apart are within seven times 24 hours, whatever the clocks did."""
OUTSIDE = {"slot_offer", "wrong_number", "missed_call", "welcome", "snow_day", "slot_gone", "slot_gone_kept"}
"""Dialogs that the budget does not count (DESIGN 6)."""


class Reached(NamedTuple):
    """A conversation that we began reached her: on which day of her wall, and what it is about."""

    day: date
    conversation_id: int
    matters: frozenset[tuple[str, int]]


def within_hours_and_budget(evidence: Evidence) -> Iterator[str]:
    """I10: outreach was accepted within the practice's hours, on the patient's wall clock, and began no more
    conversations with a number than its budget of a day and a week."""
    practices = evidence.rows(Practice)
    zones = {patient.id: patient.time_zone for patient in evidence.rows(Patient)}
    talks = {talk.id: talk for talk in evidence.rows(Conversation)}
    matters = _matters(evidence, talks)
    reached: dict[int, dict[int, Reached]] = defaultdict(dict)
    for row in evidence.outbox:
        for text in evidence.accepted.get(row.token, ()) if row.message_class == "outreach" and practices else ():
            local = text.at.astimezone(ZoneInfo(zones.get(row.patient_id or 0) or practices[0].time_zone))
            opens, ends = practices[0].quiet_until, practices[0].quiet_from
            if not (opens <= local.time() and (local.time() <= ends or ends == time(0))):
                yield f"outbound {row.id} left at {local:%H:%M}"
            talk = talks.get(row.conversation_id or 0)
            if talk is not None and talk.dialog not in OUTSIDE:
                began = Reached(local.date(), talk.id, matters[talk.id])
                reached[row.contact_point_id].setdefault(talk.id, began)
    for number, begun in sorted(reached.items()):
        yield from _too_many(number, sorted(begun.values()))


def _matters(evidence: Evidence, talks: dict[int, Conversation]) -> dict[int, frozenset[tuple[str, int]]]:
    """What each conversation is about: visits and follow-ups, else itself alone."""
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for talk in talks.values():
        found[talk.id] |= {("visit", talk.appointment_id)} if talk.appointment_id is not None else set()
        found[talk.id] |= {("follow_up", talk.follow_up_id)} if talk.follow_up_id is not None else set()
    for visit in evidence.rows(ConversationVisit):
        found[visit.conversation_id].add(("visit", visit.appointment_id))
    return {each: frozenset(about or {("conversation", each)}) for each, about in found.items()}


def _too_many(number: int, begun: Sequence[Reached]) -> Iterator[str]:
    """What is asked again about one matter on one day, as when a visit was moved, is the same conversation."""
    days: dict[date, list[set[tuple[str, int]]]] = defaultdict(list)
    for each in begun:
        same = [about for about in days[each.day] if about & each.matters]
        days[each.day] = [about for about in days[each.day] if about not in same]
        days[each.day].append(set(each.matters).union(*same))
        if len(days[each.day]) > A_DAY:
            yield f"number {number} was asked about {len(days[each.day])} matters on {each.day}"
        of_week = sum(len(found) for day, found in days.items() if each.day - day < SURELY_A_WEEK)
        if of_week > A_WEEK:
            yield f"number {number} was asked about {of_week} matters in the week up to {each.day}"
