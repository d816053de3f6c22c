"""Offers by a call of ours: who would rather be called is rung, and takes the time as by text (H47, issue 8)."""

import pytest

from app import db
from app.models.calls import OutgoingCall
from app.models.offers import Offer
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from tests.house import House
from tests.people import Person, appointment, visit
from tests.screens.desk import Browser, words_of
from tests.slots import times
from tests.slots.test_offers import open_reasons
from tests.voice.test_identity import RIGHT


def _offered(house: House, fran: Browser, who: Person, appointment_id: int | None = None) -> int:
    """A time is put up and offered to her, who agreed to calls; the slot's id."""
    slot_id, waiting = times.put_up(house, fran), times.waits(who, appointment_id)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    house.tick()
    return slot_id


def _states(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in house.rows(Offer)]


def _takes_the_call(who: Person, language: str) -> None:
    who.answers()
    who.presses(language)
    who.presses(RIGHT)


def test_ana_is_rung_and_takes_it_by_key(house: House, ana: Person, fran: Browser) -> None:
    """Nothing of it is said before it is known who she is (H29); her old hour is freed with it."""
    ana.agrees_to_calls()
    booked = visit(house, ana, days=4)
    slot_id = times.put_up(house, fran)
    times.waits(ana, booked)
    assert "Offer by call" in words_of(fran.opens(f"/waitlist?slot={slot_id}"))
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, 1)))
    house.tick()
    ana.answers()
    assert "November" not in ana.hears("This is Lakeside Clinic")
    ana.presses("1")
    ana.presses(RIGHT)
    ana.hears("We have found what you wait for", "choose by", "take", "November 25", "press 1", "wait for another")
    ana.presses("1")
    ana.hears("Your visit is now Wednesday, November 25 at 9:00 AM")
    ana.hangs_up()
    house.passes(minutes=2)
    assert appointment(booked).starts_at == house.on(2, 9)
    assert (times.slot(slot_id).state, times.slot_at(house, 4, 15).state) == ("booked", "freed")
    assert _states(house)[0][0] == "accepted"
    assert open_reasons(house) == ["enter_in_ehr"]
    assert not house.rows(Outbound)


def test_rosa_says_in_spanish_that_she_waits_for_another(house: House, rosa: Person, fran: Browser) -> None:
    rosa.agrees_to_calls()
    slot_id = _offered(house, fran, rosa)
    _takes_the_call(rosa, "2")
    rosa.hears("Tenemos lo que espera", "25 de noviembre")
    rosa.says("otra")
    rosa.hears("Le seguimos buscando otra hora")
    rosa.hangs_up()
    house.passes(minutes=2)
    assert (_states(house)[0][0], times.slot(slot_id).state) == ("declined", "free")
    assert times.request(1).state == "waiting"


@pytest.mark.parametrize("how", ["no-answer", "busy", "machine", "hung up"])
def test_who_is_not_reached_is_asked_by_text_at_once_and_takes_it_so(
    house: House, ana: Person, fran: Browser, how: str
) -> None:
    """P7: the time is held for her, and a call that reached nobody holds it from everybody for nothing."""
    ana.agrees_to_calls()
    if how in ("no-answer", "busy"):
        ana.lets(how)
    elif how == "machine":
        ana.lets("machine_end_beep")
    slot_id = _offered(house, fran, ana)
    if how == "hung up":
        ana.answers()
        ana.presses("1")
        ana.hangs_up()
    house.passes(minutes=2)
    ana.reads("Choose by", "Reply 1 to take Wed Nov 25 9:00 AM")
    ana.texts("1")
    ana.reads("Your visit is now Wednesday, November 25")
    assert (_states(house)[0][0], times.slot(slot_id).state) == ("accepted", "booked")
    assert len(house.rows(OutgoingCall)) == 1, "nobody is rung twice about one offer"


@pytest.mark.parametrize("how", ["no-answer", "no more calls"])
def test_who_takes_no_texts_and_is_not_reached_gives_the_time_back(
    house: House, ana: Person, fran: Browser, how: str
) -> None:
    """A landline that agreed to calls is rung; when that is in vain, the time is the next patient's at once, and she
    keeps her place (H47)."""
    ana.agrees_to_calls(would_rather=False)
    with db.transaction("tests.landline") as session:
        for point in session.query(ContactPoint):
            point.cannot_text = "landline"
    if how == "no-answer":
        ana.lets(how)
    slot_id = _offered(house, fran, ana)
    if how == "no more calls":
        ana.answers()
        ana.presses("9")
        ana.hangs_up()
    house.passes(minutes=2)
    assert (_states(house)[0][0], times.slot(slot_id).state) == ("lapsed", "free")
    assert times.request(1).state == "waiting"
    assert not house.rows(Outbound)
