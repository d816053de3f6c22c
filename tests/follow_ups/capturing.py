"""Follow-ups as a practice captures them, by the verbs that its screens use."""

from datetime import timedelta

from app import db, people
from app.models.follow_ups import FollowUp
from app.outreach import follow_ups, happened, loops
from app.outreach.follow_ups import Need
from app.people import Details
from app.scheduling import booking
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person


def captured(house: House, who: Person, by: Colleague, kind: str, days: int, owner: str = "front_desk") -> int:
    """Noted at the visit: due in so many days."""
    assert who.patient_id is not None
    with db.transaction("tests.captured") as session:
        need = Need(key=f"tests:{who.patient_id}:{kind}:{days}:{house.clock().isoformat()}", patient_id=who.patient_id,
                    kind=kind, owner=owner, due_on=follow_ups.today(session) + timedelta(days=days))  # fmt: skip
        found = follow_ups.capture(session, need, by.id)
    assert found is not None
    return found


def by_telephone(house: House, name: str) -> Person:
    """A patient without any number of which we know: what is due for her is a person's at once."""
    with db.transaction("tests.by_telephone") as session:
        details = Details(name=name, birth_date="1961-02-03", language="en", time_zone=None)
        row = people.add_patient(session, details, [], None)
    return Person(house, house.carrier.handset("+12025550188"), row.id)


def stands(follow_up_id: int) -> FollowUp:
    with db.reading("tests.stands") as session:
        return session.get_one(FollowUp, follow_up_id)


def books(house: House, who: Person, days: int) -> int:
    """Staff book a visit for her."""
    assert who.patient_id is not None
    with db.transaction("tests.books") as session:
        loops.hold(session, who.patient_id)
        found = booking.book(session, who.patient_id, 1, 1, house.on(days, 9), None).id
        happened.booked(session, who.patient_id)
    return found


def tasks(house: House) -> list[tuple[str, str, str]]:
    """What stands on the desk about follow-ups: list, reason, state."""
    return [(item.list, item.reason, item.state) for item in house.rows(DeskItem) if item.follow_up_id is not None]
