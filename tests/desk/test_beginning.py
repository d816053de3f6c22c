"""Writing to a patient first: the text is staff's own, and what comes back reaches them and no dialog."""

import pytest

from app import db
from app.models.outbox import Outbound
from app.models.pages import Page
from app.models.patients import ContactPoint, Patient
from app.on_call import climbing
from app.outreach import reminders
from escalation_desk.models import DeskItem
from tests.desk.desk import address, closes, only_item, reads, reply_form
from tests.house import House
from tests.people import Person, appointment, visit
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.of_pages


@pytest.fixture
def fran_(house: House) -> Browser:
    return signed_in(house, "fran", "front_desk")


def _number(house: House) -> int:
    return house.rows(ContactPoint)[0].id


def _form(house: House, at_desk: Browser, ana: Person) -> dict[str, str]:
    return at_desk.hidden_fields(f"/patients/{ana.patient_id}", f"/numbers/{_number(house)}/text")


def _begins(house: House, at_desk: Browser, ana: Person, form: dict[str, str] | None = None) -> int:
    where = f"/patients/{ana.patient_id}/numbers/{_number(house)}/text"
    return at_desk.posts(where, None, **(form or _form(house, at_desk, ana))).status_code


def _texts(at_desk: Browser, item: DeskItem, body: str) -> None:
    sent = at_desk.posts(address(item, "reply"), None, **{**reply_form(at_desk, item), "body": body})
    assert sent.status_code == 303


def test_she_is_texted_and_her_answer_comes_to_whoever_wrote_and_to_no_dialog(
    house: House, fran_: Browser, ana: Person
) -> None:
    visit_id = visit(house, ana, days=1)
    reminders.begin_due()
    house.work()
    ana.reads("Reply 1")
    assert _begins(house, fran_, ana) == 303
    item = only_item(house)
    assert (item.list, item.reason, item.state, item.owner_id) == (
        "front_desk", "text_begun", "claimed", fran_.staff_id,
    )  # fmt: skip
    ana.nothing_more()
    _texts(fran_, item, "Please bring your insurance card. Is that all right?")
    house.staff_texts_leave()
    ana.reads("Lakeside Clinic: Please bring your insurance card.")
    ana.texts("yes")
    ana.reads("a person will read it")
    assert appointment(visit_id).confirmed_at is None, "that was no answer to the reminder"
    only_item(house)
    assert "yes" in words_of(fran_.page(address(item)))
    assert closes(fran_, item, "answered_by_text") == 409, "her answer is unread"
    reads(fran_, item)
    assert closes(fran_, item, "answered_by_text") == 303


def test_a_double_click_begins_one(house: House, fran_: Browser, ana: Person) -> None:
    form = _form(house, fran_, ana)
    assert [_begins(house, fran_, ana, form) for _ in range(2)] == [303, 303]
    only_item(house)


def test_where_her_words_wait_the_text_goes_from_there_and_the_front_desk_asks_the_nurses(
    house: House, nora_: Browser, fran_: Browser, ana: Person, item: DeskItem
) -> None:
    assert _begins(house, fran_, ana) == 409
    assert _begins(house, nora_, ana) == 303
    assert only_item(house).owner_id == nora_.staff_id
    assert only_item(house).id == item.id


def test_a_nurses_own_stands_on_the_nurses_list_and_hushes_nobody(house: House, nora_: Browser, ana: Person) -> None:
    assert _begins(house, nora_, ana) == 303
    item = only_item(house)
    assert (item.list, item.hushed_at) == ("nurses", None)
    ana.texts("ok thank you, I will bring it")
    ana.reads("a person will read it")
    only_item(house)


@pytest.mark.parametrize("how", ["died", "asked", "moved"])
def test_what_must_not_be_begun(house: House, fran_: Browser, ana: Person, how: str) -> None:
    form = _form(house, fran_, ana)
    with db.transaction("tests.must_not") as session:
        if how == "died":
            session.get_one(Patient, ana.patient_id).deceased_on = house.clock().date()
        elif how == "asked":
            session.get_one(Patient, ana.patient_id).do_not_contact = True
    if how == "moved":
        fran_.posts(f"/patients/{ana.patient_id}/numbers/{_number(house)}/detach")
    assert _begins(house, fran_, ana, form) == 409
    assert (house.rows(DeskItem), house.rows(Outbound)) == ([], [])
    assert "Write a text" not in words_of(fran_.page(f"/patients/{ana.patient_id}"))


def test_nobody_is_texted_who_said_stop_nor_one_who_is_not_there(house: House, fran_: Browser, ana: Person) -> None:
    form = _form(house, fran_, ana)
    ana.texts("STOP")
    ana.reads("You are unsubscribed")
    assert "Write a text" not in words_of(fran_.page(f"/patients/{ana.patient_id}"))
    _begins(house, fran_, ana, form)
    assert "This number cannot be texted" in words_of(fran_.page(address(only_item(house))))
    assert fran_.posts(f"/patients/99/numbers/{_number(house)}/text", None, **form).status_code == 404


def test_a_begun_text_rings_nobody_and_closes_when_nothing_was_written(
    house: House, nora_: Browser, ana: Person
) -> None:
    """Nobody has written to us: who is on call is not rung for it. What was sent, or half written, stays to be looked
    at; once the patient answers, it is an item like any other."""
    assert _begins(house, nora_, ana) == 303
    house.passes(minutes=31)
    climbing.climb()
    left = only_item(house)
    assert (left.list, left.state, left.step) == ("nurses", "closed", 0), "nothing was written"
    nelly = signed_in(house, "nelly", "nurse")
    assert _begins(house, nelly, ana) == 303
    begun = house.rows(DeskItem)[-1]
    _texts(nelly, begun, "Did the brace come?")
    house.staff_texts_leave()
    ana.reads("Did the brace come?")
    house.passes(minutes=31)
    for _ in range(30):
        house.passes(minutes=5)
        climbing.climb()
    stands = house.rows(DeskItem)[-1]
    assert (stands.state, stands.unanswered_at) == ("open", None)
    assert house.rows(Page) == [], "nobody was rung for a text that waits for its answer"
    ana.texts("qwxz blorp")
    ana.handset.reads()
    assert house.rows(DeskItem)[-1].state == "open"
    climbing.climb()
    house.passes(minutes=12)
    climbing.climb()
    assert house.rows(DeskItem)[-1].unanswered_at is not None or house.rows(Page), "her answer climbs"
