"""Asking those who are offered times, ending offers whose time is over, going on to the next where a time is offered
in turn, and offering by itself where the practice lets it: derived from the rows each round (P6).

An offer is outreach: it obeys consent, hours, hush and the ten minutes between questions. While it waits for one of
these its slot stays held and the page says why; what cannot be asked at all is given back, with a task for a person.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app import apart, clock, contact_points, db, practice
from app.library import versions
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.offers import Offer, OfferRule
from app.models.patients import ContactPoint, Patient
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.outreach import askable, budget, known, pauses, ringable
from app.scheduling import filling, in_turn, offer_making, offer_rules, offers, proposing, slots
from app.scheduling.proposing import Proposal
from app.talk import conversations, opening
from app.talk.opening import Opening
from app.upkeep import restorations
from escalation_desk import items

ANSWERED_BY_NOBODY = (*askable.NOBODY_CAN_ANSWER, "hung_up", "calls_stopped")
"""Ends of a talk after which the time that it held is the next patient's."""
ANSWERS_WITHIN = timedelta(minutes=15)
"""How long somebody who has begun to answer is left to go on."""


def work() -> int:
    """End what is over, free what may be free at once, go on to the next, ask what is not asked yet; returns how much
    was done. Nothing in a restored database that was not compared yet: it does not know what was asked (H64)."""
    with db.reading("offering.due") as session:
        if restorations.held(session):
            return 0
        over = session.scalars(_over()).all()
        given_up = session.scalars(_to_let_go()).all()
    done = sum(_end(each) for each in over) + sum(_let_go(each) for each in given_up)
    with db.reading("offering.in_turn") as session:
        in_turns = in_turn.due(session)
    done += sum(_next(each) for each in in_turns)
    with db.reading("offering.by_themselves") as session:
        found = [(each.seen, each.rule.changed_by) for each in _may_go_out(session)]
    done += sum(_make(seen, by) for seen, by in found if by is not None)
    with db.reading("offering.unasked") as session:
        unasked = session.scalars(select(Offer.id).where(Offer.state == "open", Offer.conversation_id.is_(None))).all()
    return done + sum(_begin(each) for each in unasked)


def _over() -> Select[int]:
    """Offers whose time is over, or whose question nobody can answer."""
    return (
        select(Offer.id)
        .join(Conversation, Conversation.id == Offer.conversation_id)
        .where(
            Offer.state == "open",
            or_(Offer.expires_at <= clock.now(), Conversation.ended_as.in_(ANSWERED_BY_NOBODY)),
        )
        .order_by(Offer.id)
    )


def _end(offer_id: int) -> bool:
    """The slots are free for the next, and she keeps her place; nothing is texted."""
    with db.transaction("offering.end") as session:
        conversation = session.scalars(select(Conversation).join(
            Offer, Offer.conversation_id == Conversation.id).where(Offer.id == offer_id)).one()  # fmt: skip
        contact_points.hold(session, conversation.contact_point_id)
        if session.scalar(_over().where(Offer.id == offer_id)) is None:
            return False
        seen = conversation.ended_as not in askable.NOBODY_CAN_ANSWER
        ended = offers.let_go(session, offer_id, "lapsed", "unanswered" if seen else "not_asked")
        if ended:  # else it was filled or taken back in this moment: who answers reads that it is gone
            conversations.end(session, conversation.id, "unanswered")
        return ended


def _to_let_go() -> Select[int]:
    """Times that were given up by a visit of a kind whose times the practice gives on at once."""
    gives_on = select(OfferRule.visit_type).where(OfferRule.lets_go)
    freed = select(Slot.id).join(Appointment, Appointment.id == Slot.appointment_id).where(
        Slot.state == "freed", Slot.starts_at > clock.now(), Appointment.visit_type.in_(gives_on)
    )  # fmt: skip
    return freed.order_by(Slot.id)


def _let_go(slot_id: int) -> bool:
    with apart.Alone("slot_not_let_go", slot_id), db.transaction("offering.let_go") as session:
        return slots.let_go(session, slot_id)
    return False


def _next(slot_id: int) -> bool:
    give_up = partial(_give_up_turn, slot_id)
    alone = apart.Alone("slot_not_offered", slot_id, give_up)
    # whoever was faster has changed what this round saw
    with alone, suppress(filling.Gone), db.transaction("offering.next") as session:
        return in_turn.offer_next(session, slot_id)
    return False


def _give_up_turn(slot_id: int) -> None:
    with db.transaction("offering.turn_failed") as session:
        in_turn.give_to_person(session, slot_id)


def _may_go_out(session: Session) -> list[Proposal]:
    """What is offered by itself just now, where the practice lets it: in its hours, and to nobody who could not be
    asked at once, so that no time is held meanwhile."""
    stopped = pauses.stops(pauses.standing(session), pauses.OFFERS)
    there = practice.now(session)
    found = [] if stopped else proposing.proposals(session, offer_rules.AUTOMATIC)
    return [each for each in found if each.rule.goes_out(there) and _can_be_asked_now(session, each.waits)]


