"""One telephone gets one page for all that waits, and no item waits the longer for it (P7)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from app import db, schema
from app.models.cover import Duty
from app.models.pages import Page, PageItem
from app.models.records import Entry
from app.on_call import climbing
from escalation_desk import handling, page_words, rota
from escalation_desk.models import DeskItem
from tests.house import PAGING, House
from tests.oncall.shift import AT_NIGHT, NICKS, NORAS, climbs, code_of
from tests.people import Colleague, Person, patient, phone
from tests.screens.desk import Browser, one_database, signed_in_again


def _write(house: House, many: int, words: str = "my knee hurts", first: int = 0) -> list[DeskItem]:
    """So many patients write, and read that a nurse will; their items."""
    for each in range(first, first + many):
        writer = patient(house, f"Patient {each}", f"+1202555{200 + each:04}")
        writer.texts(words)
        writer.unread.clear()
    return house.rows(DeskItem, DeskItem.kind == "words")[-many:]


def _owners(house: House) -> list[int | None]:
    return [item.owner_id for item in house.rows(DeskItem, DeskItem.kind == "words")]


def _steps(house: House) -> list[int]:
    return [item.step for item in house.rows(DeskItem, DeskItem.kind == "words")]


def _replies(house: House, noras: Person, page: str) -> None:
    noras.handset.texts(code_of(page), to=PAGING)
    house.work()


def test_one_page_speaks_of_all_that_waits_and_its_code_takes_all(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    _write(house, 3)
    climbs(house, minutes=12)
    page = noras.reads("Handrail: 3 messages wait for a nurse, the oldest 12 min. Reply ", "to take them")
    noras.nothing_more()
    assert _steps(house) == [2, 2, 2], "each has its own step"
    _replies(house, noras, page)
    noras.reads("3 are yours for 30 minutes. Open the desk to read and answer them.")
    assert _owners(house) == [night.id] * 3
    climbs(house, minutes=29)
    noras.nothing_more()


def test_crisis_words_ring_at_once_by_themselves_and_are_counted_in_the_page_of_the_rest(
    house: House, night: Colleague
) -> None:
    noras = phone(house, NORAS)
    _write(house, 1)
    climbs(house)
    noras.reads("Handrail: A message waits for a nurse.")
    _write(house, 2, "i want to kill myself", first=1)
    climbs(house, minutes=1)
    noras.reads("Urgent. A message waits")
    second = noras.reads("Urgent. A message waits")
    climbs(house, minutes=2)
    noras.nothing_more()
    climbs(house, minutes=2)
    assert [noras.reads("Urgent."), noras.reads("Urgent."), noras.reads("3 messages wait", "5 min, 2 urgent.")]
    _replies(house, noras, second)
    noras.reads("It is yours for 10 minutes.")
    assert _owners(house) == [None, None, night.id]


def test_what_comes_while_she_has_a_new_page_joins_it_and_moves_on_in_its_own_time(
    house: House, night: Colleague, nick: Colleague
) -> None:
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    _write(house, 1)
    climbs(house)
    noras.reads("A message waits")
    _write(house, 1, first=1)
    climbs(house, minutes=2)
    noras.nothing_more()
    assert _steps(house) == [2, 2]
    assert [entry.kind for entry in house.rows_of(Entry) if entry.kind.startswith("page")] == ["paged", "page_joined"]
    climbs(house, minutes=3)
    nicks.reads("2 messages wait for a nurse, the oldest 5 min.")
    assert _steps(house) == [3, 2]
    climbs(house, minutes=2)
    assert _steps(house) == [3, 3], "five minutes after its own step, as if it were alone"
    nicks.nothing_more()
    noras.nothing_more()
    climbs(house, minutes=3)
    noras.reads("2 messages wait for a nurse, the oldest 10 min.")
    climbs(house, minutes=2)
    assert _steps(house) == [4, 4]
    noras.nothing_more()


def test_her_answer_takes_what_joined_the_page_and_what_comes_after_it_rings(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    _write(house, 1)
    climbs(house)
    page = noras.reads("A message waits")
    _write(house, 1, first=1)
    climbs(house, minutes=1)
    _replies(house, noras, page)
    noras.reads("2 are yours for 30 minutes. Open the desk to read and answer them.")
    assert _owners(house) == [night.id] * 2
    _write(house, 1, first=2)
    climbs(house, minutes=1)
    noras.reads("A message waits for a nurse.")


def test_a_colleague_was_faster_with_one_of_them(house: House, night: Colleague, nick: Colleague) -> None:
    noras = phone(house, NORAS)
    first, *_ = _write(house, 2)
    climbs(house)
    page = noras.reads("2 messages wait", "the oldest 0 min")
    nick.claims(first)
    _replies(house, noras, page)
    noras.reads("1 is yours for 30 minutes. Somebody else has the other. Open the desk to read and answer it.")


def test_a_page_that_fails_moves_all_on_at_once_that_it_stood_for(
    house: House, night: Colleague, nick: Colleague
) -> None:
    house.carrier.handset(NORAS, kind="dead")
    *_, third = _write(house, 3)
    nick.claims(third)
    climbing.climb()
    with db.transaction("tests.gives_back") as session:
        handling.release(session, third.id, nick.id)
    climbing.climb()
    assert _steps(house) == [2, 2, 2], "the third has joined the page, of which nobody knows yet that it fails"
    assert len(house.rows(Page)) == 1
    climbs(house)
    climbs(house)
    phone(house, NICKS).reads("3 messages wait for a nurse")
    assert _steps(house) == [3, 3, 3]


def test_more_than_one_person_can_have_in_hand(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    _write(house, page_words.MOST_TAKEN + 5)
    climbs(house)
    page = noras.reads("25 messages wait for a nurse, the oldest 0 min.", "to take the first 20, then open the desk.")
    noras.nothing_more()
    assert set(_steps(house)) == {2}
    _replies(house, noras, page)
    noras.reads("20 are yours for 30 minutes. 5 more wait. Open the desk")
    assert _owners(house) == [night.id] * 20 + [None] * 5
    climbs(house, minutes=5)
    noras.reads("5 messages wait for a nurse, the oldest 5 min.")


def test_what_was_handed_over_and_back_rings_once_more(house: House, night: Colleague, fran: Colleague) -> None:
    """Its steps begin anew: the same step of the same item is another page."""
    noras = phone(house, NORAS)
    (item,) = _write(house, 1)
    climbs(house)
    noras.reads("A message waits")
    night.claims(item)
    night.reads_all(item)
    night.moves(item, "front_desk")
    fran.moves(item, "nurses")
    climbs(house, minutes=6)
    assert _steps(house) == [2]
    noras.reads("A message waits")


@one_database  # the trigger is SQLite's
def test_one_that_cannot_move_keeps_no_other(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    stuck, *_ = _write(house, 3)
    with db.transaction("tests.stuck") as session:
        session.execute(text(
            f"create trigger stuck before update of step on desk_item when old.id = {stuck.id}"
            " begin select raise(abort, 'not this one'); end"
        ))  # fmt: skip
    climbs(house)
    assert _steps(house) == [0, 2, 2]
    noras.reads("3 messages wait")
    noras.nothing_more()


def test_two_ladders_at_once_write_one_page(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    _write(house, 6)
    with ThreadPoolExecutor(4) as pool:
        moved = [done.result() for done in [pool.submit(climbing.climb) for _ in range(4)]]
    house.work()
    assert sum(moved) == 6
    assert _steps(house) == [2] * 6
    noras.reads("6 messages wait")
    noras.nothing_more()
    assert [(each.desk_item_id, each.step) for each in house.rows_of(PageItem) if each.step] == [
        (item.id, 2) for item in house.rows(DeskItem)
    ]


def test_pages_from_before_keep_what_they_rang_for(house: House, night: Colleague) -> None:
    """When a page had one item: the round from today's tables to those, and back."""
    noras = phone(house, NORAS)
    _write(house, 2, "i want to kill myself")
    climbs(house)
    noras.unread = []
    before = [(each.page_id, each.desk_item_id, each.step) for each in house.rows_of(PageItem)]
    command.downgrade(schema._config(), "0022")
    schema.migrate()
    assert [(each.page_id, each.desk_item_id, each.step) for each in house.rows_of(PageItem)] == before
    assert len(before) == 2
    noras.handset.texts(house.rows(Page)[1].code, to=PAGING)
    house.work()
    assert house.rows(DeskItem)[1].owner_id == night.id


