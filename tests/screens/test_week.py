"""The week's list: what patients wrote after their yes, and when each is asked or why not, in as few looks as one."""

import pytest

from app import db
from app.models.patients import ContactPoint
from tests.house import House
from tests.people import Colleague, Person, patient, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.sending.test_statements import counted

pytestmark = [pytest.mark.of_pages]


@pytest.fixture
def booked(house: House, ana: Person) -> int:
    """Ana confirmed her visit of tomorrow by text; 20 minutes later she writes again."""
    booked = visit(house, ana, days=1)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    house.clock.passes(minutes=20)
    return booked


@pytest.mark.usefixtures("booked")
@pytest.mark.parametrize(
    ("wrote", "told"),
    [
        ("actually can I come another day?", "asked for another time"),
        ("cancel my appointment please", "asked to cancel"),
        ("I need to talk to a person", "asked for a person"),
        ("zxqv blorp", "wrote to the front desk"),
    ],
)
def test_a_yes_does_not_stand_alone_beside_what_she_wrote_since(
    house: House, fran: Colleague, ana: Person, wrote: str, told: str
) -> None:
    front_desk = signed_in_again(house, fran.id)
    assert "✓ Confirmed" in words_of(front_desk.opens("/appointments"))
    ana.texts(wrote)
    ana.reads()
    page = front_desk.opens("/appointments")
    assert f"3:00 PM Ana López Dr. Chen · Main Street ▲ Confirmed; {told}, 10:20 AM" in words_of(page)
    assert "Tuesday, November 24 0 of 1 confirmed" in words_of(page)
    (item,) = fran.sees("front_desk")
    assert f'<a href="/desk/items/{item.id}">{told}, <time' in page
    assert f"Confirmed; {told}, 10:20 AM" in words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    fran.settles(item)
    assert "✓ Confirmed" in words_of(front_desk.opens("/appointments"))


def test_words_for_the_nurses_are_told_and_not_shown(
    house: House, fran: Colleague, nora: Colleague, ana: Person, booked: int
) -> None:
    second = visit(house, ana, days=4)
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    told = "Confirmed; the nurses have the patient’s words, 10:20 AM"
    for colleague, links in ((fran, 0), (nora, 2)):
        page = signed_in_again(house, colleague.id).opens("/appointments")
        assert told in words_of(page)
        assert page.count('href="/desk/items/1"') == links, "of no certain visit, so beside each"
    assert second != booked


def test_each_row_says_when_its_patient_is_or_was_asked(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    front_desk = signed_in_again(house, fran.id)
    near, mute = patient(house, "Bob B", "+12025550131"), patient(house, "Dan D", "+12025550132")
    visit(house, near, days=1, hour=15)
    visit(house, ana, days=5, hour=7)
    visit(house, rosa, days=2, hour=9)
    visit(house, mute, days=6, hour=9)
    with db.transaction("tests.mute") as session:
        point = session.get_one(ContactPoint, 4)
        point.cannot_text = "landline"
    assert "Rosa Jiménez Dr. Chen · Main Street ○ Not confirmed yet Will be asked within a minute" in _week(front_desk)
    house.tick()
    for each in (near, rosa):
        each.handset.reads()
    shown = _week(front_desk)
    assert "Bob B Dr. Chen · Main Street ○ Not confirmed yet Asked 10:00 AM, no answer yet; again 3:00 PM" in shown
    assert "Ana López Dr. Chen · Main Street ○ Not confirmed yet Will be asked Thu Nov 26, 8:00 AM" in shown
    assert "no answer yet; again Tue Nov 24, 9:00 AM" in shown
    assert "Dan D Dr. Chen · Main Street ○ Not confirmed yet ▲ Please call: the number cannot be texted" in shown
    with db.transaction("tests.rung") as session:
        session.get_one(ContactPoint, 4).calls_agreed_at = house.clock()
    assert "Dan D Dr. Chen · Main Street ○ Not confirmed yet Will be asked" in _week(front_desk), "our system calls him"
    rosa.texts("zxqv blorp")
    rosa.reads("una persona lo va a leer")
    assert "Asked 10:00 AM; again Tue Nov 24, 9:00 AM, if that is read by then" in _week(front_desk)
    house.becomes(house.on(1, 9, 5))
    shown = _week(signed_in_again(house, fran.id))
    assert "○ Not confirmed yet; wrote to the front desk, Mon Nov 23, 10:00 AM Not asked until that is read" in shown


def test_a_full_week_takes_as_many_looks_as_a_day(house: House, front_desk: Browser, ana: Person) -> None:
    visit(house, ana, days=1)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    front_desk.opens("/appointments")
    with counted() as one:
        front_desk.opens("/appointments")
    for number in range(8):
        other = patient(house, f"Patient {number}", f"+120255503{number:02}")
        visit(house, other, days=1 + number % 5, hour=9 + number % 3)
        other.handset.texts("zxqv blorp")
    house.tick()
    with counted() as many:
        assert front_desk.opens("/appointments").count("Not confirmed yet") == 9
    assert len(many) <= len(one) + 1, many


def _week(at_desk: Browser) -> str:
    return words_of(at_desk.opens("/appointments"))
