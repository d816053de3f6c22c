"""Slots: taken by one, given up again; they go where appointments go (P8, H41, H47)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, true, update
from sqlalchemy.orm import Session

from app import clock, db, queue
from app.models.appointments import Appointment
from app.models.offers import Offer, OfferedTime
from app.models.practice import Provider
from app.models.slots import Slot
from app.scheduling import ehr

TOPIC = "waitlist"
GIVEN_UP = timedelta(minutes=30)
"""How long a time counts that was given up without anybody having said how long it is."""
CAN_BE_TAKEN = ("freed", "free", "held")
OFFERED = ("free", "held")
"""Stands of a time that may be offered in turn."""


def taken(session: Session, provider_id: int, starts_at: datetime, ends_at: datetime) -> str:
    """What the clinician has in these hours, if anything."""
    if _overlapping(session, provider_id, starts_at, ends_at):
        return "a time that was put up already"
    booked = select(Appointment.id).where(
        Appointment.provider_id == provider_id, Appointment.state == "booked",
        Appointment.starts_at >= starts_at, Appointment.starts_at < ends_at,
    )  # fmt: skip
    return "an appointment" if session.scalar(booked.limit(1)) is not None else ""


def _overlapping(session: Session, provider_id: int, starts_at: datetime, ends_at: datetime) -> list[Slot]:
    query = select(Slot).where(
        Slot.provider_id == provider_id, Slot.state != "closed", Slot.starts_at < ends_at, Slot.ends_at > starts_at
    )
    return list(session.scalars(query.order_by(Slot.id)))


def add(
    session: Session, provider_id: int, location_id: int, visit_kind: str | None, starts_at: datetime,
    length: timedelta, staff_id: int | None,
) -> Slot:  # fmt: skip
    """A free time of its own; the clinician's row is locked, and nothing lies there. staff_id: who put it up, if
    anybody did."""
    slot = Slot(
        provider_id=provider_id, location_id=location_id, visit_kind=visit_kind, starts_at=starts_at,
        ends_at=starts_at + length, state="free", put_up_by=staff_id, version=1, created_at=clock.now(),
    )  # fmt: skip
    session.add(slot)
    session.flush()
    announce(session)
    return slot


def take(session: Session, slot_id: int, version: int) -> bool:
    """Take a free slot for an appointment that is entered next (`follow` writes down whose); False when it is not free
    any more, or not as it was seen."""
    return turn(session, slot_id, "booked", Slot.state == "free", Slot.version == version)


def take_back(session: Session, slot_id: int, version: int) -> bool:
    """It is not to be given to anybody; whoever was offered it is not waited for. False when it has changed since."""
    return turn(session, slot_id, "closed", Slot.state.in_(CAN_BE_TAKEN), Slot.version == version)


def turn(
    session: Session, slot_id: int, state: str, *guards: ColumnElement[bool], ends_offer: bool = True
) -> bool:  # fmt: skip
    """Give a slot another state if the guards hold (P8). The clinician's row is locked first, as by whoever enters an
    appointment, so that no two wait for each other in a ring. An offer of it is over, unless whoever comes here ends it
    in words of her own."""
    lock(session, session.scalar(select(Slot.provider_id).where(Slot.id == slot_id)))
    values = {"state": state, "version": Slot.version + 1, "appointment_id": None}
    if state not in OFFERED:
        values |= {"in_turn_by": None, "entry_key": None}
    won = db.changed(session, update(Slot).where(Slot.id == slot_id, *guards).values(values))
    if won and ends_offer:
        _left(session, slot_id)
    announce(session)
    return won


def lock(session: Session, provider_id: int | None) -> None:
    """Nobody else books or puts up hours of this clinician until this transaction ends."""
    session.execute(select(Provider.id).where(Provider.id == provider_id).with_for_update())


def lock_all(session: Session, slot_ids: Sequence[int]) -> None:
    """The same for the clinicians of several slots, in one order for everybody."""
    theirs = select(Slot.provider_id).where(Slot.id.in_(slot_ids))
    session.execute(select(Provider.id).where(Provider.id.in_(theirs)).order_by(Provider.id).with_for_update())


def follow(session: Session, appointment: Appointment) -> bool:
    """After an appointment was booked, moved or cancelled, by whatever way: the slot it had is given up, and one that
    lies where it is now is its own, so that nobody else can be offered it. Whether there was such a slot."""
    lock(session, appointment.provider_id)
    given_up = _give_up(session, appointment)
    return _settle_in(session, appointment) or given_up


def _settle_in(session: Session, appointment: Appointment) -> bool:
    if appointment.state != "booked":
        return False
    open_to_it = or_(Slot.state.in_(CAN_BE_TAKEN), and_(Slot.state == "booked", Slot.appointment_id.is_(None)))
    found = session.scalars(select(Slot.id).where(_lies_at(appointment), open_to_it)).all()
    for slot_id in found:
        session.execute(
            update(Slot)
            .where(Slot.id == slot_id)
            .values(
                state="booked", appointment_id=appointment.id, entry_key=None, in_turn_by=None, version=Slot.version + 1
            )
        )
        _left(session, slot_id)
    return bool(found)


def _give_up(session: Session, appointment: Appointment) -> bool:
    """The slot that was the appointment's and is not where it is now stands freed until the EHR knows."""
    elsewhere = ~_lies_at(appointment) if appointment.state == "booked" else true()
    given_up = session.scalars(
        update(Slot)
        .where(Slot.state == "booked", Slot.appointment_id == appointment.id, elsewhere)
        .values(state="freed", entry_key=ehr.entry_key(appointment), version=Slot.version + 1)
        .returning(Slot.id)
    ).all()
    if given_up:
        announce(session)
    return bool(given_up)


