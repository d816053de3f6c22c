"""Which free times would be offered to whom, by the practice's choice: to be confirmed by a person, or offered by
themselves. Derived from the rows each time; nothing is held before it is offered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models.offers import Offer
from app.models.practice import Location
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import candidates, offer_making, offer_rules, waitlist
from app.scheduling.filling import Seen
from app.scheduling.offer_rules import Rule
from app.scheduling.suiting import Place, Waits, against

AFTER_SILENCE = timedelta(hours=20)
"""Whoever did not answer is offered nothing by itself before another day."""
MOST_LOOKED_AT = 200


@dataclass(frozen=True)
class Proposal:
    """Times for one who waits, in the order in which they would be numbered; all in one place."""

    waits: WaitlistRequest
    rule: Rule
    slots: tuple[Slot, ...]

    @property
    def seen(self) -> list[Seen]:
        """As they stand, for whoever offers them."""
        return [Seen(each.id, each.version, self.waits.id, self.waits.version) for each in self.slots]


def proposals(session: Session, mode: str) -> list[Proposal]:
    """For kinds of visits with this choice: first whoever was offered the least this week, then whoever has waited
    longest. No time is proposed to two."""
    rules = offer_rules.in_force(session)
    if mode not in {rule.mode for rule in rules.values()}:
        return []
    free = _free(session)
    requests = list(waitlist.waiting(session)) if free else []
    kinds = offer_rules.kinds_of(session, requests)
    requests = [each for each in requests if rules[kinds[each.id]].mode == mode]
    found: list[Proposal] = []
    used: set[int] = set()
    had = candidates.asked_about(session, [slot.id for slot, _ in free])
    silent = _silent(session) if mode == offer_rules.AUTOMATIC else set()
    for each, waits in _in_order(session, requests)[:MOST_LOOKED_AT]:
        rule = rules[kinds[each.id]]
        if each.patient_id in silent or offer_making.cannot_be_asked(session, each.patient_id):
            continue
        left = [(slot, place) for slot, place in free if slot.id not in used]
        chosen = _chosen(left, waits, rule, had)
        if chosen:
            used |= {slot.id for slot in chosen}
            found.append(Proposal(each, rule, chosen))
    return found


def _free(session: Session) -> list[tuple[Slot, Place]]:
    """Times that nobody has, the soonest first; what is offered in turn goes its own way."""
    query = (
        select(Slot, Location.time_zone)
        .join(Location, Location.id == Slot.location_id)
        .where(Slot.state == "free", Slot.in_turn_by.is_(None), Slot.starts_at > clock.now() + offer_making.LEAST)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [(slot, candidates.place_of(slot, ZoneInfo(zone))) for slot, zone in session.execute(query)]


def _in_order(session: Session, requests: Sequence[WaitlistRequest]) -> list[tuple[WaitlistRequest, Waits]]:
    judged = zip(requests, candidates.as_ruled(session, requests), strict=True)
    return sorted(judged, key=lambda pair: (not pair[1].owed, pair[1].offers, pair[1].since, pair[1].request_id))


def _silent(session: Session) -> set[int]:
    """Patients who did not answer the last offer lately."""
    lately = Offer.state == "lapsed", Offer.ended_at > clock.now() - AFTER_SILENCE
    return set(session.scalars(select(Offer.patient_id).where(*lately)))


def _chosen(
    free: Sequence[tuple[Slot, Place]], waits: Waits, rule: Rule, had: dict[int, set[int]]
) -> tuple[Slot, ...]:  # fmt: skip
    """The soonest that suit her, in the place of the first, on different days as far as there are any."""
    now = clock.now()
    hers = waits._replace(notice=max(waits.notice, rule.notice))
    suits = [
        (slot, place)
        for slot, place in free
        if not against(place, hers._replace(had=waits.patient_id in had.get(slot.id, ())), now)
    ]
    there = [(slot, place) for slot, place in suits if slot.location_id == suits[0][0].location_id]
    days: dict[object, Slot] = {}
    for slot, place in there:
        days.setdefault(place.starts.date(), slot)
    first = list(days.values())
    rest = [slot for slot, _ in there if slot not in first]
    return tuple(sorted((first + rest)[: rule.at_once], key=lambda slot: (slot.starts_at, slot.id)))
