"""Offers by text: she takes it, says no, is late, or is overtaken; each answer is true, and she keeps her place."""

from datetime import datetime

import pytest

from app import db, people
from app.models.appointments import Appointment, OutreachStep
from app.models.conversations import Conversation, Exchange
from app.models.offers import Offer
from app.models.outbox import Outbound
from app.scheduling import offer_making, offering
from escalation_desk.models import DeskItem
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import Colleague, Person, appointment, patient, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.slots import times


def _offered(house: House, fran: Browser, who: Person, appointment_id: int | None = None, days: int = 2) -> int:
    """A time is put up and offered to her; the slot's id."""
    slot_id, waiting = times.put_up(house, fran, days), times.waits(who, appointment_id)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    house.tick()
    return slot_id


def _offer(house: House) -> Offer:
    (row,) = house.rows(Offer)
    return row


def open_reasons(house: House) -> list[str]:
    return [item.reason for item in house.rows(DeskItem) if item.state != "closed"]


def test_ana_takes_the_time_that_she_is_offered(house: House, ana: Person, fran: Browser) -> None:
    """She cannot come, staff assign a time, she says 1: one text each way, her old hour freed with it."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("can't make it")
    ana.reads("Which days suit you better?")
    house.passes(minutes=16)
    fran = signed_in_again(house, fran.staff_id)
    slot_id = _offered(house, fran, ana, booked)
    ana.reads(
        "Choose by 12:16 PM when to come, Main Street", "Reply 1 to take Wed Nov 25 9:00 AM, 4 to wait for another"
    )
    page = words_of(fran.opens("/waitlist"))
    assert "Held for Ana López asked, and has until 12:16 PM" in page
    ana.texts("1")
    ana.reads("Your visit is now Wednesday, November 25 at 9:00 AM, Main Street")
    moved = appointment(booked)
    assert (moved.starts_at, moved.version) == (house.on(2, 9), 2)
    assert (times.slot(slot_id).state, times.slot_at(house, 1, 15).state) == ("booked", "freed")
    assert (_offer(house).state, _offer(house).appointment_id) == ("accepted", booked)
    assert open_reasons(house) == ["enter_in_ehr"]
    house.becomes(house.on(1, 9))
    assert [row.key for row in house.rows(OutreachStep) if ":v2:" in row.key] == [], "she has answered for it"
    ana.nothing_more()


def test_rosa_takes_it_in_spanish_and_is_reminded_of_the_new_time_only(
    house: House, rosa: Person, fran: Browser
) -> None:
    """P6, H43: questions follow the version of the appointment; of the time that is gone nothing more is said."""
    booked = visit(house, rosa, days=4)
    _offered(house, fran, rosa, booked, days=8)
    rosa.reads(
        "Elija su cita antes de las 12:00 p. m., Main Street", "Responda 1 para mar 1 dic 9:00 a. m., 4 para otra"
    )
    rosa.texts("sí")
    rosa.reads("Su cita queda para el martes 1 de diciembre a las 9:00 a. m.")
    assert appointment(booked).confirmed_at is None, "it lies further ahead than she is asked about"
    house.becomes(house.on(3, 15))
    rosa.nothing_more()
    house.becomes(house.on(3, 9, 1))
    rosa.reads("martes 1 de diciembre a las 9:00 a. m.", "Responda 1 para confirmar")


def test_a_first_visit_is_booked_too(house: House, ana: Person, fran: Browser) -> None:
    """And of the numbers of times that were not offered none does anything."""
    _offered(house, fran, ana)
    ana.reads("Reply 1")
    ana.texts("3")
    ana.reads("a person will read it")
    ana.texts("yes")
    ana.reads("Your visit is now")
    (hers,) = house.rows(Appointment)
    assert (hers.patient_id, hers.starts_at, hers.confirmed_at is not None) == (ana.patient_id, house.on(2, 9), True)


@pytest.mark.parametrize(
    ("says", "reads", "state"), [("4", "keep your place", "waiting"), ("5", "stop looking", "closed")]
)
def test_who_says_no_keeps_her_visit(
    house: House, ana: Person, fran: Browser, says: str, reads: str, state: str
) -> None:
    booked = visit(house, ana, days=5)
    slot_id = _offered(house, fran, ana, booked)
    ana.reads("Reply 1")
    ana.texts(says)
    ana.reads(reads)
    assert times.slot(slot_id).state == "free"
    assert (_offer(house).state, times.request(1).state) == ("declined", state)
    assert appointment(booked).version == 1


def test_a_late_yes_changes_nothing_and_is_told_so(house: House, ana: Person, fran: Browser) -> None:
    """H46: after two hours the time is free for the next; her yes goes to a person, and she keeps her place."""
    slot_id = _offered(house, fran, ana)
    ana.reads("Reply 1")
    house.passes(hours=2, minutes=1)
    assert (times.slot(slot_id).state, _offer(house).state) == ("free", "lapsed")
    ana.texts("1")
    ana.reads("too late to use your answer", "nothing has changed")
    assert house.rows(Appointment) == []
    assert times.request(1).state == "waiting"
    assert open_reasons(house) == ["late_answer"]


def test_whoever_is_overtaken_by_hand_is_told_so(house: House, ana: Person, rosa: Person, fran: Browser) -> None:
    """F6: a time that is filled by hand withdraws its offer in the same commit."""
    slot_id = _offered(house, fran, ana)
    ana.reads("Reply 1")
    when = {"day": "2026-11-25", "at": "09:00", "which": "", "provider": 1, "location": 1}
    fran.sends(f"/patients/{rosa.patient_id}/appointments/new", **when)
    assert (_offer(house).state, _offer(house).reason) == ("withdrawn", "slot_gone")
    ana.texts("1")
    ana.reads("that time is gone", "you keep your place", "A person will read your answer")
    assert [row.patient_id for row in house.rows(Appointment)] == [rosa.patient_id]
    assert (times.slot(slot_id).appointment_id, times.request(1).state) == (1, "waiting")
    assert "time_gone" in open_reasons(house)


def test_a_withdrawn_offer_is_not_asked_and_its_slot_is_offered_to_the_next(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    slot_id = times.put_up(house, fran)
    first, second = times.waits(ana), times.waits(rosa)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, first)))
    refused = words_of(
        fran.sends(f"/waitlist/slots/{slot_id}/offer", 409, **times.as_form(times.seen(slot_id, second)))
    )
    assert "This time is held for a patient meanwhile." in refused
    undone = words_of(fran.opens(fran.sends("/waitlist/offers/1/withdraw")))
    assert "The offer is undone: the patient was not asked, and will not be." in undone
    fran.sends("/waitlist/offers/1/withdraw", 409)
    house.tick()
    ana.nothing_more()
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, second)))
    house.tick()
    rosa.reads("Responda 1")
    withdrawn = words_of(fran.opens(fran.sends("/waitlist/offers/2/withdraw")))
    assert "may have left already, and cannot be called back" in withdrawn
    rosa.texts("1")
    rosa.reads("esa hora ya no se puede dar", "le seguimos buscando otra")
    assert (times.slot(slot_id).state, times.request(second).state) == ("free", "waiting")


def test_a_second_yes_books_nothing_more(house: House, ana: Person, fran: Browser) -> None:
    """H40, H42: neither another text nor the same one brought twice."""
    _offered(house, fran, ana)
    ana.reads("Reply 1")
    form = text_form("1")
    assert len({post(house, form).body for _ in range(3)}) == 1
    house.work()
    ana.reads("Your visit is now")
    ana.texts("1")
    ana.reads("a person will read it")
    assert len(house.rows(Appointment)) == 1
    assert len(house.rows(Exchange)) == 2


def test_another_day_is_no_yes(house: House, ana: Person, fran: Browser) -> None:
    """H46: "yes, Friday" to a time on Wednesday is a person's."""
    _offered(house, fran, ana)
    ana.reads("Reply 1")
    ana.texts("yes, Friday")
    ana.reads("a person will read it")
    assert house.rows(Appointment) == []
    assert _offer(house).state == "open"


