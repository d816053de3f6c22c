"""Whose number it is, and what that changes: shared phones, unknown senders, numbers that move on (H25, H26)."""

import pytest
from sqlalchemy import select, update

from app import db
from app.models.patients import ContactPoint
from app.models.records import Entry
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Person, patient
from tests.screens.desk import Browser, signed_in, words_of

pytestmark = pytest.mark.of_pages

UNCONFIRMED = "Speaker unconfirmed: several patients share this number"
BEFORE = "Written before the number was attached to anybody"


def _point(house: House, last: int = -1) -> int:
    return house.rows(ContactPoint)[last].id


def test_attaching_stands_in_both_streams(house: House, ana: Person) -> None:
    with db.reading("tests.attached") as session:
        streams = set(session.scalars(select(Entry.stream).where(Entry.kind == "number_attached")))
    assert streams == {f"patient:{ana.patient_id}", f"number:{_point(house)}"}


def test_on_a_shared_phone_the_speaker_is_unconfirmed(
    house: House, front_desk: Browser, ana: Person, sam: Person
) -> None:
    ana.texts("running ten minutes late")
    ana.reads()
    for person in (ana, sam):
        shown = words_of(front_desk.opens(f"/patients/{person.patient_id}"))
        assert "Somebody at this number wrote" in shown
        assert UNCONFIRMED in shown
        assert "running ten minutes late" in shown


def test_an_unknown_number_is_attached_to_a_patient_who_was_found(
    house: House, front_desk: Browser, ana: Person, stranger: Person
) -> None:
    stranger.texts("this is Ana, my new phone")
    stranger.reads()
    number = _point(house)
    shown = words_of(front_desk.opens(f"/numbers/{number}"))
    assert "Nobody we know has this number" in shown
    assert "this is Ana, my new phone" in shown
    assert "Ana López" in front_desk.sends(f"/numbers/{number}/find", 200, wanted="lopez")
    where = front_desk.sends(f"/numbers/{number}/attach", patient=ana.patient_id)
    assert where == f"/patients/{ana.patient_id}?done=attached"
    shown = words_of(front_desk.opens(where))
    assert "this is Ana, my new phone" in shown
    assert BEFORE in shown
    assert UNCONFIRMED not in shown
    [item] = house.rows(DeskItem)
    assert item.patient_id == ana.patient_id
    assert "Waiting for a person" in shown


def test_a_number_that_moved_on_takes_no_words_along(house: House, front_desk: Browser, ana: Person) -> None:
    ana.texts("what are your opening hours")
    ana.reads()
    number = _point(house)
    front_desk.sends(f"/patients/{ana.patient_id}/numbers/{number}/detach")
    rosa = patient(house, "Rosa Jiménez", "+12025550101")
    rosa.texts("a que hora abren")
    house.carrier.pump()
    rosa.handset.reads()
    hers = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    other = words_of(front_desk.opens(f"/patients/{rosa.patient_id}"))
    assert "opening hours" in hers
    assert "a que hora" not in hers
    assert "a que hora" in other
    assert "opening hours" not in other


def test_attaching_needs_a_patient_and_a_number_that_are_there(house: House, nurse: Browser, ana: Person) -> None:
    nurse.sends(f"/numbers/{_point(house)}/attach", 404, patient=77)
    nurse.sends("/numbers/77/attach", 404, patient=ana.patient_id)
    nurse.sends(f"/numbers/{_point(house)}/attach", 400, patient="one")


def test_an_auditor_attaches_nothing(house: House, auditor: Browser, ana: Person, stranger: Person) -> None:
    stranger.texts("hello")
    stranger.reads()
    auditor.sends(f"/numbers/{_point(house)}/attach", 403, patient=ana.patient_id)
    assert "Attach" not in words_of(auditor.opens(f"/numbers/{_point(house)}"))


def test_what_waits_stays_with_whom_it_concerned(house: House, front_desk: Browser, ana: Person) -> None:
    """Her words wait still, whoever has the number now; what comes to the number later is not hers."""
    ana.texts("zxqv blorp")
    ana.reads()
    front_desk.sends(f"/patients/{ana.patient_id}/numbers/{_point(house)}/detach")
    assert "Waiting for a person" in words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    with db.transaction("tests.settled") as session:
        session.execute(update(DeskItem).values(state="closed", closed_at=house.clock()))
    house.clock.passes(hours=80)
    ana.texts("zxqv blorp")
    ana.handset.reads()
    later = signed_in(house, "Fiona", "front_desk")
    assert "Waiting for a person" not in words_of(later.opens(f"/patients/{ana.patient_id}"))
