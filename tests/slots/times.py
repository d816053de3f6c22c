"""What tests of slots ask and do often: put one up, look at one, and what waits."""

from datetime import timedelta

from sqlalchemy import select

from app import db
from app.models.appointments import Appointment
from app.models.slots import Slot
from app.models.waitlist import WaitlistRequest
from app.scheduling import filling, putting_up, waitlist
from app.scheduling.putting_up import Wanted
from app.scheduling.wishes import Wishes
from tests.house import House
from tests.people import Person
from tests.screens.desk import Browser


def put_up(house: House, staff: Browser, days: int = 2, hour: int = 9, minutes: int = 30) -> int:
    """A free time with the practice's only clinician; its id."""
    wanted = Wanted(1, 1, None, [house.on(days, hour)], timedelta(minutes=minutes))
    with db.transaction("tests.put_up") as session:
        return putting_up.put_up(session, wanted, staff.staff_id)[0]


def waits(who: Person, appointment_id: int | None = None) -> int:
    """She stands on the waitlist, for any time; the request's id."""
    assert who.patient_id is not None
    with db.transaction("tests.waits") as session:
        visit = session.get(Appointment, appointment_id) if appointment_id is not None else None
        return waitlist.ask(session, who.patient_id, Wishes(), "staff", "agent", appointment=visit)


def slot(slot_id: int) -> Slot:
    with db.reading("tests.slot") as session:
        return session.get_one(Slot, slot_id)


def slot_at(house: House, days: int, hour: int) -> Slot:
    with db.reading("tests.slot_at") as session:
        return session.scalars(select(Slot).where(Slot.starts_at == house.on(days, hour))).one()


def request(request_id: int) -> WaitlistRequest:
    with db.reading("tests.request") as session:
        return session.get_one(WaitlistRequest, request_id)


def seen(slot_id: int, request_id: int) -> filling.Seen:
    """Both as they stand now."""
    return filling.Seen(slot_id, slot(slot_id).version, request_id, request(request_id).version)


def as_form(seen: filling.Seen) -> dict[str, int]:
    """The hidden fields of the page's forms."""
    return {"slot_version": seen.slot_version, "request": seen.request_id, "request_version": seen.request_version}
