"""The page of all follow-ups: counted by what they are about, whose they are and how late, and narrowed by it (P7)."""

import re

import pytest

from tests.follow_ups.capturing import captured
from tests.house import House
from tests.people import Colleague, Person
from tests.screens.desk import Browser, signed_in_again, words_of

pytestmark = pytest.mark.of_pages


def _counted(page: str) -> dict[str, list[int]]:
    """The table of the page: of each of its rows all, front desk, nurses, still ahead, and late up to 7 days, up to 30
    and for longer."""
    body = page[page.index('<table class="figures open-ones"') : page.index("</table>")]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', body, re.S)
    return {name: [int(each) for each in re.findall(r">(\d+)<", cells)] for name, cells in rows}


def test_all_that_is_open_is_counted_and_each_number_leads_to_its_rows(
    house: House, manager: Browser, ana: Person, rosa: Person, fran: Colleague
) -> None:
    for who, kind, days in ((ana, "lab", 1), (ana, "referral", 9), (rosa, "callback", 39)):
        captured(house, who, fran, kind, days)
    captured(house, rosa, fran, "lab", 8, "nurses")
    house.clock.passes(hours=24 * 39)
    desk = signed_in_again(house, manager.staff_id)
    page = desk.opens("/follow-ups")
    assert _counted(page) == {
        "Labs or another order": [2, 1, 1, 0, 0, 0, 2],
        "Referral to another office": [1, 1, 0, 0, 0, 1, 0],
        "Call that we owe": [1, 1, 0, 1, 0, 0, 0],
        "All": [4, 3, 1, 1, 0, 1, 2],
    }
    narrowed = words_of(desk.opens("/follow-ups?kind=lab&age=longer"))
    assert "Only Labs or another order · Over 30 days late" in narrowed
    assert "Labs or another order 2 open, 2 late" in narrowed
    assert "Call that we owe 1 open" not in narrowed
    assert "nobody has said" not in narrowed, "what leaks stands on the whole page"
    of_nurses = words_of(desk.opens("/follow-ups?owner=nurses"))
    assert "Labs or another order 1 open, 1 late" in of_nurses
    assert ("Rosa" in of_nurses, "Ana" in of_nurses) == (True, False)
    assert "No such follow-up is open" in words_of(desk.opens("/follow-ups?owner=nurses&kind=callback"))
    assert "Call that we owe 1 open" in words_of(desk.opens("/follow-ups?age=ahead&kind=nonsense"))
    links = re.findall(r'href="(/follow-ups\?[^"]+)"', page)
    assert len(links) == 15
    for link in links:
        assert "No such follow-up is open" not in words_of(desk.opens(link.replace("&amp;", "&"))), link


def test_whoever_stands_on_the_edge_of_an_age_is_counted_once(
    house: House, manager: Browser, ana: Person, fran: Colleague
) -> None:
    for days in (1, 8, 9, 31, 32, 39):
        captured(house, ana, fran, "lab", days)
    house.clock.passes(hours=24 * 39)
    page = signed_in_again(house, manager.staff_id).opens("/follow-ups")
    assert _counted(page)["All"] == [6, 6, 0, 1, 1, 2, 2], "0; 7; 8, 30; 31, 38 days late"


def test_the_regular_patients_out_of_sight_are_counted_on_both_first_screens(manager: Browser) -> None:
    for first_screen in ("/follow-ups", "/outreach"):
        assert "No regular patient is without contact for six months" in words_of(manager.opens(first_screen))
