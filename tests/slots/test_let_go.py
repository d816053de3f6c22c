"""What a visit gives up is free when the EHR knows, or at once where the practice wants it so (decision 0098)."""

import pytest

from app.models.appointments import Appointment
from app.models.offers import Offer
from app.models.waitlist import WaitlistRequest
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, signed_in, words_of
from tests.slots import times
from tests.slots.test_choice import CHOICE


def _gives_up(house: House, ana: Person, fran: Browser, freda: Colleague) -> int:
    """She has Friday at three, and is given Wednesday at nine by phone; the slot that Friday's hour is now."""
    hers, slot_id = visit(house, ana, days=4), times.put_up(house, fran)
    fran.sends(f"/waitlist/slots/{slot_id}/book", **times.as_form(times.seen(slot_id, times.waits(ana, hers))))
    assert [each.reason for each in freda.sees("front_desk")] == ["enter_in_ehr"]
    house.tick()
    return times.slot_at(house, 4, 15).id


def _chooses(house: House, **changed: object) -> Browser:
    mia = signed_in(house, "Mia", "manager")
    mia.sends("/waitlist/how/routine", **{**CHOICE, "mode": "assign", **changed})
    return mia


def test_it_is_free_at_once_where_a_manager_chose_so(
    house: House, ana: Person, rosa: Person, fran: Browser, freda: Colleague
) -> None:
    """H46: the task stays; who says there that nobody can have the hour takes it back from whoever is offered it."""
    mia = _chooses(house, lets_go="yes")
    assert "gives up is offered at once, before it is entered in the EHR" in words_of(mia.opens("/waitlist/how"))
    assert 'name="lets_go" value="yes" checked' in mia.opens("/waitlist/how/routine")
    slot_id = _gives_up(house, ana, fran, freda)
    assert times.slot(slot_id).state == "free"
    assert "Not entered in the EHR yet. Its task" in words_of(fran.opens("/waitlist"))
    waits = times.waits(rosa)
    fran.sends(f"/waitlist/slots/{slot_id}/offer", **times.as_form(times.seen(slot_id, waits)))
    house.tick()
    rosa.reads("Elija su cita")
    freda.settles(freda.sees("front_desk")[-1], "entered_not_free")
    assert times.slot(slot_id).state == "closed"
    assert [(row.state, row.reason) for row in house.rows(Offer)] == [("withdrawn", "slot_gone")]
    rosa.texts("1")
    rosa.reads("esa hora ya no se puede dar")
    assert times.request(waits).state == "waiting"


def test_else_it_waits_until_somebody_has_told_the_ehr(
    house: House, ana: Person, fran: Browser, freda: Colleague
) -> None:
    """H46: and is free from then on."""
    _chooses(house)
    slot_id = _gives_up(house, ana, fran, freda)
    assert times.slot(slot_id).state == "freed"
    freda.settles(freda.sees("front_desk")[-1], "entered_in_ehr")
    assert times.slot(slot_id).state == "free"
    page = words_of(fran.opens("/waitlist"))
    assert "Its task" not in page


@pytest.mark.parametrize("how", ["taken in the EHR", "a mistake"])
def test_what_nobody_was_offered_yet_is_hers_to_go_back_to(
    house: House, ana: Person, fran: Browser, freda: Colleague, how: str
) -> None:
    """H47: free at once, and the EHR still has her there."""
    _chooses(house, lets_go="yes")
    old = _gives_up(house, ana, fran, freda)
    (waits,) = house.rows(WaitlistRequest)
    if how == "a mistake":
        fran.sends(f"/waitlist/requests/{waits.id}/undo", request_version=waits.version)
    else:
        freda.settles(freda.sees("front_desk")[-1], "slot_gone")
    (hers,) = house.rows(Appointment)
    assert (hers.state, hers.starts_at) == ("booked", house.on(4, 15))
    assert (times.slot(old).state, times.slot(old).appointment_id) == ("booked", hers.id)
