"""Who wrote is not asked again over her own words: asking waits until the front desk has read them."""

import pytest

from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import words_of
from tests.web.browsing import signed_in, signed_in_again

WAITS = "Will be asked again by text once the front desk has read what the patient wrote."


@pytest.fixture
def wrote(house: House, ana: Person) -> None:
    """Asked two days ahead; she answered something that nobody understood, and a day later nobody has read it."""
    visit(house, ana, days=2, hour=15)
    house.passes(hours=6)
    ana.reads("Reply 1")
    ana.texts("zxqv blorp")
    ana.reads("a person will read it")
    house.becomes(house.on(1, 15, 5))


@pytest.mark.usefixtures("wrote")
def test_nobody_is_asked_again_while_her_answer_lies_unread(house: House, ana: Person) -> None:
    ana.nothing_more()
    desk = signed_in(house, "frida", "front_desk")
    assert WAITS in words_of(desk.page(f"/patients/{ana.patient_id}"))
    held = words_of(desk.page("/outreach"))
    assert "The patient wrote, and the words wait for the front desk" in held


@pytest.mark.usefixtures("wrote")
def test_asking_goes_on_once_a_person_has_read_and_let_go(house: House, ana: Person, fran: Colleague) -> None:
    (item,) = fran.sees("front_desk")
    fran.claims(item)
    fran.reads_all(item)
    house.tick()
    ana.nothing_more()  # Fran writes to her just now
    fran.closes(item, "nothing_to_do")
    house.tick()
    ana.reads("Reply 1")


@pytest.mark.usefixtures("wrote")
def test_what_nobody_reads_is_a_persons_before_the_visit(house: House, ana: Person, fran: Colleague) -> None:
    house.becomes(house.on(1, 9))
    ana.nothing_more()
    assert "confirm_by_phone_words_wait" in [item.reason for item in fran.sees("front_desk")]
    page = words_of(signed_in_again(house, fran.id).page("/desk/front-desk"))
    assert "Read first what the patient wrote, then confirm by telephone: no text asks again" in page
    assert len(house.rows(DeskItem)) == 2


def test_words_of_somebody_else_hold_nobody_back(house: House, ana: Person, stranger: Person) -> None:
    stranger.texts("is this the bakery on Main?")
    stranger.reads("person will read it")
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