def test_at_night_an_offer_waits_for_the_morning(house: House, ana: Person, fran: Browser) -> None:
    """H52: its hold begins when she is asked."""
    house.becomes(house.on(0, 21))
    fran = signed_in_again(house, fran.staff_id)
    _offered(house, fran, ana)
    ana.nothing_more()
    assert "not asked yet: " in words_of(fran.opens("/waitlist"))
    house.becomes(house.on(1, 8, 1))
    ana.reads("by 10:01 AM", "Reply 1")


def test_a_time_that_is_near_is_not_offered_by_text(house: House, ana: Person, fran: Browser) -> None:
    """Neither when staff ask for it, nor when the night has brought it near."""
    waiting, near = times.waits(ana), times.put_up(house, fran, days=0, hour=12)
    form = times.as_form(times.seen(near, waiting))
    assert "too near to be offered by text" in words_of(fran.sends(f"/waitlist/slots/{near}/offer", 409, **form))
    house.becomes(house.on(0, 21))
    fran = signed_in_again(house, fran.staff_id)
    morning = times.put_up(house, fran, days=1)
    fran.sends(f"/waitlist/slots/{morning}/offer", **times.as_form(times.seen(morning, waiting)))
    house.becomes(house.on(1, 8, 1))
    assert (times.slot(morning).state, _offer(house).reason) == ("free", "too_late")
    ana.nothing_more()