# --- while she works at the desk ------------------------------------------------------------------------------------


@pytest.fixture
def screen(house: House, night: Colleague) -> Browser:
    """Noon at a staffed desk: Nora has her list open, and is on call beside it."""
    house.clock.becomes(AT_NIGHT + timedelta(hours=14))
    with db.transaction("tests.by_day") as session:
        for day in range(5):
            rota.enter(session, Duty(staff_id=night.id, place=1, weekday=day, begins=time(8), ends=time(17)))
    return signed_in_again(house, night.id)


def _works(house: House, screen: Browser, minutes: int) -> None:
    """She does something each minute, and her list looks for news by itself."""
    for _ in range(minutes):
        screen.opens("/desk/nurses/rows")
        screen.sends("/still-here", 204)
        climbs(house, minutes=1)


def test_whoever_works_at_the_desk_is_not_paged_for_what_she_sees_unless_it_outlives_its_rung(
    house: House, screen: Browser
) -> None:
    noras = phone(house, NORAS)
    _write(house, 1)
    climbs(house)
    _works(house, screen, 6)
    noras.nothing_more()
    assert _steps(house) == [2]
    assert [entry.kind for entry in house.rows_of(Entry) if entry.kind.startswith("page")] == ["page_spared"]
    _works(house, screen, 5)
    noras.reads("A message waits for a nurse.")
    assert _steps(house) == [3]


def test_whoever_left_the_desk_is_paged_after_its_five_minutes(house: House, screen: Browser) -> None:
    noras = phone(house, NORAS)
    _works(house, screen, 1)
    _write(house, 1)
    climbs(house)
    for _ in range(5):
        screen.opens("/desk/nurses/rows")
        climbs(house, minutes=1)
    noras.reads("A message waits for a nurse.")


def test_crisis_words_ring_whoever_works_at_the_desk(house: House, screen: Browser) -> None:
    noras = phone(house, NORAS)
    _write(house, 1, "i want to kill myself")
    climbs(house)
    _works(house, screen, 3)
    noras.reads("Urgent. A message waits")


@pytest.mark.parametrize("at_work", [True, False])
def test_ten_items_in_23_minutes_are_few_pages(house: House, screen: Browser, at_work: bool) -> None:
    """A stranger who watched got 55. Nobody takes any of them here, which is the worst case."""
    for minute in range(24):
        if minute % 2 == 0 and minute < 20:
            _write(house, 1, first=minute // 2)
        if at_work:
            screen.sends("/still-here", 204)
        for _ in range(4):
            if at_work or minute < 14:  # then she is signed out
                screen.opens("/desk/nurses/rows")
            climbs(house, seconds=15)
    pages = len(house.rows(Page))
    assert pages == (3 if at_work else 4), pages
    assert min(_steps(house)) >= 1
    assert house.rows(DeskItem, DeskItem.next_step_at < house.clock() - timedelta(seconds=15)) == []
