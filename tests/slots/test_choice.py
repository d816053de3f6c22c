"""The practice's choice of how times are offered: staff assign, a person confirms, or by themselves within limits."""

import re

import pytest
from sqlalchemy import select

from app import db
from app.models.appointments import Appointment
from app.models.offers import Offer, OfferRule
from app.models.records import Entry
from tests.house import House
from tests.people import Person, appointment, patient, visit
from tests.screens.desk import Browser, signed_in, signed_in_again, words_of
from tests.slots import times
from tests.slots.test_offers import open_reasons

CHOICE = {"mode": "automatic", "at_once": 3, "hold_minutes": 60, "notice_hours": 24, "from_hour": 9, "until_hour": 17,
          "a_week": 2, "version": 0}  # fmt: skip


@pytest.fixture
def mia(house: House) -> Browser:
    return signed_in(house, "Mia", "manager")


def _chooses(mia: Browser, code: int = 303, **changed: object) -> str:
    return mia.sends("/waitlist/how/routine", code, **{**CHOICE, **changed})


def _put_up(house: House, staff: Browser, *at: tuple[int, int]) -> list[int]:
    return [times.put_up(house, staff, days, hour) for days, hour in at]


def _offers(house: House) -> list[tuple[int, str]]:
    return [(row.patient_id, row.state) for row in house.rows(Offer)]


def test_who_cannot_come_is_offered_three_times_by_itself_and_takes_one(
    house: House, ana: Person, fran: Browser, mia: Browser
) -> None:
    """From “another time” to the new visit without anybody's hand; of what is too near or at another time of day
    nothing is offered, and days are spread."""
    _chooses(mia)
    booked = visit(house, ana, days=1)
    near, *_ = _put_up(house, fran, (0, 17), (2, 9), (2, 10), (3, 9), (3, 14), (6, 11))
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    ana.texts("1")
    ana.reads("at what time of day?")
    ana.texts("2")
    ana.reads("We will contact you about a change.")
    house.passes(minutes=11)
    ana.reads(
        "Choose by 11:11 AM", "1 to take Wed Nov 25 9:00 AM, 2 to take Thu Nov 26 9:00 AM, 3 to take Sun Nov 29 11:00"
    )
    assert times.slot(near).state == "free"
    assert [(row.made_by, row.state) for row in house.rows(Offer)] == [(mia.staff_id, "open")]
    ana.texts("2")
    ana.reads("Your visit is now Thursday, November 26 at 9:00 AM")
    assert appointment(booked).starts_at == house.on(3, 9)
    assert open_reasons(house) == ["enter_in_ehr"]


def test_nothing_is_offered_by_itself_outside_the_limits(
    house: House, ana: Person, fran: Browser, mia: Browser
) -> None:
    """Unless the practice wants it; then in its hours, with notice, not again after silence before another day, and so
    often a week; STOP, a shared number and a manager's pause hold it back."""
    _put_up(house, fran, (4, 9), (5, 9), (6, 9), (7, 9), (8, 9))
    times.waits(ana)
    house.tick()
    assert _offers(house) == [], "staff assign until somebody has chosen otherwise"
    _chooses(mia, at_once=1, from_hour=13)
    house.tick()
    assert _offers(house) == [], "it is not one o’clock yet"
    house.becomes(house.on(0, 13, 1))
    ana.reads("1 to take Fri Nov 27 9:00 AM, 4 to wait")
    house.passes(hours=1, minutes=1)
    assert _offers(house) == [(ana.patient_id, "lapsed")], "held for an hour"
    house.passes(hours=2)
    ana.nothing_more()
    house.becomes(house.on(1, 13, 1))
    ana.reads("1 to take Sat Nov 28 9:00 AM, 4 to wait")
    ana.texts("4")
    ana.reads("You keep your place")
    house.passes(hours=1)
    ana.nothing_more()
    assert [state for _, state in _offers(house)] == ["lapsed", "declined"], "twice a week, and no more"
    sam = patient(house, "Sam López", "+12025550101")
    times.waits(sam)
    house.tick()
    assert len(_offers(house)) == 2