def free_hour(session: Session, appointment: Appointment, was: ehr.Was) -> None:
    """The hour that an appointment has left, of which there was no slot yet: listed, and given to nobody until the EHR
    knows."""
    starts_at, ends_at = was.starts_at, was.starts_at + GIVEN_UP
    if starts_at <= clock.now() or _overlapping(session, was.provider_id, starts_at, ends_at):
        return
    slot = add(session, was.provider_id, was.location_id, None, starts_at, GIVEN_UP, None)
    slot.state, slot.appointment_id, slot.entry_key = "freed", appointment.id, ehr.entry_key(appointment)
    session.flush()


def close_freed(session: Session, appointment: Appointment) -> None:
    """The hour that an appointment has just given up is nobody's: we are not there then."""
    given_up = Slot.state == "freed", Slot.entry_key == ehr.entry_key(appointment)
    for slot_id in session.scalars(select(Slot.id).where(*given_up)).all():
        turn(session, slot_id, "closed", Slot.state == "freed")


def still_nobodys(session: Session, key: str, at: ehr.Was, *, let_go_too: bool) -> bool:
    """Whether the hour that was given up by this change is ahead, and nobody has it yet, nor is offered it.
    let_go_too: also where it is free already (decision 0098)."""
    stands = Slot.state.in_(("freed", "free") if let_go_too else ("freed",))
    mine = stands, Slot.entry_key == key, Slot.provider_id == at.provider_id
    lies = Slot.starts_at <= at.starts_at, Slot.ends_at > at.starts_at, Slot.location_id == at.location_id
    slot = session.scalars(select(Slot).where(*mine, *lies)).one_or_none()
    return slot is not None and at.starts_at > clock.now() and not _booked(session, at.provider_id, slot)


def _booked(session: Session, provider_id: int, slot: Slot) -> bool:
    booked = select(Appointment.id).where(
        Appointment.provider_id == provider_id, Appointment.state == "booked",
        Appointment.starts_at >= slot.starts_at, Appointment.starts_at < slot.ends_at,
    )  # fmt: skip
    return session.scalar(booked.limit(1)) is not None


def entered(session: Session, key: str, *, free: bool) -> None:
    """Somebody has told the EHR: what was given up is free now, or not to be given to anybody, also where it was free
    at once; whoever is offered it is too late then."""
    still = Slot.state.in_(("freed",) if free else CAN_BE_TAKEN)
    for slot_id in session.scalars(select(Slot.id).where(still, Slot.entry_key == key)).all():
        turn(session, slot_id, "free" if free else "closed", still)


def let_go(session: Session, slot_id: int) -> bool:
    """Free at once, before the EHR knows: the task that tells it stands still. False when it is not freed any more."""
    return turn(session, slot_id, "free", Slot.state == "freed")


def _lies_at(appointment: Appointment) -> ColumnElement[bool]:
    return and_(
        Slot.provider_id == appointment.provider_id,
        Slot.starts_at <= appointment.starts_at,
        Slot.ends_at > appointment.starts_at,
    )


def _left(session: Session, slot_id: int) -> None:
    """Somebody has filled it by hand, or taken it back: whoever is offered it is too late as of this commit. What else
    she is offered stays hers to take."""
    session.execute(
        update(OfferedTime).where(OfferedTime.slot_id == slot_id, OfferedTime.state == "open").values(state="over")
    )
    left = select(OfferedTime.id).where(OfferedTime.offer_id == Offer.id, OfferedTime.state == "open").exists()
    held_it = select(OfferedTime.offer_id).where(OfferedTime.slot_id == slot_id)
    session.execute(
        update(Offer)
        .where(Offer.id.in_(held_it), Offer.state == "open", ~left)
        .values(state="withdrawn", reason="slot_gone", ended_at=clock.now())
    )
    announce(session)


def announce(session: Session) -> None:
    """Tell open pages, once this transaction holds."""
    queue.announce_later(session, TOPIC)
