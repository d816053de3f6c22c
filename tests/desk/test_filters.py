"""A part of a list: what it leaves out is counted, and crisis words pass every filter (issue 6, point 1)."""

import re
from itertools import combinations, product

import pytest

from escalation_desk.views.filters import CHOICES
from tests.house import House
from tests.people import Colleague, Person, phone
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = pytest.mark.of_pages
TWO_TOGETHER = [
    f"{one}={first}&{other}={second}"
    for one, other in combinations(CHOICES, 2)
    for first, second in product([*CHOICES[one], ""], [*CHOICES[other], ""])
]
"""Every choice alone, and with every choice of another kind."""


def _shown(page: str) -> list[int]:
    return [int(each) for each in re.findall(r'id="item-(\d+)"', page)]


def _hidden(page: str) -> int:
    found = re.search(r"(\d+) more items? (?:is|are) not shown", words_of(page))
    return int(found[1]) if found else 0


def test_each_part_shows_what_fits_counts_the_rest_and_never_hides_a_crisis(
    house: House, ana: Person, rosa: Person, nora: Colleague
) -> None:
    stranger, crisis = phone(house, "+12025550177"), phone(house, "+12025550178")
    crisis.texts("I want to die")
    crisis.handset.reads()
    house.clock.passes(hours=2)
    for who, words in ((ana, "my knee is swollen"), (rosa, "me duele la rodilla"), (stranger, "my foot hurts")):
        who.texts(words)
        who.handset.reads()
    one, hers, rosas, unknown = nora.sees()
    nils = signed_in(house, "nils", "nurse")
    nils.posts(f"/desk/items/{hers.id}/claim")
    nora.claims(rosas)
    expected = {
        "": [one.id, hers.id, rosas.id, unknown.id],
        "owner=mine": [one.id, hers.id],
        "owner=others": [one.id, rosas.id],
        "owner=nobody": [one.id, unknown.id],
        "language=es": [one.id, rosas.id, unknown.id],
        "language=en&owner=mine": [one.id, hers.id],
        "kind=task": [one.id],
        "age=60": [one.id],
        "age=7&kind=nothing&owner=": [one.id, hers.id, rosas.id, unknown.id],
    }
    for query, ids in expected.items():
        for path in ("/desk/nurses", "/desk/nurses/rows"):
            page = nils.page(f"{path}?{query}")
            assert (_shown(page), _hidden(page)) == (ids, 4 - len(ids)), (path, query)
    page = nils.page("/desk/nurses?owner=mine")
    assert 'hx-get="/desk/nurses/rows?owner=mine"' in page, "it stays so as it refreshes itself"
    assert "(4!) Nurses" in page, "what waits is counted whole"
    house.clock.passes(minutes=31)
    nils = signed_in(house, "nelly", "nurse")
    assert _shown(nils.page("/desk/nurses?owner=nobody")) == [one.id, hers.id, rosas.id, unknown.id], "claims are over"
    empty = words_of(nils.page("/desk/front-desk?owner=mine"))
    assert "Nobody is waiting" in empty
    for query in TWO_TOGETHER:
        page = nils.page(f"/desk/nurses/rows?{query}")
        assert one.id in _shown(page), query
        assert len(_shown(page)) + _hidden(page) == 4, query
