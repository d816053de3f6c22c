"""“Cannot be texted: call” holds as long as it is true (H21)."""

import pytest
from sqlalchemy import update

from app import db
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from escalation_desk import texting
from tests.desk.desk import address, claims, only_item
from tests.house import House
from tests.people import ANAS, Colleague, Person
from tests.screens.desk import words_of
from tests.sending.outbox import report, row
from tests.web.browsing import signed_in

pytestmark = pytest.mark.of_pages

CALL = "Cannot be texted: call"


@pytest.fixture
def refused(house: House, ana: Person) -> None:
    """Ana stopped our texts, then wrote of her knee: the hand-off was refused."""
    ana.texts("STOP")
    ana.texts("my knee is swollen since yesterday")
    ana.handset.reads()
    assert only_item(house).cannot_text


@pytest.mark.usefixtures("refused")
def test_start_lets_the_item_text_again_and_says_why(house: House, ana: Person) -> None:
    nora = signed_in(house, "nora", "nurse")
    claims(nora, only_item(house))
    page = words_of(nora.page(address(only_item(house))))
    assert CALL in page
    assert "Reply by text" not in page
    ana.texts("START")
    ana.reads("You are resubscribed")
    ana.reads("A nurse will read your message.", "911")
    assert not only_item(house).cannot_text
    assert CALL not in words_of(nora.page("/desk/nurses"))
    page = words_of(nora.page(address(only_item(house))))
    assert CALL not in page
    assert "Reply by text" in page
    assert "Texts reach this number again: it asked for texts" in page
    assert "did not arrive" not in page
    ana.texts("START")
    ana.texts("thank you")
    ana.nothing_more()


def test_what_she_never_read_she_reads_after_start_the_gravest_of_it_once(house: House, ana: Person) -> None:
    """The carrier had cut her off: it refused all three (P1, P5)."""
    ana.texts("STOP")
    for words in ("I want to die", "my chest hurts", "my knee is swollen"):
        ana.texts(words)
    ana.texts("START")
    ana.reads("unsubscribed")
    ana.reads("You are resubscribed")
    ana.reads("988", "911")
    ana.nothing_more()
    ana.texts("STOP")
    ana.texts("START")
    ana.handset.reads()
    assert [text.text_name for text in house.rows(Outbound, Outbound.state == "delivered")] == ["_always/crisis"]


def test_what_the_front_desk_has_is_told_after_start_too(house: House, ana: Person) -> None:
    ana.texts("STOP")
    ana.texts("zxqv blorp")
    ana.handset.reads()
    assert only_item(house).cannot_text
    ana.texts("START")
    ana.reads("You are resubscribed")
    ana.reads("We got your message; a person will read it.", "911")
    ana.nothing_more()


def test_a_number_that_takes_texts_again_hears_what_it_never_got(house: House, ana: Person) -> None:
    house.carrier.handset(ANAS, kind="landline")
    ana.texts("my knee is swollen since yesterday")
    assert only_item(house).cannot_text
    house.carrier.handset(ANAS, kind="mobile")
    ana.texts("zxqv blorp")
    ana.reads("A nurse will read your message.", "911")
    ana.nothing_more()


def test_what_was_settled_meanwhile_is_not_told_again(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("STOP")
    ana.texts("my knee is swollen since yesterday")
    ana.handset.reads()
    nora.settles(only_item(house))
    ana.texts("START")
    ana.reads("You are resubscribed")
    ana.nothing_more()


@pytest.mark.usefixtures("refused")
def test_whoever_writes_without_opting_in_is_still_called(house: House, ana: Person) -> None:
    ana.texts("it is worse now")
    assert only_item(house).cannot_text
    nora = signed_in(house, "nora", "nurse")
    assert CALL in words_of(nora.page("/desk/nurses"))


def test_a_phone_that_writes_again_can_be_texted_again(house: House, ana: Person, nora: Colleague) -> None:
    """It was off when the nurse wrote; that her text did not arrive stays plain."""
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    nora.claims(only_item(house))
    house.carrier.handset(ANAS, kind="off")
    nora.replies(only_item(house), "Please call us.", "form-of-the-reply")
    assert only_item(house).cannot_text
    house.carrier.handset(ANAS, kind="mobile")
    ana.texts("zxqv blorp")
    assert not only_item(house).cannot_text
    nils = signed_in(house, "nils", "nurse")
    page = words_of(nils.page(address(only_item(house))))
    assert "Texts reach this number again: words came from it" in page
    assert "The last text from here did not arrive" in page
    ana.handset.reads()


def test_a_text_that_arrives_later_says_so_too(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    item = only_item(house)
    nora.claims(item)
    house.carrier.handset(ANAS, kind="off")
    nora.replies(item, "Please call us.", "form-of-the-first")
    assert only_item(house).cannot_text
    house.carrier.handset(ANAS, kind="mobile")
    nora.replies(item, "Please call us today.", "form-of-the-second")
    assert not only_item(house).cannot_text
    ana.reads("Please call us today.")
    nils = signed_in(house, "nils", "nurse")
    page = words_of(nils.page(address(item)))
    assert "Texts reach this number again: a text arrived" in page
    assert "did not arrive" not in page


def test_an_older_text_that_arrives_says_nothing_of_a_newer_refusal(house: House, ana: Person, nora: Colleague) -> None:
    """Callbacks come in any order (H53)."""
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    item = only_item(house)
    nora.claims(item)
    with db.transaction("tests.undecided") as session:
        session.execute(update(Outbound).values(state="sent"))
    house.carrier.handset(ANAS, kind="off")
    nora.replies(item, "Please call us.", "form-of-the-refused")
    assert only_item(house).cannot_text
    assert report(house, row(1), "SM" + "0" * 32, "delivered").status == 204
    assert row(1).state == "delivered"
    assert only_item(house).cannot_text


def test_a_number_that_is_none_is_never_texted(house: House, ana: Person) -> None:
    ana.texts("my knee is swollen since yesterday")
    ana.reads("A nurse")
    with db.transaction("tests.shut") as session:
        session.execute(update(ContactPoint).values(cannot_text="not_a_number"))
        texting.mark_cannot_text(session, 1)
    ana.texts("zxqv blorp")
    assert only_item(house).cannot_text
