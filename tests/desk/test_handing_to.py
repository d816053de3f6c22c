"""An item handed to a colleague by name is hers at once, and open again when she does not take it (P7, P8)."""

import threading

import pytest

from app import db
from app.on_call import climbing
from escalation_desk import handing, handling
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem
from tests.desk.desk import address, claims, keeps, only_item
from tests.house import House
from tests.people import Colleague, Person, colleague
from tests.screens.desk import words_of
from tests.web.browsing import Browser, signed_in

pytestmark = pytest.mark.slow
WHY = "She knows you; please call her about the brace."


def _hands(at_desk: Browser, item: DeskItem, to: int, why: str = WHY) -> tuple[int, str]:
    answer = at_desk.posts(address(item, "hand"), None, hand_to=to or "", hand_why=why)
    return answer.status_code, words_of(answer.text)


def test_a_colleague_has_it_at_once_and_what_she_does_not_take_climbs_on(
    house: House, nora_: Browser, item: DeskItem, fran: Colleague
) -> None:
    nell = signed_in(house, "nell", "nurse")
    assert _hands(nora_, item, nell.staff_id)[0] == 409, "it is not hers to give"
    claims(nora_, item)
    for to, why, sentence in (
        (0, WHY, "Please choose the colleague"), (fran.id, WHY, "Please choose the colleague"),
        (nora_.staff_id, WHY, "Please choose the colleague"), (nell.staff_id, " ", "Please write what"),
    ):  # fmt: skip
        code, page = _hands(nora_, item, to, why)
        assert (code, sentence in page) == (409, True), sentence
    keeps(nora_, item, "Please")
    assert "reply that was not sent" in _hands(nora_, item, nell.staff_id)[1]
    keeps(nora_, item, "")
    assert _hands(nora_, item, nell.staff_id)[0] == 303
    assert "Handed over by Nora, not taken yet" in words_of(nora_.page("/desk/nurses"))
    assert "Nora handed it to you: take it" in words_of(nell.page("/desk/nurses"))
    page = words_of(nell.page(address(item)))
    assert "Nora handed the item to Nell" in page
    assert WHY in page
    claims(nell, item)
    house.passes(minutes=14)
    kept = only_item(house)
    assert (kept.owner_id, kept.handed_by_id, kept.opened_at) == (nell.staff_id, None, item.opened_at)
    assert _hands(nell, item, nora_.staff_id)[0] == 303
    house.passes(minutes=4)
    climbing.climb()
    assert (only_item(house).state, only_item(house).owner_id) == ("claimed", nora_.staff_id)
    house.passes(minutes=2)
    climbing.climb()
    kept = only_item(house)
    assert (kept.state, kept.owner_id, kept.handed_by_id) == ("open", None, None)
    assert kept.step > 0, "it climbs again"
    assert kept.opened_at == item.opened_at


def test_of_handing_over_and_being_handed_one_wins(
    house: House, nora: Colleague, item: DeskItem, ana: Person
) -> None:  # fmt: skip
    """Two windows of hers give it to two colleagues at once: one gets it, the other is refused (P8)."""
    two = [colleague(house, name, "nurse").id for name in ("Nell", "Nils")]
    for _ in range(3):
        with db.transaction("tests.claim") as session:
            session.get_one(DeskItem, item.id).state = "open"
            session.flush()
            handling.claim(session, item.id, nora.id)
        start = threading.Barrier(2)
        refused: list[Refused] = []

        def give(to: int, start: threading.Barrier = start, refused: list[Refused] = refused) -> None:
            start.wait()
            try:
                with db.transaction("tests.hand") as session:
                    handing.hand_to(session, item.id, nora.id, to, WHY, ("nurse",))
            except Refused as error:
                refused.append(error)

        each = [threading.Thread(target=give, args=(to,)) for to in two]
        for thread in each:
            thread.start()
        for thread in each:
            thread.join()
        assert len(refused) == 1
        assert only_item(house).owner_id in two
