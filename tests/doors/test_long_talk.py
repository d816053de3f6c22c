"""One number that writes and writes: what came before is read along as far as it fits, and no further (H07)."""

import pytest

from app.inbound.readings import LONGEST_READ, newest_that_fit
from app.models.conversations import Exchange
from escalation_desk.joining import Earlier
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import Colleague, Person

LONG = ("can you move it to friday blorp please ok " * 40)[:1600]
TOO_MANY = LONGEST_READ // len(LONG) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "lists"),
    [
        ([*[LONG] * TOO_MANY, "passed", "out"], ["nurses"]),
        ([LONG] * 8, []),
    ],
    ids=["after a flood", "a flood alone"],
)
def test_the_newest_words_that_fit_are_read_along(
    house: House, ana: Person, nora: Colleague, words: list[str], lists: list[str]
) -> None:
    """No reading grows with the flood, and nothing harmless becomes a nurse's work for its length alone."""
    for body in words:
        assert post(house, text_form(body)).status == 200
    assert [item.list for item in nora.sees("nurses")] == lists
    assert len(house.rows(Exchange)) == len(words)
    house.work()
    ana.handset.reads()


@pytest.mark.parametrize(
    ("room", "joined"),
    [(0, []), (5, []), (6, ["third"]), (13, ["second", "third"]), (99, ["first", "second", "third"])],
)
def test_what_fits_is_the_newest_in_the_order_it_came(room: int, joined: list[str]) -> None:
    newest = [Earlier(3, "third"), Earlier(2, "second"), Earlier(1, "first")]
    assert [text.body for text in newest_that_fit(newest, room)] == joined