def test_the_hush_holds_an_offer_back(house: House, ana: Person, fran: Browser, nora: Colleague) -> None:
    """P13: her words of health come first; nothing goes out before a nurse has closed them."""
    slot_id, waiting = times.put_up(house, fran, days=3), times.waits(ana)
    ana.texts("my chest hurts")
    ana.reads("911")
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    house.tick()
    ana.nothing_more()
    (item,) = nora.sees()
    nora.settles(item)
    house.tick()
    ana.reads("when to come")


def test_who_asked_for_no_more_texts_is_called(house: House, ana: Person, fran: Browser) -> None:
    """P9: refused at once if it is known, and given to a person if it comes between."""
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    form = times.as_form(times.seen(slot_id, waiting))
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **form)
    ana.texts("STOP")
    ana.reads("unsubscribed")
    house.tick()
    assert (times.slot(slot_id).state, open_reasons(house)) == ("free", ["offer_by_phone"])
    refused = words_of(
        fran.sends(f"/waitlist/slots/{slot_id}/offer", 409, **times.as_form(times.seen(slot_id, waiting)))
    )
    assert "cannot be texted. Nothing was offered: please call, and book by phone." in refused


def test_stop_ends_an_offer_that_was_asked(house: House, ana: Person, fran: Browser) -> None:
    slot_id = _offered(house, fran, ana)
    ana.reads("Reply 1")
    ana.texts("STOP")
    ana.reads("unsubscribed")
    house.tick()
    assert (times.slot(slot_id).state, _offer(house).state) == ("free", "lapsed")
    assert [row.ended_as for row in house.rows(Conversation)] == ["opted_out"]


def test_a_shared_number_is_not_offered_by_text(house: House, ana: Person, fran: Browser) -> None:
    patient(house, "Sam López", "+12025550101")
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    refused = fran.sends(f"/waitlist/slots/{slot_id}/offer", 409, **times.as_form(times.seen(slot_id, waiting)))
    assert "shares the number" in words_of(refused)
    assert times.slot(slot_id).state == "free"


def test_an_offer_that_waits_in_the_outbox_is_not_sent_once_it_is_over(
    house: House, ana: Person, fran: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P9: asked when it is about to leave."""
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    assert offering.work() == 1
    fran.sends(f"/waitlist/slots/{slot_id}/take-back", slot_version=times.slot(slot_id).version)
    house.work()
    assert [(row.state, row.reason) for row in house.rows(Outbound)] == [("withheld", "question_over")]
    ana.nothing_more()


def test_what_cannot_be_asked_for_a_broken_reason_is_a_persons(
    house: House, ana: Person, fran: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> datetime:
        raise ZeroDivisionError

    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    monkeypatch.setattr(offer_making, "last_moment", broken)
    house.tick()
    assert (times.slot(slot_id).state, open_reasons(house)) == ("free", ["offer_by_phone"])


def test_nothing_is_offered_to_who_has_died(house: House, ana: Person, fran: Browser) -> None:
    slot_id, waiting = times.put_up(house, fran), times.waits(ana)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waiting)))
    with db.transaction("tests.died") as session:
        assert people.mark_deceased(session, ana.patient_id or 0, 1, house.clock().date(), fran.staff_id)
    house.tick()
    ana.nothing_more()
    assert (times.slot(slot_id).state, open_reasons(house)) == ("free", [])
