"""Nothing typed on an item is lost: not by signing out, nor by another window, nor by a refusal (DESIGN 5)."""

import pytest
from sqlalchemy import text as sql

from app import db
from app.models.outbox import Outbound
from escalation_desk.models import DeskDraft, DeskItem
from tests.desk.desk import GONE, HALF, address, box, claims, keeps, only_item, reads, reply_form
from tests.house import House
from tests.people import Person, colleague
from tests.web.browsing import Browser, signed_in, signed_in_again

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


@pytest.fixture
def item(house: House, nora_: Browser, item: DeskItem) -> DeskItem:
    """Nora has it."""
    claims(nora_, item)
    return only_item(house)


@pytest.mark.parametrize(("place", "name"), [("body", "body"), ("note", "note"), ("closing_note", "closing-note")])
def test_what_was_typed_is_there_again_after_a_sign_out(
    house: House, nora_: Browser, item: DeskItem, place: str, name: str
) -> None:
    assert keeps(nora_, item, HALF, place) == 204
    assert keeps(nora_, item, HALF + " up", place) == 204
    assert nora_.posts("/sign-out").status_code == 303
    again = signed_in_again(house, nora_.staff_id)
    assert box(again.page(address(item)), name) == HALF + " up"
    assert len(house.rows(DeskDraft)) == 1


def test_who_signs_out_keeps_no_item_from_her_colleagues(house: House, nora_: Browser, item: DeskItem) -> None:
    """P7: it would have waited for the end of her lease. Signed in elsewhere, she has it still."""
    elsewhere = signed_in_again(house, nora_.staff_id)
    assert elsewhere.posts("/sign-out").status_code == 303
    house.tick()
    assert only_item(house).owner_id == nora_.staff_id
    assert nora_.posts("/sign-out").status_code == 303
    house.passes(minutes=1)
    assert only_item(house).owner_id == nora_.staff_id, "she may be back in a moment"
    house.passes(minutes=1.1)
    assert (only_item(house).state, only_item(house).owner_id) == ("open", None)
    claims(signed_in(house, "nils", "nurse"), item)


def test_it_is_hers_alone_and_waits_until_she_has_the_item_again(house: House, nora_: Browser, item: DeskItem) -> None:
    keeps(nora_, item, HALF)
    nora_.posts(address(item, "release"))
    assert box(nora_.page(address(item)), "kept-body") == HALF
    nils = signed_in(house, "nils", "nurse")
    claims(nils, item)
    assert HALF not in nils.page(address(item))
    assert box(nora_.page(address(item)), "kept-body") == HALF, "while somebody else has it, too"
    assert nora_.posts(address(item, "draft"), place="body", words="").status_code == 303, "thrown away"
    assert HALF not in nora_.page(address(item))


def test_what_was_sent_is_no_draft_and_a_late_save_does_not_make_it_one(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    """P5: offered again, it would be sent again."""
    form = reply_form(nora_, item)
    keeps(nora_, item, HALF, form=form["form"])
    assert nora_.client.post(address(item, "reply"), data={**form, "body": HALF}).status_code == 303
    assert HALF not in box(nora_.page(address(item)), "body")
    assert keeps(nora_, item, HALF, form=form["form"]) == 204
    assert box(nora_.page(address(item)), "body") == ""
    token = nora_.hidden(address(item), "form", "/notes")
    assert nora_.posts(address(item, "notes"), note="Called, no answer", form=token).status_code == 303
    assert keeps(nora_, item, "Called, no answer", "note", token) == 204
    assert box(nora_.page(address(item)), "note") == ""
    house.staff_texts_leave()
    ana.reads(HALF)
    assert house.rows(DeskDraft) == []
    assert len(house.rows(Outbound, Outbound.text_name == "staff")) == 1


def test_a_colleague_who_closed_the_item_leaves_her_words(house: House, nora_: Browser, item: DeskItem) -> None:
    form = reply_form(nora_, item)
    keeps(nora_, item, HALF)
    nora_.posts(address(item, "release"))
    colleague(house, "Nils", "nurse").settles(item)
    refused = nora_.client.post(address(item, "reply"), data={**form, "body": HALF + " up"})
    assert refused.status_code == 409
    assert box(refused.text, "kept-body") == HALF + " up"
    assert box(nora_.page(address(item)), "kept-body") == HALF + " up"


def test_a_refused_form_loses_nothing_of_the_other_boxes(nora_: Browser, item: DeskItem) -> None:
    keeps(nora_, item, HALF)
    reads(nora_, item)
    refused = nora_.posts(address(item, "close"), None, disposition="advised_by_phone", closing_note="", version="1")
    assert refused.status_code == 409
    assert box(refused.text, "body") == HALF


def test_words_about_an_item_that_went_to_the_nurses_are_given_back(house: House, ana: Person) -> None:
    """Fran wrote while somebody else said that it is clinical: she may not see it any more, but her words are hers."""
    ana.texts("zxqv blorp")
    ana.reads("person will read it")
    fran, mia = signed_in(house, "fran", "front_desk"), signed_in(house, "mia", "manager")
    item = only_item(house)
    claims(fran, item)
    form = reply_form(fran, item)
    fran.posts(address(item, "release"))
    mia.posts(address(item, "move"), to="nurses")
    gone = fran.client.post(address(item, "reply"), data={**form, "body": "We open at eight."})
    assert gone.status_code == 404
    assert box(gone.text, "typed-1") == "We open at eight."


def test_drafts_do_not_stay_for_ever(house: House, nora_: Browser, item: DeskItem) -> None:
    keeps(nora_, item, HALF)
    house.clock.passes(days=8)
    again = signed_in(house, "nils", "nurse")
    house.tick()
    claims(again, item)
    keeps(again, item, "another")
    assert [draft.words for draft in house.rows(DeskDraft)] == ["another"]


def test_a_draft_that_cannot_be_unsealed_is_not_offered_for_sending(
    house: House, nora_: Browser, item: DeskItem
) -> None:
    keeps(nora_, item, HALF)
    with db.transaction("tests.lose_draft") as session:
        session.execute(sql("update desk_draft set words = :gone"), {"gone": GONE})
    assert box(nora_.page(address(item)), "body") == ""


def test_only_boxes_of_ours_are_kept(nora_: Browser, item: DeskItem) -> None:
    assert keeps(nora_, item, HALF, "diary") == 400
