"""A time offered in turn: one after the other of those it suits, until somebody takes it or nobody is left."""

from app.models.offers import Offer
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.slots import times
from tests.slots.test_by_phone import SLOT
from tests.slots.test_offers import open_reasons


def _two_wait(house: House, ana: Person, rosa: Person, fran: Browser) -> int:
    """Ana has waited longer; the time's id."""
    times.waits(ana)
    house.passes(minutes=1)
    times.waits(rosa)
    return times.put_up(house, fran, days=3)


def _in_turn(house: House, fran: Browser, slot_id: int) -> None:
    fran.sends(f"/waitlist/slots/{slot_id}/in-turn", slot_version=times.slot(slot_id).version)
    house.tick()


def _asked(house: House) -> list[tuple[int, str]]:
    return [(offer.patient_id, offer.state) for offer in house.rows(Offer)]


def test_who_says_no_is_followed_by_the_next_and_who_says_yes_by_nobody(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    slot_id = _two_wait(house, ana, rosa, fran)
    _in_turn(house, fran, slot_id)
    ana.reads("when to come", "1 to take")
    rosa.nothing_more()
    assert "Held for Ana López ↻ Offered in turn" in words_of(fran.opens("/waitlist"))
    ana.texts("4")
    ana.reads("You keep your place")
    house.tick()
    rosa.reads("Responda 1 para jue")
    rosa.texts("1")
    rosa.reads("Su cita queda para")
    slot = times.slot(slot_id)
    assert (slot.state, slot.in_turn_by) == ("booked", None)
    house.passes(hours=3)
    house.tick()
    ana.nothing_more()
    rosa.nothing_more()


def test_silence_is_followed_by_the_next_and_the_last_silence_by_a_person(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    """P7, H42: nobody is asked twice about one time, and a time that nobody took is somebody's."""
    slot_id = _two_wait(house, ana, rosa, fran)
    _in_turn(house, fran, slot_id)
    ana.reads("when to come")
    house.passes(hours=2, minutes=1)
    house.tick()
    rosa.reads("Responda 1 para jue")
    ana.nothing_more()
    house.passes(hours=2, minutes=1)
    house.tick()
    assert _asked(house) == [(ana.patient_id, "lapsed"), (rosa.patient_id, "lapsed")]
    assert (times.slot(slot_id).state, times.slot(slot_id).in_turn_by) == ("free", None)
    assert open_reasons(house) == ["slot_not_taken"]
    fran = signed_in_again(house, fran.staff_id)
    assert "nobody took by text: give it by phone, or take it back" in words_of(fran.opens("/desk/front-desk"))
    page = words_of(fran.opens("/waitlist"))
    assert "Offered in turn" not in page
    assert "was offered this time before" in page
    ana.nothing_more()
    rosa.nothing_more()


def test_a_person_stops_it_and_taking_an_offer_back_stops_it_too(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    slot_id = _two_wait(house, ana, rosa, fran)
    _in_turn(house, fran, slot_id)
    ana.reads("when to come")
    fran.sends(f"/waitlist/slots/{slot_id}/stop")
    ana.texts("4")
    ana.reads("You keep your place")
    house.tick()
    rosa.nothing_more()
    _in_turn(house, fran, slot_id)
    rosa.reads("Responda 1 para jue")
    offer = max(house.rows(Offer), key=lambda row: row.id)
    fran.sends(f"/waitlist/offers/{offer.id}/withdraw")
    house.tick()
    assert (times.slot(slot_id).state, times.slot(slot_id).in_turn_by) == ("free", None)
    assert open_reasons(house) == []


def test_whoever_is_just_saying_which_days_suit_is_left_to_finish(house: House, ana: Person, fran: Browser) -> None:
    """H46: a 3 to “which time of day” must not be heard as “wait no more”."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("can't make it")
    ana.reads("Which days suit you better?")
    slot_id = times.put_up(house, fran, days=3)
    house.passes(minutes=11)
    _in_turn(house, fran, slot_id)
    ana.nothing_more()
    assert "another question waits for an answer" in words_of(fran.opens("/waitlist"))
    house.passes(minutes=5)
    house.tick()
    ana.reads("when to come")
    assert _asked(house) == [(ana.patient_id, "open")]
    assert times.slot(slot_id).in_turn_by == fran.staff_id


def test_whom_nobody_may_text_is_passed_over(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """P9: an offer that cannot be asked is not made, and holds no time."""
    slot_id = _two_wait(house, ana, rosa, fran)
    ana.texts("stop")
    ana.reads("unsubscribed")
    _in_turn(house, fran, slot_id)
    rosa.reads("Responda 1 para jue")
    assert _asked(house) == [(rosa.patient_id, "open")]


def test_times_may_be_put_up_to_be_offered_in_turn(house: House, ana: Person, fran: Browser) -> None:
    times.waits(ana)
    house.tick()
    form = {**SLOT, "day": str(house.on(3, 9).date()), "at": "09:00", "many": 2, "in_turn": "yes"}
    fran.sends("/waitlist/slots/new", **form)
    house.tick()
    ana.reads("Reply 1 to take Thu Nov 26 9:00 AM, 4 to wait")
    assert len(_asked(house)) == 1, "she is offered one of them at a time"


def test_a_near_time_says_how_long_it_can_still_be_filled(house: House, fran: Browser) -> None:
    times.put_up(house, fran, days=0, hour=15)
    times.put_up(house, fran, days=2)
    page = words_of(fran.opens("/waitlist"))
    assert "in 5 h · 4 h left to fill it by text" in page
    assert page.count("left to fill it") == 1
    house.clock.passes(hours=3, minutes=50)
    assert "in 1 h 10 min · too near for texts: call" in words_of(
        signed_in_again(house, fran.staff_id).opens("/waitlist")
    )
