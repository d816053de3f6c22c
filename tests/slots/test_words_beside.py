"""What she wrote beside the task that sought a time for her is not over with it: a person was to read it (P7)."""

from sqlalchemy import select

from app import db
from app.models.conversations import Exchange
from app.models.waitlist import WaitlistRequest
from escalation_desk.models import DeskItem, DeskItemWords
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.slots import times

ASKS = "is there parking, and can my daughter come along?"


def _asks_for_another_time(house: House, ana: Person) -> DeskItem:
    """She has asked for another time, and a task stands for it."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    for words, answer in (("2", "Which days suit you"), ("1", "And at what time"), ("1", "We will contact you")):
        ana.texts(words)
        ana.reads(answer)
    (task,) = house.rows(DeskItem)
    return task


def _books_by_phone(house: House, fran: Browser) -> None:
    (waits,) = house.rows(WaitlistRequest)
    seen = times.seen(times.put_up(house, fran, 2), waits.id)
    fran.sends(f"/waitlist/slots/{seen.slot_id}/book", **times.as_form(seen))


def test_words_beside_the_task_wait_on_with_their_age(house: House, ana: Person, fran: Browser) -> None:
    """P7: “a person will read it” was told her, whoever finds the time meanwhile."""
    task = _asks_for_another_time(house, ana)
    house.passes(minutes=5)
    ana.texts(ASKS)
    ana.reads("a person will read it")
    (asked,) = [row for row in house.rows(Exchange) if row.outcome == "task"]
    house.passes(minutes=30)
    fran = signed_in_again(house, fran.staff_id)
    _books_by_phone(house, fran)
    rows = {row.id: row for row in house.rows(DeskItem)}
    assert (rows[task.id].state, rows[task.id].disposition) == ("closed", None)
    (waiting,) = [row for row in rows.values() if row.kind == "words"]
    assert (waiting.state, waiting.list, waiting.reason) == ("open", "front_desk", "beside_task")
    assert (waiting.patient_id, waiting.opened_at) == (ana.patient_id, asked.received_at)
    with db.reading("tests.words") as session:
        on = session.scalars(select(DeskItemWords.exchange_id).where(DeskItemWords.desk_item_id == waiting.id)).all()
    assert on == [asked.id], "what the dialog answered is over with the task"
    assert ASKS in words_of(fran.opens("/desk/front-desk"))
    ana.texts("and where do I park?")
    ana.reads("a person will read it")
    assert len([row for row in house.rows(DeskItem) if row.kind == "words"]) == 1, "what she goes on to ask joins it"


def test_nothing_waits_where_she_wrote_nothing_beside(house: House, ana: Person, fran: Browser) -> None:
    _asks_for_another_time(house, ana)
    _books_by_phone(house, fran)
    assert {row.reason for row in house.rows(DeskItem) if row.state != "closed"} == {"enter_in_ehr"}
