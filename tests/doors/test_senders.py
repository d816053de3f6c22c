"""Whoever writes to a number of ours is taken in, and can be written to again."""

import pytest
from sqlalchemy import update

from app import db, settings
from app.models.patients import ContactPoint
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import ANAS, Colleague, Person
from tests.sending.outbox import point

PAGING = "+15005550009"


@pytest.mark.parametrize("reason", ["bad_number", "landline", "temporary"])
def test_writing_again_proves_that_a_number_can_be_texted(house: House, ana: Person, reason: str) -> None:
    """H21: the carrier's word of last month does not keep the emergency text from her today."""
    with db.transaction("tests.refuse") as session:
        session.execute(update(ContactPoint).values(cannot_text=reason))
    ana.texts("my chest hurts")
    ana.reads("911")
    assert point(house, ANAS).cannot_text is None


def test_a_sender_that_is_no_number_never_can(house: House) -> None:
    for words in ("hello", "hello again"):
        assert post(house, text_form(words, From="DOCTOR")).status == 200
        (row,) = house.rows(ContactPoint)
        assert row.cannot_text == "not_a_number"


def test_a_repeat_proves_nothing_new(house: House, ana: Person) -> None:
    form = text_form("hello")
    post(house, form)
    house.work()
    ana.handset.reads()
    with db.transaction("tests.refuse") as session:
        session.execute(update(ContactPoint).values(cannot_text="bad_number"))
    post(house, form)
    assert point(house, ANAS).cannot_text == "bad_number"


def test_words_to_the_number_that_pages_nurses_are_a_patients_words(house: House, ana: Person, nora: Colleague) -> None:
    """She found it in her list of calls; nothing that came signed is dropped."""
    settings.use(house.settings.model_copy(update={"paging_from": PAGING}))
    assert post(house, text_form("my chest hurts", To=PAGING)).status == 200
    assert len(nora.sees("nurses")) == 1
    house.work()
    ana.reads("911")
    assert post(house, text_form("my chest hurts", To="+15005550010")).status == 403
