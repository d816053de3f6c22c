"""A text just sent can be taken back for five seconds, and then leaves, whatever became of the page (P5, P8)."""

import threading
from datetime import timedelta

import pytest

from app import clock, db
from app.delivery import sending
from app.models.outbox import Outbound
from escalation_desk import handling, leaving
from escalation_desk.holding import Refused
from escalation_desk.models import DeskItem
from tests.desk.desk import address, box, claims, closes, reads, reply_form
from tests.house import House
from tests.people import Colleague, Person, colleague
from tests.screens.desk import words_of
from tests.web.browsing import Browser

pytestmark = pytest.mark.slow
OFFER = "Your text is about to leave"


def _sends(at_desk: Browser, item: DeskItem, body: str) -> dict[str, str]:
    form = {**reply_form(at_desk, item), "body": body}
    assert at_desk.posts(address(item, "reply"), None, **form).status_code == 303
    return form


def _undo(at_desk: Browser, item: DeskItem) -> str:
    return at_desk.hidden(address(item), "text", "/take-back")


def test_a_text_that_is_taken_back_never_leaves_and_its_words_are_hers_to_change(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    reads(nora_, item)
    used = _sends(nora_, item, "Please come at 4.")
    house.clock.passes(seconds=4)
    house.work()
    house.answer_doorbell()
    ana.nothing_more()
    assert OFFER in nora_.page(address(item, "now")), "an open page that looks again has it too"
    done = nora_.posts(address(item, "take-back"), None, text=_undo(nora_, item))
    page = nora_.page(done.headers["Location"])
    assert "Its words stand in the box again" in page
    assert box(page, "body") == "Please come at 4."
    assert OFFER not in page
    assert "took the text back before it left" in page
    assert "did not arrive" not in page
    house.clock.passes(minutes=1)
    house.work()
    ana.nothing_more()
    again = nora_.posts(address(item, "reply"), None, **used)
    assert again.status_code == 409, "a page that was gone back to sends nothing unasked"
    assert "You took this text back" in again.text
    nora_.posts(address(item, "draft"), place="body", words="")
    assert closes(nora_, item, "answered_by_text") == 409, "nobody has answered her"
    _sends(nora_, item, "Please come at 4.")
    house.staff_texts_leave()
    assert ana.reads().endswith("Please come at 4.")
    ana.nothing_more()
    assert closes(nora_, item, "answered_by_text") == 303


def test_what_has_left_or_answers_a_closed_item_or_is_another_persons_is_not_taken_back(
    house: House, nora_: Browser, item: DeskItem, ana: Person
) -> None:
    claims(nora_, item)
    reads(nora_, item)
    _sends(nora_, item, "Please call us.")
    text = _undo(nora_, item)
    nils = colleague(house, "Nils", "nurse")
    with db.transaction("tests.take_back") as session, pytest.raises(Refused, match="left already"):
        leaving.take_back(session, item.id, nils.id, int(text))
    house.staff_texts_leave()
    late = nora_.posts(address(item, "take-back"), None, text=text)
    assert late.status_code == 409
    assert "Your text has left already" in words_of(late.text)
    ana.reads("Please call us.")
    _sends(nora_, item, "At four?")
    text = _undo(nora_, item)
    assert closes(nora_, item, "answered_by_text") == 303
    assert "it goes out" in nora_.posts(address(item, "take-back"), None, text=text).text
    house.staff_texts_leave()
    ana.reads("At four?")


def test_of_taking_back_and_sending_one_wins(house: House, nora: Colleague, item: DeskItem, ana: Person) -> None:
    """Two machines whose clocks differ do both in one moment: never sent and said to be taken back (P5, P8)."""
    nora.claims(item)
    early = house.clock()
    for number in range(6):
        clock.use(lambda: early)
        with db.transaction("tests.reply") as session:
            seen = handling.last_text(session, item.id)
            number_id, form = item.contact_point_id or 0, f"form-{number}"
            handling.reply(session, item.id, nora.id, number_id, f"No {number}", form, seen)
        (row,) = house.rows(Outbound, Outbound.key == f"staff:form-{number}")
        start = threading.Barrier(2)
        refused: list[Refused] = []
        undoing = threading.Thread(target=_undoes, args=(start, refused, item.id, nora.id, row.id))
        undoing.start()
        clock.use(lambda: early if threading.current_thread() is undoing else early + timedelta(seconds=6))  # noqa: B023
        start.wait()
        sending.send_to(house.gateway, house.settings, row.contact_point_id)
        undoing.join()
        house.work()
        came = [text for text in ana.handset.reads() if text.endswith(f"No {number}")]
        assert len(came) == len(refused), "it came to her once, or was taken back"
    clock.use(house.clock)


def test_a_text_written_by_a_fast_clock_waits_for_nothing_once_it_is_right(
    house: House, nora: Colleague, item: DeskItem, ana: Person
) -> None:
    nora.claims(item)
    right = house.clock.at
    house.clock.passes(hours=3)
    with db.transaction("tests.reply") as session:
        handling.reply(session, item.id, nora.id, item.contact_point_id or 0, "Please call.", "a-form", 0)
    house.clock.at = right
    house.work()
    ana.reads("Please call.")


def _undoes(start: threading.Barrier, refused: list[Refused], item_id: int, staff_id: int, outbound_id: int) -> None:
    start.wait()
    try:
        with db.transaction("tests.take_back") as session:
            leaving.take_back(session, item_id, staff_id, outbound_id)
    except Refused as error:
        refused.append(error)
