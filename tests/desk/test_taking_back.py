"""What must not happen by one wrong click, and how it is taken back: handed over, closed, sent twice."""

import pytest
from sqlalchemy import select

from app import db
from app.models.outbox import Outbound
from escalation_desk.models import DeskItem, DeskItemWords
from tests.desk.desk import HALF, address, box, claims, closes, keeps, only_item, reads, reply_form, version
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.slow


@pytest.fixture
def item(house: House, nora_: Browser, item: DeskItem) -> DeskItem:
    """Nora has it and has read it."""
    claims(nora_, item)
    reads(nora_, item)
    return only_item(house)


def hands_over(at_desk: Browser, item: DeskItem, why: str = "") -> int:
    """“This is administrative”; the status."""
    seen = version(at_desk, item)
    return at_desk.posts(address(item, "move"), None, to="front_desk", version=seen, why=why).status_code


def test_crisis_words_leave_the_nurses_only_with_a_reason(house: House, ana: Person, nora_: Browser) -> None:
    ana.texts("I want to die")
    ana.reads("988")
    item = only_item(house)
    claims(nora_, item)
    reads(nora_, item)
    assert hands_over(nora_, item) == 409
    assert hands_over(nora_, item, "   ") == 409
    assert (only_item(house).list, only_item(house).hushed_at is not None) == ("nurses", True)
    assert hands_over(nora_, item, "She writes of a film, reached her at ten") == 303
    assert (only_item(house).list, only_item(house).rank) == ("front_desk", 0)
    assert "She writes of a film, reached her at ten" in words_of(nora_.page(address(item)))


def test_only_who_has_it_hands_it_over_and_the_page_shows_the_way_back(
    house: House, nora_: Browser, item: DeskItem
) -> None:
    nora_.posts(address(item, "release"))
    assert "Hand to the front desk" not in nora_.page(address(item))
    assert hands_over(nora_, item) == 409
    claims(nora_, item)
    assert hands_over(nora_, item) == 303
    page = nora_.page(f"/desk/nurses?done=moved&item={item.id}")
    assert f'href="{address(item)}"' in page
    assert "This is clinical" in nora_.page(address(item))
    assert nora_.posts(address(item, "move"), to="nurses").status_code == 303
    assert (only_item(house).list, only_item(house).hushed_at is not None) == ("nurses", True)


def test_a_closed_item_is_opened_again_with_its_age_and_its_hush(
    house: House, ana: Person, nora_: Browser, item: DeskItem
) -> None:
    assert closes(nora_, item, "nothing_to_do") == 303
    shown = words_of(nora_.page(address(item)))
    assert "Closed by Nora" in shown
    assert "Read, nothing to do" in shown
    assert "Waiting" not in shown
    house.clock.passes(minutes=5)
    assert nora_.posts(address(item, "reopen")).headers["Location"] == address(item) + "?done=reopened"
    again = only_item(house)
    assert (again.state, again.owner_id, again.opened_at) == ("claimed", nora_.staff_id, item.opened_at)
    assert again.hushed_at is not None
    assert (again.disposition, again.closed_at) == (None, None)
    assert "Nora opened the item again" in nora_.page(address(item))
    visit(house, ana)
    house.tick()
    ana.nothing_more()
    assert nora_.posts(address(item, "reopen")).status_code == 409, "it is open"


def test_it_is_opened_again_by_whoever_may_handle_it_and_for_three_days(
    house: House, nora_: Browser, item: DeskItem
) -> None:
    closes(nora_, item, "nothing_to_do")
    for name, role, status in (("fran", "front_desk", 404), ("mia", "manager", 403), ("otto", "auditor", 403)):
        assert signed_in(house, name, role).posts(address(item, "reopen")).status_code == status
    house.clock.passes(hours=73)
    nils = signed_in(house, "nils", "nurse")
    assert "Reopen" not in nils.page(address(item))
    assert nils.posts(address(item, "reopen")).status_code == 409
    assert only_item(house).state == "closed"


