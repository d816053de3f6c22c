"""A symptom in parts: the patient, the list, the item and the record follow what the parts say together (H07)."""

import json
import re

import pytest

from app.models.conversations import Exchange
from app.models.records import Entry
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person
from tests.web.browsing import signed_in

pytestmark = pytest.mark.slow


@pytest.mark.of_words
@pytest.mark.parametrize(
    "parts", [("my chest", "is hurting and I feel odd"), ("hurts", "my chest"), ("chest", "hurts")]
)
def test_the_fixed_text_and_the_rank_follow_the_whole(ana: Person, nora: Colleague, parts: tuple[str, str]) -> None:
    """Each part alone is no emergency; together they are, whichever came first."""
    ana.texts(parts[0])
    first = ana.reads("911")
    assert "Do not wait for a text from us" not in first
    ana.texts(parts[1])
    ana.reads("call 911 now. Do not wait for a text from us")
    ana.nothing_more()
    (item,) = nora.sees("nurses")
    assert (item.rank, item.reason) == (0, "emergency")


def test_in_spanish_and_in_three_parts(rosa: Person, nora: Colleague) -> None:
    rosa.texts("me duele")
    rosa.reads("enfermer")
    rosa.texts("mucho el")
    rosa.texts("pecho")
    rosa.reads("llame ahora mismo al 911")
    (item,) = nora.sees("nurses")
    assert item.rank == 0


def test_what_was_told_is_not_told_again_for_every_further_word(ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("Do not wait for a text from us")
    ana.texts("it hurts a lot")
    ana.reads("A nurse will read your message")
    ana.texts("yes")
    ana.nothing_more()
    assert len(nora.sees("nurses")) == 1


def test_parts_far_apart_or_from_two_numbers_are_not_one(
    house: House, ana: Person, rosa: Person, nora: Colleague
) -> None:
    ana.texts("my chest")
    ana.reads("A nurse will read your message")
    rosa.texts("hurts")
    rosa.reads("enfermer")
    house.passes(minutes=11)
    ana.texts("hurts")
    ana.nothing_more()
    assert {item.rank for item in nora.sees("nurses")} == {1}


def test_the_record_says_with_which_texts_it_was_read(house: House, ana: Person) -> None:
    ana.texts("my chest")
    ana.texts("hurts")
    ana.handset.reads()
    first, second = house.rows(Exchange)
    entries = sorted(house.rows_of(Entry), key=lambda entry: (entry.stream, entry.position))
    read = [entry for entry in entries if entry.kind == "text_read"]
    assert [entry.details.get("joined") for entry in read] == [None, [first.id]]
    assert second.reading is not None
    kept = json.loads(second.reading)
    assert [(part["exchange"], part["text"]) for part in kept["joined"]] == [(first.id, "my chest")]
    assert kept["fixed_text"] == "emergency"


@pytest.mark.of_words
@pytest.mark.parametrize(("first", "last"), [("my chest", "hurts"), ("hurts", "my chest"), ("I can't", "breathe")])
def test_the_row_and_the_item_show_every_part_with_its_words(house: House, ana: Person, first: str, last: str) -> None:
    """Also a part that a dialog or the front desk had, and that never came to this item."""
    ana.texts(first)
    ana.texts(last)
    ana.handset.reads()
    (item,) = house.rows(DeskItem)
    nora = signed_in(house, "nora", "nurse")
    page = nora.page("/desk/nurses")
    shown = re.search(r"<mark[^>]*>([^<]*)</mark> <span[^>]*>· then ·</span> <mark[^>]*>([^<]*)</mark>", page)
    assert shown is not None
    page = nora.page(f"/desk/items/{item.id}")
    said = page[page.index('id="said-title"') : page.index("</ol>")]
    marked = re.findall(r"<mark[^>]*>([^<]*)</mark>", said)
    for row, part, whole in zip(shown.groups(), marked, (first, last), strict=True):  # each text once
        assert row in part
        assert part in whole.replace("'", "&#39;")
    ends = [part.split()[-1] for part in marked]
    assert re.search(f"{ends[0]}” then “[^“”]*{ends[1]}”: (emergency words|symptom)", said), "in the order they came in"
    assert "Read together with what came just before it" in page
    assert "Read as clinical, together with an earlier text" in page