def _can_be_asked_now(session: Session, waits: WaitlistRequest) -> bool:
    patient, number = session.get_one(Patient, waits.patient_id), contact_points.first_of(session, waits.patient_id)
    if number is None:
        return False
    found = known.of_one(session, number, patient.id)
    return askable.not_now(found, patient, clock.now(), pauses.OFFERS) is None


def _make(seen: Sequence[filling.Seen], staff_id: int) -> bool:
    """In the name of whoever chose that times are offered by themselves."""
    alone = apart.Alone("slot_not_offered", seen[0].slot_id)
    with alone, suppress(filling.Gone), db.transaction("offering.make") as session:
        return offer_making.make(session, seen, staff_id) > 0
    return False


def _begin(offer_id: int) -> bool:
    with apart.Alone("offer_failed", offer_id, partial(_give_up, offer_id)), db.transaction("offering.ask") as session:
        return _ask(session, offer_id)
    return False


def _give_up(offer_id: int) -> None:
    with db.transaction("offering.failed") as session:
        _by_phone(session, session.get_one(Offer, offer_id), None)


def _ask(session: Session, offer_id: int) -> bool:
    """Look at the rows as they are now, under the number's lock, and ask her, or say why not yet or not at all."""
    offer = session.get_one(Offer, offer_id)
    points = contact_points.of_patient(session, offer.patient_id)
    point = contact_points.hold(session, points[0].id) if points else None
    offer = session.get_one(Offer, offer_id, populate_existing=True)
    if offer.state != "open" or offer.conversation_id is not None:
        return False
    patient = session.get_one(Patient, offer.patient_id)
    waits = session.get_one(WaitlistRequest, offer.request_id)
    if point is None or offer_making.cannot_be_asked(session, patient.id):
        _by_phone(session, offer, point)
        return True
    held = session.scalars(select(Slot).where(Slot.id.in_(offers.slots_of(session, offer_id)))).all()
    last = min(offer_making.last_moment(slot, waits) for slot in held)
    if last - clock.now() < offer_making.LEAST:
        offers.let_go(session, offer_id, "lapsed", "too_late")
        return True
    why = _must_wait(session, patient, point, waits)
    if why:
        _keep(session, offer, why)
        return False
    return _open(session, offer, patient, point, min(last, clock.now() + offer_rules.of_request(session, waits).hold))


def _must_wait(session: Session, patient: Patient, point: ContactPoint, waits: WaitlistRequest) -> str:
    """Why she cannot be asked just now; nothing when she can. Her own question about the visit that she would give up,
    or about an earlier time, ends for it, unless she is just answering: which days suit her is worth waiting for, and
    the keys of the two would be mistaken for each other."""
    found = known.of_one(session, point.id, patient.id)
    decision = askable.not_now(found, patient, clock.now(), pauses.OFFERS)
    if decision is not None:
        return decision.reason
    live = conversations.waiting(session, point.id)
    if live is None:
        return ""
    asked = live.conversation
    same = asked.appointment_id is not None and asked.appointment_id == waits.appointment_id
    answering = asked.turn > 1 and clock.now() - asked.asked_at < ANSWERS_WITHIN
    if answering or (not same and asked.dialog != opening.WELCOME and offers.stands(session, asked.id)):
        return "another_conversation"
    conversations.give_way(session, live)
    return ""


def _open(session: Session, offer: Offer, patient: Patient, point: ContactPoint, last: datetime) -> bool:
    """Ask: she has as long as the dialog and the practice say, and no longer than leaves her the notice she needs."""
    _, dialog = versions.in_force(session).dialogs[budget.OFFER]
    opened = opening.open_one(session, Opening(
        key=f"offer:{offer.id}", dialog=budget.OFFER, contact_point_id=point.id, patient=patient, appointment_id=None,
        expires_at=min(clock.now() + dialog.life, last), offer_id=offer.id,
        rings=ringable.for_offer(patient, point),
    ))  # fmt: skip
    return opened is not None


def _by_phone(session: Session, offer: Offer, point: ContactPoint | None) -> None:
    """Neither a text nor a call may ask her: the time is given back, and somebody calls her, if anybody may."""
    patient = session.get_one(Patient, offer.patient_id)
    nobody_may = patient.deceased_on is not None or patient.do_not_contact
    if offers.let_go(session, offer.id, "withdrawn", "not_asked") and not nobody_may:
        items.raise_task(
            session, f"offer:{offer.id}:by_phone", "offer_by_phone", point.id if point is not None else None,
            patient_id=offer.patient_id,
        )  # fmt: skip


def _keep(session: Session, offer: Offer, why: str) -> None:
    """The page says why it waits."""
    if offer.reason != why:
        offer.reason = why
        session.flush()
        slots.announce(session)
