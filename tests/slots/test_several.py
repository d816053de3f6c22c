"""Up to three times in one text: she takes one, and the others and her old hour are free with it (issue 5)."""

from app import db
from app.models.appointments import Appointment
from app.models.conversations import Conversation
from app.models.offers import Offer, OfferedTime
from app.scheduling import offer_making
from tests.house import House
from tests.people import Person, appointment, visit
from tests.screens.desk import Browser
from tests.slots import times
from tests.slots.test_offers import open_reasons
from tests.voice.test_identity import checks


def _three(house: House, fran: Browser, who: Person, appointment_id: int | None = None) -> list[int]:
    """Tuesday at 9:00, Wednesday at 2:00 and Friday at 10:00 are held for her, and she is asked; the slots' ids."""
    found = [times.put_up(house, fran, days, hour) for days, hour in ((8, 9), (9, 14), (11, 10))]
    waiting = times.waits(who, appointment_id)
    seen = [times.seen(each, waiting) for each in found]
    with db.transaction("tests.three") as session:
        offer_making.make(session, seen, fran.staff_id)
    house.tick()
    return found


def _stand(slots: list[int]) -> list[str]:
    return [times.slot(each).state for each in slots]


def test_she_takes_the_second_of_three_and_the_others_are_free(house: House, ana: Person, fran: Browser) -> None:
    """H41, H42, H47: one visit, one free old hour; a second answer changes nothing and is a person's."""
    booked = visit(house, ana, days=5)
    slots = _three(house, fran, ana, booked)
    ana.reads(
        "Choose by 12:00 PM when to come, Main Street",
        "Reply 1 to take Tue Dec 1 9:00 AM, 2 to take Wed Dec 2 2:00 PM, 3 to take Fri Dec 4 10:00 AM, 4 to wait",
    )
    assert _stand(slots) == ["held"] * 3
    ana.texts("yes")
    ana.reads("we did not understand", "2 to take Wed Dec 2 2:00 PM")
    assert _stand(slots) == ["held"] * 3, "a yes to three times is to none of them"
    ana.texts("2")
    ana.reads("Your visit is now Wednesday, December 2 at 2:00 PM, Main Street")
    assert _stand(slots) == ["free", "booked", "free"]
    assert (appointment(booked).starts_at, appointment(booked).version) == (house.on(9, 14), 2)
    assert times.slot_at(house, 5, 15).state == "freed"
    assert [row.state for row in house.rows(OfferedTime)] == ["over", "taken", "over"]
    ana.texts("3")
    ana.reads("a person will read it")
    assert _stand(slots) == ["free", "booked", "free"]
    assert len(house.rows(Appointment)) == 1


def test_a_time_that_went_by_hand_is_gone_and_nothing_is_kept_from_others(
    house: House, ana: Person, rosa: Person, fran: Browser
) -> None:
    """H46, F6: the two others stay hers; she chooses the one that is gone, is told so, and keeps her place."""
    slots = _three(house, fran, ana)
    ana.reads("Reply 1")
    when = {"day": "2026-12-01", "at": "09:00", "which": "", "provider": 1, "location": 1}
    fran.sends(f"/patients/{rosa.patient_id}/appointments/new", **when)
    assert [row.state for row in house.rows(OfferedTime)] == ["over", "open", "open"]
    assert [row.state for row in house.rows(Offer)] == ["open"]
    ana.texts("1")
    ana.reads("that time is gone", "you keep your place", "A person will read your answer")
    assert _stand(slots) == ["booked", "free", "free"]
    assert [(row.state, row.reason) for row in house.rows(Offer)] == [("withdrawn", "slot_gone")]
    assert times.request(1).state == "waiting"
    assert "time_gone" in open_reasons(house)


def test_all_three_are_free_when_the_hold_is_over_and_a_late_answer_is_told_so(
    house: House, ana: Person, fran: Browser
) -> None:
    slots = _three(house, fran, ana)
    ana.reads("Reply 1")
    house.passes(hours=2, minutes=1)
    assert _stand(slots) == ["free"] * 3
    ana.texts("2")
    ana.reads("too late to use your answer", "nothing has changed")
    assert house.rows(Appointment) == []
    assert times.request(1).state == "waiting"


def test_a_colleague_ends_it_for_all_of_them(house: House, ana: Person, fran: Browser) -> None:
    slots = _three(house, fran, ana)
    ana.reads("Reply 1")
    ana.texts("Wednesday")
    ana.reads("a person will read it")
    assert _stand(slots) == ["held"] * 3, "a day is put before a person, and books nothing"
    fran.sends("/waitlist/requests/1/end", request_version=times.request(1).version)
    assert (_stand(slots), [row.state for row in house.rows(Offer)]) == (["free"] * 3, ["withdrawn"])


def test_on_a_call_the_same_three_are_chosen_by_key(house: House, ana: Person, fran: Browser) -> None:
    slots = _three(house, fran, ana)
    ana.reads("Reply 1")
    checks(ana)
    ana.hears(
        "To take Tuesday, December 1 at 9:00 AM, press 1", "To take Friday, December 4 at 10:00 AM, press 3",
        "To wait for another, press 4",
    )  # fmt: skip
    ana.presses("3")
    ana.hears("Your visit is now Friday, December 4 at 10:00 AM")
    assert _stand(slots) == ["free", "free", "booked"]
    assert [row.ended_as for row in house.rows(Conversation)] == ["took_offer"]
