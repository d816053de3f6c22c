"""What two patients, staff, the clock and a crash can do to slots offered together, each as one transaction; what
patients say goes through the door's own transaction, words and all."""

import contextlib
import itertools
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock, crash, db
from app.inbound.receiving import receive
from app.inbound.scene import InboundText
from app.models.appointments import Appointment
from app.models.conversations import Exchange
from app.models.offers import Offer, OfferedTime
from app.models.outbox import Outbound
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import booking, filling, offer_making, offering, offers, putting_up, slots, waitlist
from app.scheduling.filling import Gone, Seen
from app.scheduling.putting_up import Wanted
from app.scheduling.wishes import Wishes
from tests.doors.twilio import new_sid
from tests.house import CLINIC, House
from tests.people import Person

FAR, OTHER = timedelta(days=30), timedelta(days=20)
CANCELLED, OVER = "Ana’s visit is cancelled", "the hold is over"
AGAIN = " again"
"""Ends the names of events in which the carrier brings a text once more."""


class Cut(BaseException):
    """The process ends here."""


@dataclass
class Waiter:
    """A patient with a visit who waits for another time. `said`: her texts in order, as (key, words)."""

    who: Person
    visit: int
    request: int
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def patient(self) -> int:
        return self.who.patient_id or 0


@dataclass
class Scene:
    """A slot that Rosa waits for and Ana is being offered, with another one beside it."""

    house: House
    slot: int
    other: int
    starts: datetime
    staff: int
    ana: Waiter
    rosa: Waiter


def begin(house: House, staff: int, ana: Person, rosa: Person) -> Scene:
    """Two times in two days' and in three weeks' time; both patients have visits later than these."""
    starts = house.on(2, 9)
    with db.transaction("tests.scene") as session:
        wanted = Wanted(1, 1, None, [starts, starts + OTHER], timedelta(minutes=30))
        slot, other = putting_up.put_up(session, wanted, staff)
        waiters = []
        for place, who in enumerate((ana, rosa)):
            patient = who.patient_id or 0
            visit = booking.book(session, patient, 1, 1, starts + FAR + timedelta(minutes=place), None)
            request = waitlist.ask(session, patient, Wishes(), "staff", "agent", appointment=visit)
            waiters.append(Waiter(who, visit.id, request))
    scene = Scene(house, slot, other, starts, staff, waiters[0], waiters[1])
    _offer(scene, scene.ana, scene.slot, scene.other)
    return scene


def _offer(scene: Scene, who: Waiter, *held: int) -> None:
    """Staff hold the slots for her, and she is asked; her telephone has the text."""
    with db.transaction("tests.offer") as session:
        offer_making.make(session, [_seen(session, each, who) for each in held], scene.staff)
    offering.work()
    with db.transaction("tests.has_left") as session:
        left = {"state": "delivered", "claimed_at": clock.now(), "sent_at": clock.now(), "ended_at": clock.now()}
        session.execute(update(Outbound).where(Outbound.state == "pending").values(**left))


def _seen(session: Session, slot_id: int, who: Waiter) -> Seen:
    slot, waits = session.get_one(Slot, slot_id), session.get_one(WaitlistRequest, who.request)
    return Seen(slot.id, slot.version, waits.id, waits.version)


def _says(who: Waiter, words: str) -> None:
    """A text of hers, with a key that no other has."""
    who.said.append((new_sid(), words))
    deliver(who, *who.said[-1])


def _says_again(who: Waiter) -> None:
    """The carrier brings her last text once more."""
    if who.said:
        deliver(who, *who.said[-1])


def heard(scene: Scene, event: str) -> bool:
    """Whether the text that an event brings once more was taken in before: not if the process died over it."""
    who = scene.ana if event.startswith("Ana") else scene.rosa
    with db.reading("tests.heard") as session:
        return bool(session.scalar(select(Exchange.id).where(Exchange.key.in_([key for key, _ in who.said[-1:]]))))


