"""An item's timeline leaves room for what was said: a night of pages is one line of it, each page a step."""

from datetime import UTC, datetime, timedelta

import pytest

from app import clock, db, timeline
from escalation_desk.models import DeskItem
from escalation_desk.views.told import SHOWN, Told, pages_in_one
from tests.desk.desk import address, only_item
from tests.house import House
from tests.people import Colleague, Person
from tests.screens.desk import words_of
from tests.web.browsing import signed_in

pytestmark = pytest.mark.of_pages
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_night_of_pages_is_one_line_and_hides_nothing_that_was_said(
    house: House, ana: Person, nora: Colleague
) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    item = only_item(house)
    _rings(house, item, nora.id, SHOWN + 20)
    page = signed_in(house, "nils", "nurse").page(address(item))
    assert words_of(page).count(f"Nora was paged ({SHOWN} times) ·") == 1, "as many as are looked at"
    assert "my knee is swollen since yesterday" in page.partition('class="told"')[2]
    assert page.count('<li class="agent step">') >= SHOWN


def _rings(house: House, item: DeskItem, staff_id: int, times: int) -> None:
    for _ in range(times):
        house.clock.passes(minutes=5)
        with db.transaction("tests.rings") as session:
            timeline.append(session, item.stream, "paged", "agent", item=item.id, owner=staff_id)
    assert clock.now() == house.clock()


# --- by itself -----------------------------------------------------------------------------------------------------


def _told(sentence: str, weight: str = "", *, is_page: bool = False, ago: int = 0) -> Told:
    return Told(AT - timedelta(minutes=ago), sentence, None, "agent", weight, is_page)


def test_pages_in_turn_are_counted_by_whom_they_went_to_and_steps_between_them_are_not_seen() -> None:
    entries = [
        _told("Ana wrote"), _told("Nora was paged", is_page=True, ago=5), _told("Taken", "step", ago=6),
        _told("Nick was paged", is_page=True, ago=10), _told("Nora was paged", is_page=True, ago=15),
        _told("Read", "step", ago=16), _told("Ana wrote", ago=20),
    ]  # fmt: skip
    shown = list(pages_in_one(entries))
    assert [(each.sentence, each.weight) for each in shown] == [
        ("Ana wrote", ""), ("Nora was paged (2 times); Nick was paged", "sum"), ("Nora was paged", "step"),
        ("Taken", "step"), ("Nick was paged", "step"), ("Nora was paged", "step"), ("Read", "step"), ("Ana wrote", ""),
    ]  # fmt: skip
    assert (shown[1].since, shown[1].at) == (AT - timedelta(minutes=15), AT - timedelta(minutes=5))


def test_what_was_said_between_two_pages_parts_them() -> None:
    entries = [_told("Paged", is_page=True), _told("Ana wrote"), _told("Paged", is_page=True)]
    assert list(pages_in_one(entries)) == entries