def test_a_pause_holds_it_back_and_whoever_waits_longest_is_first(
    house: House, ana: Person, rosa: Person, fran: Browser, mia: Browser
) -> None:
    _chooses(mia, at_once=3)
    mia.sends("/outreach/pauses", purpose="offers", reason="The EHR is down", sure="offers")
    _put_up(house, fran, (4, 9))
    times.waits(rosa)
    house.passes(minutes=1)
    times.waits(ana)
    house.tick()
    assert _offers(house) == []
    mia.sends("/outreach/pauses/1/end")
    house.tick()
    rosa.reads("Responda 1 para vie 27 nov 9:00 a. m., 4 para otra")
    assert _offers(house) == [(rosa.patient_id, "open")]
    rosa.texts("sí")
    rosa.reads("Su cita queda")
    ana.nothing_more()
    assert len(house.rows(Appointment)) == 1


def test_what_is_proposed_is_offered_with_one_key_as_it_was_seen(
    house: House, ana: Person, fran: Browser, mia: Browser
) -> None:
    """H45: whoever confirms what has changed meanwhile is told so, and nothing is held."""
    _chooses(mia, mode="suggest", at_once=2)
    slots = _put_up(house, fran, (4, 9), (5, 9), (6, 9))
    times.waits(ana)
    house.tick()
    assert _offers(house) == [], "a person confirms it first"
    page = fran.opens("/waitlist")
    assert "Fri Nov 27, 9:00 AM or Sat Nov 28, 9:00 AM, Main Street" in words_of(page)
    assert 'data-key="p1"' in page
    form = dict(re.findall(r'name="(request|request_version|times)" value="([^"]+)"', page.split("Proposed")[1]))
    fran.sends("/waitlist/proposals", 400, **{**form, "times": "1.x"})
    fran.sends(f"/waitlist/slots/{slots[1]}/take-back", slot_version=times.slot(slots[1]).version)
    assert "taken back meanwhile" in words_of(fran.sends("/waitlist/proposals", 409, **form))
    assert [times.slot(each).state for each in slots] == ["free", "closed", "free"]
    page = fran.opens("/waitlist")
    form = dict(re.findall(r'name="(request|request_version|times)" value="([^"]+)"', page.split("Proposed")[1]))
    fran.sends("/waitlist/proposals", **form)
    house.tick()
    ana.reads("1 to take Fri Nov 27 9:00 AM, 2 to take Sun Nov 29 9:00 AM, 4 to wait")
    assert [row.made_by for row in house.rows(Offer)] == [fran.staff_id]
    assert "Proposed" not in words_of(fran.opens("/waitlist"))


def test_a_manager_chooses_and_what_cannot_be_is_told(house: House, fran: Browser, mia: Browser) -> None:
    refused = words_of(_chooses(mia, 422, mode="all", at_once=4, hold_minutes="5", from_hour="x", a_week="1" * 50))
    for sentence in (
        "Please choose how times are offered.",
        "from 1 to 3 (times)",
        "from 15 to 120",
        "from 0 to 23",
        "from 1 to 7",
    ):
        assert sentence in refused
    assert "The last hour must come after the first." in words_of(_chooses(mia, 422, until_hour=9))
    assert house.rows(OfferRule) == []
    _chooses(mia)
    assert "Somebody has changed this" in words_of(_chooses(mia, 409, at_once=1))
    _chooses(mia, version=1, mode="suggest")
    (rule,) = house.rows(OfferRule)
    assert (rule.visit_type, rule.mode, rule.at_once, rule.version, rule.changed_by) == (
        "routine", "suggest", 3, 2, mia.staff_id)  # fmt: skip
    fran = signed_in_again(house, fran.staff_id)
    page = words_of(fran.opens("/waitlist/how"))
    assert "Handrail proposes, a person confirms. Up to 3 times in one text, held for 60 minutes" in page
    fran.sends("/waitlist/how/routine", 403, **CHOICE)
    mia.opens("/waitlist/how/nothing", 404)
    with db.reading("tests.chosen") as session:
        written = session.scalars(select(Entry.kind).where(Entry.kind == "offers_chosen")).all()
    assert len(written) == 2