def deliver(who: Waiter, key: str, words: str) -> str:
    """What the door does with a text of hers."""
    now = clock.now()
    return receive(InboundText(
        key=key, from_number=who.who.handset.number, to_number=CLINIC, body=words, received_at=now
    ))  # fmt: skip


@contextlib.contextmanager
def crashes_armed() -> Iterator[None]:
    """While this runs, the events that are crashes end what runs in their own thread."""
    crash.arm(_watch)
    try:
        yield
    finally:
        crash.arm(None)


_doomed = threading.local()


def _watch(reached: str) -> None:
    if reached == getattr(_doomed, "at", None):
        raise Cut


def _dies(scene: Scene, step: str) -> None:
    _doomed.at = f"inbound.receive:{step}"
    try:
        _says(scene.ana, "1")
    finally:
        _doomed.at = None


def _by_hand(scene: Scene) -> None:
    with db.transaction("tests.by_hand") as session:
        filling.hold_number(session, scene.rosa.patient)
        slots.lock(session, 1)
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


def _expires(scene: Scene) -> None:
    """Two hours go by, if anybody is being offered anything."""
    if hold_ends(scene):
        offering.work()


def hold_ends(scene: Scene) -> bool:
    """The hour comes at which what is being offered is over. Whether there is such a thing."""
    with db.reading("tests.hold_ends") as session:
        ends = session.scalars(select(Offer.expires_at).where(Offer.state == "open")).all()
    if late := max(filter(None, ends), default=None):
        scene.house.clock.at = max(late + timedelta(minutes=1), clock.now())
    return late is not None


def _withdraw(scene: Scene) -> None:
    with db.transaction("tests.withdraw") as session:
        held = select(OfferedTime.offer_id).where(OfferedTime.slot_id == scene.slot)
        offer = session.scalar(select(Offer).where(Offer.id.in_(held), Offer.state == "open"))
        if offer is not None:
            filling.hold_number(session, offer.patient_id)
            offers.let_go(session, offer.id, "withdrawn", "by_staff")


def _take_back(scene: Scene) -> None:
    with db.transaction("tests.take_back") as session:
        version = session.scalars(select(Slot.version).where(Slot.id == scene.slot)).one()
        slots.take_back(session, scene.slot, version)


EVENTS: dict[str, Callable[[Scene], None]] = {
    "Ana takes it": lambda scene: _says(scene.ana, "1"),
    "Ana takes the other": lambda scene: _says(scene.ana, "2"),
    "Ana’s answer comes" + AGAIN: lambda scene: _says_again(scene.ana),
    "a crash before the commit of Ana’s answer": lambda scene: _dies(scene, "before_commit"),
    "a crash after the commit of Ana’s answer": lambda scene: _dies(scene, "committed"),
    "Rosa is offered it": lambda scene: _offer(scene, scene.rosa, scene.slot),
    "Rosa takes it": lambda scene: _says(scene.rosa, "1"),
    "Rosa’s answer comes" + AGAIN: lambda scene: _says_again(scene.rosa),
    "Rosa is booked by phone": _by_phone,
    "Rosa is booked by hand": _by_hand,
    CANCELLED: _cancel,
    OVER: _expires,
    "the offer is withdrawn": _withdraw,
    "the slot is taken back": _take_back,
}

BY_FORM = ("Rosa is booked by phone", CANCELLED, "the slot is taken back")
"""What staff do to what a page showed them, guarded by its version."""


def happens(scene: Scene, event: str) -> None:
    """A refusal is an answer, and a cut leaves nothing behind."""
    with suppress(Gone, Cut):
        EVENTS[event](scene)


def drawn(many: int) -> list[tuple[str, ...]]:
    """Orders of five different events, the same each time."""
    return random.Random(8).sample(list(itertools.permutations(EVENTS, 5)), many)  # noqa: S311  (no secret)
