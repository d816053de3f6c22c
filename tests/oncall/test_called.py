"""Pages by call: whoever does not answer a text is called, and one key takes what waits; a machine never does (H16)."""

import pytest

from app import db
from app.models.calls import OutgoingCall
from app.models.conversations import Exchange
from app.models.cover import StaffPhone
from app.models.pages import Page
from app.models.records import Entry
from app.on_call import climbing
from escalation_desk.models import DeskItem
from tests.house import PAGING, House
from tests.oncall.shift import NICKS, NORAS, climbs, code_of
from tests.people import Colleague, Person, phone


def _item(house: House) -> DeskItem:
    (item,) = house.rows(DeskItem, DeskItem.kind == "words")
    return item


def _calls(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.came_of) for row in house.rows(OutgoingCall)]


def _paged(house: House, ana: Person, words: str = "my knee hurts") -> Person:
    """Ana writes at night, and Nora's telephone gets the page."""
    noras = phone(house, NORAS)
    ana.texts(words)
    ana.reads("A nurse will read")
    climbs(house)
    return noras


def test_who_leaves_a_page_unanswered_is_called_and_takes_it_with_one_key(
    house: House, night: Colleague, nick: Colleague, ana: Person
) -> None:
    """From the paging number, in quiet hours and with sending off; no word of anybody's health; a repeat of the key
    gets the same bytes."""
    house.settings = house.settings.model_copy(update={"sends": False})
    noras = _paged(house, ana)
    noras.reads("A message waits")
    house.passes(minutes=1, seconds=59)
    assert not noras.rings()
    house.passes(seconds=1)
    assert noras.rings()
    noras.answers()
    assert noras.handset.call.caller == PAGING
    heard = noras.hears("This is Lakeside Clinic. Messages wait for a nurse. To take them, press 1.")
    assert not [word for word in ("knee", "Ana") if word in heard]
    noras.presses("7")
    noras.hears("To take them, press 1.")
    assert _item(house).owner_id is None
    noras.presses("1")
    noras.hears("It is yours for 30 minutes.")
    noras.reads("It is yours for 30 minutes.")
    assert (_item(house).state, _item(house).owner_id) == ("claimed", night.id)
    assert house.rows(Page)[0].answered_at == house.clock()
    assert house.rows(Exchange)[-1].outcome == "page_acknowledgement"
    house.passes(minutes=2)
    assert _calls(house) == [("completed", "taken")]
    phone(house, NICKS).nothing_more()


@pytest.mark.parametrize("habit", ["machine_end_beep", "unknown", "busy", "no-answer", "nothing pressed", "hung up"])
def test_whatever_does_not_press_the_key_takes_nothing_and_the_next_is_rung_at_once(
    house: House, night: Colleague, nick: Colleague, ana: Person, habit: str
) -> None:
    noras, nicks = _paged(house, ana, "i want to kill myself"), phone(house, NICKS)
    noras.reads("Urgent.")
    by_itself = habit not in ("nothing pressed", "hung up")
    if by_itself:
        noras.lets(habit)
    house.tick()
    if habit == "nothing pressed":
        noras.answers()
        noras.keeps_silent()
        noras.keeps_silent()
        noras.hears("Nothing was taken.")
    elif habit == "hung up":
        noras.answers()
        noras.hangs_up()
        house.passes(minutes=1)
    elif habit in ("machine_end_beep", "unknown"):
        assert "press" not in noras.hears("Lakeside Clinic")
    climbing.climb()
    house.work()
    nicks.reads("Urgent.")
    assert _item(house).owner_id is None
    house.passes(minutes=1)
    assert _calls(house)[0][1] in ("voicemail", "not_reached", "not_taken")
    told = [each.details["owner"] for each in house.rows_of(Entry) if each.kind == "page_call_in_vain"]
    assert told.count(night.id) == 1


