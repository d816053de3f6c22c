"""Closing an item: every word read, each way with what it needs, and only the ways that fit (DESIGN 5)."""

import re

import pytest

from app import db
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, closes, only_item, reads, reply_form, version
from tests.house import House
from tests.people import Person
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.slow


def test_closing_is_refused_while_words_are_unread(house: House, nora_: Browser, item: DeskItem, ana: Person) -> None:
    claims(nora_, item)
    assert closes(nora_, item, "nothing_to_do") == 409
    reads(nora_, item)
    seen = version(nora_, item)
    ana.texts("and it got worse, I have a fever")
    refused = nora_.posts(
        address(item, "close"), None, disposition="nothing_to_do", closing_note="a note kept", version=seen
    )
    assert refused.status_code == 409
    assert "a note kept</textarea>" in refused.text
    assert closes(nora_, item, "nothing_to_do") == 409
    reads(nora_, item)
    assert closes(nora_, item, "nothing_to_do") == 303
    closed = only_item(house)
    assert (closed.state, closed.disposition, closed.hushed_at) == ("closed", "nothing_to_do", None)


def test_each_way_to_close_asks_for_what_it_needs(house: House, nora_: Browser, item: DeskItem) -> None:
    claims(nora_, item)
    reads(nora_, item)
    for how in ("advised_by_phone", "sent_to_emergency_care", "appointment_needed", "answered_by_text"):
        assert closes(nora_, item, how) == 409, how
    for how in ("settled_by_phone", "done", "nonsense", ""):
        assert closes(nora_, item, how, "a front-desk way") == 409, how
    assert closes(nora_, item, "nothing_to_do", at_version="1") == 409, "a stale page"
    assert closes(nora_, item, "advised_by_phone", " x ") == 409, "a key that was meant for something else"
    assert closes(nora_, item, "advised_by_phone", "Reached Ana at 10:05; rest and ice; calls if worse") == 303
    assert only_item(house).note == "Reached Ana at 10:05; rest and ice; calls if worse"


@pytest.mark.parametrize("words", ["I want to die", "my chest hurts", "he hits me"])
def test_crisis_words_are_not_closed_without_a_word(house: House, nora_: Browser, ana: Person, words: str) -> None:
    ana.texts(words)
    ana.reads()
    item, why = only_item(house), "with a note why: these are crisis or emergency words"
    claims(nora_, item)
    reads(nora_, item)
    assert why in nora_.page(address(item)), "the form says so beforehand"
    hidden = {"disposition": "nothing_to_do", "version": version(nora_, item)}
    assert nora_.posts(address(item, "close"), None, closing_note="x", **hidden).status_code == 409
    refused = nora_.posts(address(item, "close"), None, closing_note="  ", **hidden)
    assert refused.status_code == 409
    assert "These are crisis or emergency words. Please note why nothing is to be done." in refused.text
    assert re.search(r'value="nothing_to_do" checked', refused.text), "the chosen way is kept"
    assert closes(nora_, item, "nothing_to_do", "Her sister’s words, sent by mistake; reached Ana at 10:05") == 303
    assert only_item(house).note == "Her sister’s words, sent by mistake; reached Ana at 10:05"


def test_other_words_are_closed_without_a_note(house: House, nora_: Browser, ana: Person) -> None:
    ana.texts("my knee is swollen")
    ana.reads("A nurse")
    item = only_item(house)
    claims(nora_, item)
    reads(nora_, item)
    assert "with a note why" not in nora_.page(address(item))
    assert closes(nora_, item, "nothing_to_do") == 303


@pytest.mark.parametrize(
    ("about", "ways"),
    [
        ("her", ["nothing_to_do", "answered_by_text", "settled_by_phone", "done"]),
        ("her without a number", ["nothing_to_do", "settled_by_phone", "done"]),
        ("the practice", ["nothing_to_do", "done"]),
    ],
)
def test_only_the_ways_that_fit_are_offered(house: House, ana: Person, about: str, ways: list[str]) -> None:
    fran = signed_in(house, "fran", "front_desk")
    with db.transaction("tests.task") as session:
        if about == "her":
            items.raise_task(session, "k", "appointment_needed", 1, patient_id=ana.patient_id)
        elif about == "the practice":
            items.raise_task(session, "k", "carrier_list_unreadable", None)
        else:
            items.raise_task(session, "k", "confirm_by_phone_no_number", None, patient_id=ana.patient_id)
    claims(fran, only_item(house))
    page = fran.page(address(only_item(house)))
    assert re.findall(r'name="disposition" value="(\w+)"', page) == ways


def test_a_way_by_text_stays_open_after_a_text_when_the_number_has_gone_dead(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    answered = 'value="answered_by_text"'
    assert answered in nora_.page(address(item))
    ana.texts("STOP")
    ana.handset.reads()
    assert answered not in nora_.page(address(item))
    ana.texts("START")
    assert (
        nora_.posts(address(item, "reply"), None, **{**reply_form(nora_, item), "body": "Call us."}).status_code == 303
    )
    house.staff_texts_leave()
    ana.texts("STOP")
    ana.handset.reads()
    assert answered in nora_.page(address(item))
