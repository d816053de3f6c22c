"""Whoever won a time gives it up again: it goes round by the same way, and so does every hour that is left by it."""

from app.models.appointments import Appointment
from tests.house import House
from tests.people import Colleague, Person, appointment, visit
from tests.screens.desk import Browser, signed_in_again, words_of
from tests.slots import times


def _takes(house: House, fran: Browser, who: Person, slot_id: int, request: int, yes: str) -> None:
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, request)))
    house.tick()
    who.reads("1")
    who.texts("1")
    who.reads(yes)


def _entered(freda: Colleague) -> None:
    """The one thing that the EHR does not know is entered."""
    (task,) = [each for each in freda.sees("front_desk") if each.reason == "enter_in_ehr"]
    freda.settles(task, "entered_in_ehr")


def test_what_a_winner_gives_up_goes_to_the_next_and_her_old_hour_after_it(
    house: House, ana: Person, rosa: Person, fran: Browser, freda: Colleague
) -> None:
    """H41, H43, H47: cancelled by staff, then given up by another yes; each time is listed at once, offered to nobody
    before the EHR knows, and had by one."""
    hers, anas = visit(house, rosa, days=5), visit(house, ana, days=6)
    won = times.put_up(house, fran)
    _takes(house, fran, rosa, won, times.waits(rosa, hers), "Su cita queda para el")
    _entered(freda)
    left = times.slot_at(house, 5, 15)
    assert left.state == "free", "what the winner had goes round"

    fran.sends(f"/appointments/{hers}/cancel", version=appointment(hers).version, whose="patient")
    assert times.slot(won).state == "freed"
    waiting = times.waits(ana, anas)
    form = times.as_form(times.seen(won, waiting))
    refused = words_of(fran.sends(f"/waitlist/slots/{won}/offer", 409, **form))
    assert "nobody has said yet that it is free in the EHR" in refused
    _entered(freda)
    _takes(house, fran, ana, won, waiting, "Your visit is now Wednesday, November 25 at 9:00 AM")
    assert (appointment(anas).starts_at, times.slot(won).appointment_id) == (house.on(2, 9), anas)
    assert times.slot_at(house, 6, 15).state == "freed", "and what the next had, too"
    _entered(freda)
    assert times.slot_at(house, 6, 15).state == "free"

    house.passes(minutes=16)
    fran = signed_in_again(house, fran.staff_id)
    _takes(house, fran, ana, left.id, times.waits(ana, anas), "Your visit is now Saturday, November 28 at 3:00 PM")
    assert (times.slot(won).state, times.slot(left.id).appointment_id) == ("freed", anas)
    _entered(freda)
    assert times.slot(won).state == "free"
    booked = [(row.patient_id, row.starts_at) for row in house.rows(Appointment) if row.state == "booked"]
    assert booked == [(ana.patient_id, house.on(5, 15))], "of all that was offered she has one"