def test_a_nurse_is_rung_for_one_page_at_a_time(
    house: House, night: Colleague, nick: Colleague, ana: Person, rosa: Person
) -> None:
    """H16: a second ring at once would meet her busy line, and go on to the next nurse as if she had not answered."""
    noras = _paged(house, ana, "i want to kill myself")
    noras.reads("Urgent.")
    rosa.texts("me quiero morir")
    rosa.reads("988")
    house.tick()
    climbs(house)
    noras.reads("Urgent.")
    house.passes(seconds=10)
    assert [state for state, _ in _calls(house)] == ["ringing", "queued"]
    noras.answers()
    noras.presses("1")
    noras.hears("It is yours")
    noras.unread.clear()
    house.passes(seconds=10)
    assert house.rows(OutgoingCall)[1].state != "queued", "the next one is rung as soon as her line is free"
    phone(house, NICKS).nothing_more()


def test_who_has_taken_it_at_the_desk_meanwhile_is_not_told_of_as_not_taking_it(
    house: House, night: Colleague, ana: Person
) -> None:
    noras = _paged(house, ana, "i want to kill myself")
    noras.reads("Urgent.")
    house.tick()
    noras.answers()
    night.claims(_item(house))
    noras.keeps_silent()
    noras.keeps_silent()
    noras.hears("")
    house.passes(minutes=1)
    assert [each.kind for each in house.rows_of(Entry) if each.kind == "page_call_in_vain"] == []


def test_those_who_do_not_answer_are_not_called_without_a_pause(
    house: House, night: Colleague, nick: Colleague, ana: Person
) -> None:
    """After each of them was called, what waits goes on in its own time (H09)."""
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    noras.lets("busy")
    nicks.lets("busy")
    _paged(house, ana, "i want to kill myself")
    for _ in range(8):
        house.passes(seconds=5)
        climbs(house)
    assert len(house.rows(Page)) == len(house.rows(OutgoingCall)) == 3
    ana.reads("No nurse can read your message right now.")
    climbs(house, minutes=3)
    assert len(house.rows(Page)) == 4


def test_one_nurse_alone_is_called_and_has_her_time_to_answer_the_text(
    house: House, night: Colleague, ana: Person
) -> None:
    noras = phone(house, NORAS)
    noras.lets("busy")
    _paged(house, ana, "i want to kill myself")
    house.tick()
    climbs(house, seconds=5)
    assert len(house.rows(Page)) == 1
    ana.nothing_more()


@pytest.mark.parametrize("why", ["answered", "claimed", "not to be called", "another telephone"])
def test_nobody_is_called_who_need_not_be(
    house: House, night: Colleague, nick: Colleague, ana: Person, why: str
) -> None:
    if why == "not to be called":
        with db.transaction("tests.not_called") as session:
            session.get_one(StaffPhone, night.id).called = False
    noras = _paged(house, ana)
    page = noras.reads("A message waits")
    if why == "answered":
        noras.handset.texts(code_of(page), to=PAGING)
        house.work()
    elif why == "claimed":
        nick.claims(_item(house))
    elif why == "another telephone":
        with db.transaction("tests.moved") as session:
            phone_of = session.get_one(StaffPhone, night.id)
            phone_of.contact_point_id = session.get_one(StaffPhone, nick.id).contact_point_id
    house.passes(minutes=2)
    assert not noras.rings()
    assert [state for state, _ in _calls(house)] == ([] if why == "not to be called" else ["withheld"])
    assert not house.rows(DeskItem, DeskItem.kind == "task"), "the page is there, and climbs"


def test_a_key_on_a_telephone_that_is_no_longer_hers_takes_nothing(
    house: House, night: Colleague, nick: Colleague, ana: Person
) -> None:
    noras = _paged(house, ana)
    house.passes(minutes=2)
    noras.answers()
    with db.transaction("tests.gone") as session:
        session.get_one(StaffPhone, night.id).contact_point_id = session.get_one(StaffPhone, nick.id).contact_point_id
    noras.presses("1")
    noras.hears("can no longer be answered")
    assert _item(house).owner_id is None