def test_newer_words_at_the_front_desk_go_on_with_the_item_that_is_opened_again(
    house: House, ana: Person, nora_: Browser, item: DeskItem
) -> None:
    """P7: one nurse has the whole, nothing is read for her, and it keeps its first age."""
    closes(nora_, item, "nothing_to_do")
    house.clock.passes(minutes=5)
    ana.texts("zxqv blorp")
    ana.reads()
    assert nora_.posts(address(item, "reopen")).status_code == 303
    again, newer = house.rows(DeskItem)
    assert (again.state, again.owner_id, again.opened_at) == ("claimed", nora_.staff_id, item.opened_at)
    assert (newer.state, newer.disposition, newer.list) == ("closed", "went_on", "front_desk")
    with db.reading("tests.words") as session:
        words = session.scalars(select(DeskItemWords).order_by(DeskItemWords.exchange_id)).all()
    assert [(each.desk_item_id, each.read_at is None) for each in words] == [(again.id, False), (again.id, True)]
    assert "zxqv blorp" in nora_.page(address(item))
    assert "Goes on with the nurses’ item" in words_of(nora_.page(address(newer)))
    assert closes(nora_, item, "nothing_to_do") == 409, "there are words that she has not read"
    reads(nora_, again)
    assert closes(nora_, item, "went_on") == 409, "nobody closes so by hand"
    assert closes(nora_, item, "nothing_to_do") == 303


def test_newer_words_that_somebody_has_are_gone_on_with_there(
    house: House, ana: Person, fran: Colleague, nora_: Browser, item: DeskItem
) -> None:
    closes(nora_, item, "nothing_to_do")
    ana.texts("zxqv blorp")
    ana.reads()
    fran.claims(house.rows(DeskItem)[-1])
    refused = nora_.posts(address(item, "reopen"))
    assert refused.status_code == 409
    assert "Newer words of this number stand on another open item" in refused.text
    assert [each.state for each in house.rows(DeskItem)] == ["closed", "claimed"]


@pytest.mark.parametrize(
    ("place", "sentence"), [("body", "reply that was not sent"), ("note", "note that was not saved")]
)
def test_closing_asks_for_what_was_begun_and_loses_nothing(
    house: House, nora_: Browser, item: DeskItem, place: str, sentence: str
) -> None:
    keeps(nora_, item, HALF, place)
    refused = nora_.posts(
        address(item, "close"), None, disposition="nothing_to_do", closing_note="", version=version(nora_, item)
    )
    assert refused.status_code == 409
    assert sentence in words_of(refused.text)
    assert box(refused.text, place) == HALF
    assert "Throw it away" in refused.text
    assert hands_over(nora_, item) == 409
    assert keeps(nora_, item, "", place) == 204
    assert closes(nora_, item, "nothing_to_do") == 303


def test_the_same_words_out_of_a_page_gone_back_to_are_not_sent_again(
    house: House, ana: Person, nora_: Browser, item: DeskItem
) -> None:
    """P5: the page gone back to has a fresh form."""
    once, sent = (
        nora_.client.post(address(item, "reply"), data={**reply_form(nora_, item), "body": "Please call us."})
        for _ in range(2)
    )
    assert once.status_code == sent.status_code == 303
    assert "These words went out already. They were not sent again." in nora_.page(sent.headers["Location"])
    house.staff_texts_leave()
    ana.reads("Please call us.")
    assert len(house.rows(Outbound, Outbound.text_name == "staff")) == 1
    house.clock.passes(minutes=11)
    nora_.client.post(address(item, "reply"), data={**reply_form(nora_, item), "body": "Please call us."})
    house.staff_texts_leave()
    ana.reads("Please call us.")


def test_an_appointment_needs_a_line_that_the_front_desk_may_read(house: House, nora_: Browser, item: DeskItem) -> None:
    fields = {"disposition": "appointment_needed", "closing_note": "Fever", "version": version(nora_, item)}
    refused = nora_.posts(address(item, "close"), None, **fields)
    assert refused.status_code == 409
    assert "Please say in a line what the front desk is to book" in refused.text
    assert nora_.posts(address(item, "close"), None, **fields, task_note="This week").status_code == 303
    assert [task.note for task in house.rows(DeskItem, DeskItem.kind == "task")] == ["This week"]
