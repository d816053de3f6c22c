"""What two patients, staff, the clock and a crash can do to slots offered together, each as one transaction."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, db
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.offers import Offer, OfferedTime
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import booking, filling, offer_making, offers, slots, waitlist
from app.scheduling.filling import Gone, Seen
from app.scheduling.slots import Wanted
from app.scheduling.wishes import Wishes

FAR, OTHER = timedelta(days=30), timedelta(days=20)
CANCELLED = "Ana’s visit is cancelled"


class Cut(Exception):
    """The process ends before the commit."""


@dataclass
class Waiter:
    """A patient with a visit who waits for another time."""

    patient: int
    point: int
    visit: int
    request: int
    conversation: int | None = None


@dataclass
class Scene:
    """A slot that Rosa waits for and Ana is being offered, with another one beside it."""

    slot: int
    other: int
    starts: datetime
    staff: int
    ana: Waiter
    rosa: Waiter


def begin(staff: int, people: tuple[tuple[int, int], tuple[int, int]], starts: datetime) -> Scene:
    """A scene of its own, at an hour that no other has."""
    with db.transaction("tests.scene") as session:
        wanted = Wanted(1, 1, None, [starts, starts + OTHER], timedelta(minutes=30))
        slot, other = slots.put_up(session, wanted, staff)
        waiters = []
        for place, (patient, point) in enumerate(people):
            visit = booking.book(session, patient, 1, 1, starts + FAR + timedelta(minutes=place), None)
            request = waitlist.ask(session, patient, Wishes(), "staff", "agent", appointment=visit)
            waiters.append(Waiter(patient, point, visit.id, request))
    scene = Scene(slot, other, starts, staff, waiters[0], waiters[1])
    _offer(scene, scene.ana, scene.slot, scene.other)
    return scene


def _offer(scene: Scene, who: Waiter, *held: int) -> None:
    """Staff hold the slots for her, and she is asked."""
    with db.transaction("tests.offer") as session:
        offer = offer_making.make(session, [_seen(session, each, who) for each in held], scene.staff)
        who.conversation = db.put(session, Conversation, {
            "contact_point_id": who.point, "patient_id": who.patient, "dialog": "slot_offer", "dialog_version": 1,
            "channel": "sms", "language": "en", "state": "ended", "turn": 1, "misses": 0, "place": None,
            "ended_as": "tests", "asked_at": clock.now(), "answer_by": clock.now(), "created_at": clock.now(),
        })  # fmt: skip
        offers.asked(session, offer, who.conversation or 0, clock.now() + timedelta(hours=2))


def _seen(session: Session, slot_id: int, who: Waiter) -> Seen:
    slot, waits = session.get_one(Slot, slot_id), session.get_one(WaitlistRequest, who.request)
    return Seen(slot.id, slot.version, waits.id, waits.version)


def _accept(who: Waiter, number: int = 1, *, cut: bool = False) -> None:
    if who.conversation is not None:
        with db.transaction("tests.accept") as session:
            filling.hold_number(session, who.patient)
            offers.accept(session, who.conversation, number, "patient")
            if cut:
                raise Cut


def _by_hand(scene: Scene) -> None:
    with db.transaction("tests.by_hand") as session:
        filling.hold_number(session, scene.rosa.patient)
        taken = select(Appointment.id).where(
            Appointment.starts_at == scene.starts, Appointment.provider_id == 1, Appointment.state == "booked"
        )
        if session.scalar(taken.limit(1)) is None:  # else the form asks whether it is meant
            booking.book(session, scene.rosa.patient, 1, 1, scene.starts, scene.staff)


def _by_phone(scene: Scene) -> None:
    with db.transaction("tests.by_phone") as session:
        filling.book_by_phone(session, _seen(session, scene.slot, scene.rosa), scene.staff)


def _cancel(scene: Scene) -> None:
    with db.transaction("tests.cancel") as session:
        filling.hold_number(session, scene.ana.patient)
        version = booking.version(session, scene.ana.visit) or 0
        booking.cancel(session, scene.ana.visit, version, scene.staff)


def _over(scene: Scene, state: str) -> None:
    with db.transaction("tests.over") as session:
        filling.hold_number(session, scene.ana.patient)
        open_one = select(Offer.id).join(OfferedTime).where(OfferedTime.slot_id == scene.slot, Offer.state == "open")
        if (offer := session.scalar(open_one)) is not None:
            offers.let_go(session, offer, state, "unanswered")


def _take_back(scene: Scene, slot_id: int | None = None) -> None:
    """The slot, if no other is named."""
    with db.transaction("tests.take_back") as session:
        version = session.scalars(select(Slot.version).where(Slot.id == (slot_id or scene.slot))).one()
        slots.take_back(session, slot_id or scene.slot, version)


EVENTS: dict[str, Callable[[Scene], None]] = {
    "Ana takes it": lambda scene: _accept(scene.ana),
    "Ana takes the other": lambda scene: _accept(scene.ana, 2),
    "Ana’s answer is cut off": lambda scene: _accept(scene.ana, cut=True),
    "Rosa is offered it": lambda scene: _offer(scene, scene.rosa, scene.slot),
    "Rosa says yes": lambda scene: _accept(scene.rosa),
    "Rosa is booked by phone": _by_phone,
    "Rosa is booked by hand": _by_hand,
    CANCELLED: _cancel,
    "the hold is over": lambda scene: _over(scene, "lapsed"),
    "the offer is withdrawn": lambda scene: _over(scene, "withdrawn"),
    "the slot is taken back": _take_back,
}


def happens(scene: Scene, event: str) -> None:
    """A refusal is an answer, and a cut leaves nothing behind."""
    with suppress(Gone, Cut):
        EVENTS[event](scene)


def flaws(scene: Scene, order: tuple[str, ...]) -> list[str]:
    """What should not be, after these events in this order."""
    with db.reading("tests.flaws") as session:
        lost = [who for who in _without_visit(session, scene) if who is scene.rosa or CANCELLED not in order]
        found = [each for slot_id in (scene.slot, scene.other) for each in _of_slot(session, slot_id)]
    return found + ["a patient was left with no visit"] * len(lost)


def _of_slot(session: Session, slot_id: int) -> list[str]:
    slot, found = session.get_one(Slot, slot_id), []
    there = select(Appointment).where(Appointment.starts_at == slot.starts_at, Appointment.state == "booked")
    visits = session.scalars(there).all()
    holds = OfferedTime.slot_id == slot_id, OfferedTime.state == "open", Offer.state == "open"
    held = session.scalars(select(func.count(OfferedTime.id)).join(Offer).where(*holds)).one()
    if len(visits) > 1:
        found.append(f"{len(visits)} visits lie in one slot")
    if slot.state == "booked" and [each.id for each in visits] != [slot.appointment_id]:
        found.append("the slot is booked for a visit that does not lie there")
    if slot.state not in ("booked", "closed") and visits:
        found.append(f"the slot is {slot.state}, and somebody has it")
    if held != (slot.state == "held"):
        found.append(f"the slot is {slot.state} with {held} open offers")
    return found


def _without_visit(session: Session, scene: Scene) -> list[Waiter]:
    """Who has neither the old visit nor the new one."""
    window = (Appointment.starts_at >= scene.starts, Appointment.starts_at < scene.starts + FAR + timedelta(hours=1))
    query = select(Appointment.patient_id).where(Appointment.state == "booked", *window)
    has = set(session.scalars(query))
    return [who for who in (scene.ana, scene.rosa) if who.patient not in has]


def end_all(scene: Scene) -> None:
    """Both wait no more, and neither slot is to be had."""
    _take_back(scene)
    _take_back(scene, scene.other)
    with db.transaction("tests.end_all") as session:
        for who in (scene.ana, scene.rosa):
            waitlist.end(session, who.request, None, "closed", "by_staff", "agent")
