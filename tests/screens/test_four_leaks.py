"""The leaks are counted from rows: what falls into each, what does not, and who stands in the dark panel."""

from datetime import timedelta

from sqlalchemy import update

from app import db
from app.models.patients import Patient
from app.outreach import loops
from app.scheduling import booking
from app.screens import four_leaks
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import by_telephone, captured, stands
from tests.house import House
from tests.people import Colleague, Person, patient
from tests.screens.desk import Browser, signed_in_again, words_of


def _counts(house: House) -> dict[str, int]:
    with db.reading("tests.counts") as session:
        return {leak.name: leak.many for leak in (count(session) for count in four_leaks.COUNTS)}


def test_late_ones_are_counted_until_somebody_has_them(
    house: House, manager: Browser, ana: Person, fran: Colleague
) -> None:
    carla = by_telephone(house, "Carla Gómez")
    order, hers = captured(house, carla, fran, "lab", 1), captured(house, ana, fran, "lab", 1)
    house.clock.becomes(house.on(3, 12))
    assert (_counts(house)["ownership"], _counts(house)["contact"]) == (2, 2), "no ticker ran: nobody has them"
    house.tick()
    ana.reads("an order from your visit")
    assert (_counts(house)["ownership"], _counts(house)["contact"]) == (0, 1), "one is a task, one was asked"
    with db.transaction("tests.closed") as session:
        session.execute(update(DeskItem).values(state="closed", closed_at=house.clock()))
    assert _counts(house)["ownership"] == 1
    versions = {row_id: stands(row_id).version for row_id in (order, hers)}
    with db.transaction("tests.not_reached") as session:
        for row_id, version in versions.items():
            assert loops.close(session, row_id, version, "not_reached", fran.id, None)
    assert _counts(house) == {"ownership": 0, "contact": 0, "documentation": 1, "dark": 0}, "Ana was tried by text"
    page = words_of(signed_in_again(house, manager.staff_id).opens("/follow-ups/leaks"))
    assert "closed as not reached, and no attempt stands in the record 1" in page
    assert "Carla Gómez Lab" in page


def test_the_dark_panel_holds_regular_patients_of_whom_nothing_is_heard(
    house: House, manager: Browser, ana: Person, rosa: Person, fran: Colleague
) -> None:
    sam = patient(house, "Sam López", "+12025550177")
    with db.transaction("tests.regular") as session:
        for each, days in ((ana, -300), (rosa, -300), (sam, -100)):
            booking.book(session, each.patient_id or 0, 1, 1, house.on(days, 9), None, visit_type="chronic")
        session.execute(update(Patient).values(created_at=house.clock() - timedelta(days=400)))
    assert _counts(house)["dark"] == 2, "Sam was seen a hundred days ago"
    rosa.texts("gracias")
    rosa.unread.clear()
    assert _counts(house)["dark"] == 1
    page = words_of(manager.opens("/follow-ups"))
    assert "1 regular patient without contact for six months" in page
    with db.transaction("tests.ahead") as session:
        booking.book(session, ana.patient_id or 0, 1, 1, house.on(20, 9), None, visit_type="chronic")
    assert _counts(house)["dark"] == 0
