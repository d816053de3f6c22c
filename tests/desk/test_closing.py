"""What an item says of reminders is true of this patient and number (P13)."""

import pytest
from sqlalchemy import update

from app import db, people
from app.models.patients import ContactPoint, Patient
from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, only_item
from tests.house import House
from tests.people import Colleague, Person, phone, visit
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.of_pages

HELD, GOES_ON = "Reminders to this patient are held back until it is closed", "Closing lets reminders go on."


@pytest.fixture
def nora_(house: House, ana: Person) -> Browser:
    """Nora has Ana's words."""
    at_desk = signed_in(house, "nora", "nurse")
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    claims(at_desk, only_item(house))
    return at_desk


def _shown(at_desk: Browser) -> str:
    return words_of(at_desk.page("/desk/items/1"))


def test_usually_closing_lets_them_go_on(nora_: Browser) -> None:
    assert HELD in _shown(nora_)
    assert GOES_ON in _shown(nora_)


def test_not_to_a_number_that_asked_for_no_more(nora_: Browser, ana: Person) -> None:
    ana.texts("STOP")
    ana.handset.reads()
    shown = _shown(nora_)
    assert "This number gets no reminders: it asked for no more texts" in shown
    assert HELD not in shown
    assert GOES_ON not in shown


@pytest.mark.parametrize(
    ("table", "values", "said"),
    [
        (ContactPoint, {"cannot_text": "landline"}, "This number gets no reminders: it cannot be texted"),
        (Patient, {"do_not_contact": True}, "No reminders go out: the patient is not to be contacted"),
    ],
)
def test_nor_where_none_would_go(
    nora_: Browser, table: type[Patient | ContactPoint], values: dict[str, object], said: str
) -> None:
    with db.transaction("tests.silenced") as session:
        session.execute(update(table).values(**values))
    assert said in _shown(nora_)
    assert GOES_ON not in _shown(nora_)


def test_nor_while_another_item_holds_them(house: House, nora_: Browser, ana: Person) -> None:
    other = phone(house, "+12025550111")
    with db.transaction("tests.attach") as session:
        people.attach_number(session, ana.patient_id or 0, "+12025550111", 1)
    other.texts("I feel dizzy")
    other.reads("A nurse")
    assert "Reminders stay held back: the nurses have other words of this patient." in _shown(nora_)
    assert GOES_ON not in _shown(nora_)


def test_the_front_desks_items_hold_none_back(house: House, rosa: Person) -> None:
    rosa.texts("zxqv blorp")
    rosa.reads()
    fran = signed_in(house, "fran", "front_desk")
    claims(fran, only_item(house))
    shown = words_of(fran.page(address(only_item(house))))
    assert "eminders" not in shown


def test_nobody_calls_beside_the_nurses(house: House, ana: Person, nora: Colleague, fran: Colleague) -> None:
    """P13: crisis words, then STOP: the question by telephone waits until they are settled, or until its deadline."""
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("I want to die")
    ana.reads("988")
    ana.texts("STOP")
    ana.handset.reads()
    assert fran.sees("front_desk") == []
    house.passes(hours=24)
    assert fran.sees("front_desk") == []
    nora.settles(nora.sees()[0])
    house.tick()
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_opted_out"]


def test_a_task_says_when_the_nurses_have_words_of_the_patient(house: House, ana: Person, nora: Colleague) -> None:
    visit(house, ana, days=1, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("I want to die")
    ana.reads("988")
    ana.texts("STOP")
    ana.handset.reads()
    fran, ask = signed_in(house, "francis", "front_desk"), "The nurses have words from this patient: ask them before"
    (task,) = (item for item in house.rows(DeskItem) if item.list == "front_desk")
    for path in ("/desk/front-desk", address(task)):
        assert ask in words_of(fran.page(path))
    assert ask not in words_of(signed_in(house, "nell", "nurse").page("/desk/nurses"))
    nora.settles(nora.sees()[0])
    for path in ("/desk/front-desk", address(task)):
        assert ask not in words_of(fran.page(path))
    assert "the number asked for no more texts" in words_of(fran.page(address(task)))
    ana.texts("START")
    ana.handset.reads()
    shown = words_of(fran.page(address(task)))
    assert "takes them again now" in shown
    assert "Cannot be texted" not in shown


def test_do_not_contact_stands_on_the_task_and_the_number(house: House, ana: Person, fran: Colleague) -> None:
    """One true sentence: “do not contact” and “call” never stand side by side."""
    ana.texts("zxqv blorp")
    ana.reads()
    with db.transaction("tests.silenced") as session:
        session.execute(update(Patient).values(do_not_contact=True))
    at_desk = signed_in(house, "francis", "front_desk")
    pages = ("/desk/front-desk", address(only_item(house)))
    for path in (*pages, "/desk/call-list"):
        assert "Do not contact: only answer" in words_of(at_desk.page(path))
        assert "May be texted" not in words_of(at_desk.page(path))
    with db.transaction("tests.landline") as session:
        session.execute(update(ContactPoint).values(cannot_text="landline"))
    for path in (*pages, f"/patients/{ana.patient_id}"):
        assert "Cannot be texted: call" not in words_of(at_desk.page(path))
    for path in pages:
        assert "Do not contact: only answer, and by a call: no texts arrive" in words_of(at_desk.page(path))
    assert "May be texted" not in words_of(at_desk.page(f"/patients/{ana.patient_id}"))
