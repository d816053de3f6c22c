"""What may not be, whatever has happened to two patients and the slots that they want (H41, H42, H47)."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import db
from app.models.appointments import Appointment
from app.models.conversations import Conversation, Exchange
from app.models.offers import Offer, OfferedTime
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from escalation_desk.models import DeskItem
from tests.slots.races import FAR, Scene, Waiter

World = tuple[object, ...]


def flaws(scene: Scene) -> list[str]:
    """What should not be, as things stand."""
    with db.reading("tests.flaws") as session:
        found = [each for slot_id in (scene.slot, scene.other) for each in _of_slot(session, slot_id)]
        for who in (scene.ana, scene.rosa):
            found += _of_patient(session, scene, who)
        undecided = session.scalars(select(Exchange.key).where(Exchange.outcome.is_(None))).all()
    return found + ["a text was taken in and nothing became of it"] * len(undecided)


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


def _of_patient(session: Session, scene: Scene, who: Waiter) -> list[str]:
    """Nobody is left with neither the old visit nor the new, but by a cancellation; who has no other time keeps her
    place; nobody has gained two."""
    visits = session.scalars(select(Appointment).where(Appointment.patient_id == who.patient)).all()
    booked = [each for each in visits if each.state == "booked"]
    new = [each for each in booked if each.starts_at < scene.starts + FAR]
    waits = session.get_one(WaitlistRequest, who.request).state
    found = []
    if not booked and not any(each.state == "cancelled" for each in visits):
        found.append("a patient was left with no visit")
    if len(new) > 1:
        found.append("one patient has two of the times")
    if waits == "filled" and not any(each.version > 1 or each.id != who.visit for each in visits):
        found.append("a request counts as filled, and she has no other time")
    if waits not in ("waiting", "filled"):
        found.append(f"who asked for nothing of the kind waits no more: {waits}")
    return found


def world(scene: Scene) -> World:
    """All that what comes next can depend on, whoever has which number: two scenes with the same have the same
    future."""
    said = [(who.said or [("", "")])[-1][1] for who in (scene.ana, scene.rosa)]
    return (*stands(scene), *said)


def stands(scene: Scene) -> World:
    """The same without what the carrier could bring once more."""
    with db.reading("tests.world") as session:
        names = {scene.ana.patient: "Ana", scene.rosa.patient: "Rosa"}
        visits = {
            row.id: (names[row.patient_id], row.state, _place(scene, row), row.confirmed_at is not None)
            for row in session.scalars(select(Appointment))
        }
        slots = sorted(
            (
                str(row.starts_at - scene.starts),
                row.state,
                row.in_turn_by or 0,
                str(visits.get(row.appointment_id or 0)),
            )
            for row in session.scalars(select(Slot))
        )
        waits = [(names[row.patient_id], row.state) for row in session.scalars(select(WaitlistRequest))]
        last = {
            names[row.patient_id]: _offer(session, row) for row in session.scalars(select(Offer).order_by(Offer.id))
        }
        talks = {
            row.patient_id and names[row.patient_id]: (row.dialog, row.state, row.ended_as)
            for row in session.scalars(select(Conversation).order_by(Conversation.id))
        }
        items = select(DeskItem.patient_id, DeskItem.reason, DeskItem.list).where(DeskItem.state != "closed")
        tasks = {(names.get(row[0] or 0, ""), *row[1:]) for row in session.execute(items)}
    later = (scene.house.clock.at - scene.starts) // timedelta(minutes=30)
    parts = (sorted(visits.values()), slots, sorted(waits), sorted(last.items()), sorted(talks.items()), sorted(tasks))
    return (*map(repr, parts), later)


def _place(scene: Scene, visit: Appointment) -> str:
    return str(visit.starts_at - scene.starts)


def _offer(session: Session, row: Offer) -> tuple[object, ...]:
    times = session.execute(select(OfferedTime.slot_id, OfferedTime.state).where(OfferedTime.offer_id == row.id))
    return row.state, row.reason, row.conversation_id is not None, sorted(tuple(each) for each in times)
