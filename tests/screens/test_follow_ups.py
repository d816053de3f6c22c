"""Capturing what must follow, ending it, and the page on which nothing is left out (P7, H34, H45)."""

import pytest

from app.models.follow_ups import Encounter, FollowUp
from app.models.staff import Staff
from tests.house import House
from tests.people import Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of

pytestmark = pytest.mark.of_pages

TOKEN = "a-form-of-the-tests"


def _captures(desk: Browser, who: Person, code: int = 303, **fields: object) -> str:
    given = {"kind": "book", "many": "3", "unit": "weeks", "day": "", "owner": "front_desk", "form": TOKEN}
    return desk.sends(f"/patients/{who.patient_id}/follow-ups/new", code, **{**given, **fields})


def test_a_visit_that_is_over_asks_what_follows_until_somebody_has_said_it(
    house: House, front_desk: Browser, ana: Person
) -> None:
    """The first leak: seen, and nobody wrote down what comes next."""
    over = visit(house, ana, days=0, hour=12)
    house.clock.passes(hours=5)
    front_desk = signed_in_again(house, front_desk.staff_id)
    assert "nobody has said whether the patient came 1" in words_of(front_desk.opens("/follow-ups"))
    page = words_of(front_desk.opens(front_desk.sends(f"/appointments/{over}/came", how="seen")))
    assert "nobody has said what follows" in page
    assert "nobody has said what follows 1" in words_of(front_desk.opens("/follow-ups"))
    where = _captures(front_desk, ana, encounter=1, note="With the blood count")
    page = words_of(front_desk.opens(where))
    assert "Book the next visit by Mon Dec 14 · Front desk" in page
    assert "With the blood count" in page
    assert "nobody has said what follows" not in page
    (encounter,) = house.rows(Encounter)
    assert (encounter.decision, encounter.decided_by) == ("captured", front_desk.staff_id)
    assert "whether the patient came none" in words_of(front_desk.opens("/follow-ups"))


def test_who_says_otherwise_than_a_colleague_said_meanwhile_is_asked_first(
    house: House, front_desk: Browser, ana: Person
) -> None:
    """Two windows, one says “was seen”, one “did not come”: never both; a correction ends what the mistake began."""
    over = visit(house, ana, days=0, hour=12)
    house.clock.passes(hours=5)
    front_desk = signed_in_again(house, front_desk.staff_id)
    front_desk.sends(f"/appointments/{over}/came", how="seen")
    front_desk.sends(f"/appointments/{over}/came", how="seen")
    page = words_of(front_desk.sends(f"/appointments/{over}/came", 409, how="missed"))
    assert "It is recorded that Ana López was seen" in page
    assert "Nothing was changed" in page
    assert house.rows(FollowUp) == []
    front_desk.sends(f"/appointments/{over}/came", how="missed", was="seen")
    assert [(row.kind, row.disposition) for row in house.rows(FollowUp)] == [("no_show", "waiting")]
    page = words_of(front_desk.opens("/follow-ups"))
    assert "nobody has said what follows none" in page
    front_desk.sends(f"/appointments/{over}/came", how="seen", was="missed")
    assert [row.disposition for row in house.rows(FollowUp)] == ["mistake"]


def test_what_follows_is_not_said_twice_without_knowing(house: House, front_desk: Browser, ana: Person) -> None:
    over = visit(house, ana, days=0, hour=12)
    house.clock.passes(hours=5)
    front_desk = signed_in_again(house, front_desk.staff_id)
    front_desk.sends(f"/appointments/{over}/came", how="seen")
    for _ in range(2):
        _captures(front_desk, ana, encounter=1, form="the-form-of-the-first-window")
    page = words_of(_captures(front_desk, ana, 409, encounter=1, form="the-form-of-another-window"))
    assert "Somebody has said meanwhile what follows from this visit" in page
    assert len(house.rows(FollowUp)) == 1
    _captures(front_desk, ana, encounter="", form="the-form-of-another-window")
    assert len(house.rows(FollowUp)) == 2


def test_that_nothing_is_needed_is_a_decision_with_a_name(house: House, nurse: Browser, ana: Person) -> None:
    over = visit(house, ana, days=0, hour=12)
    house.clock.passes(hours=5)
    nurse = signed_in_again(house, nurse.staff_id)
    nurse.sends(f"/appointments/{over}/came", how="seen")
    page = words_of(nurse.opens(nurse.sends("/encounters/1/none")))
    assert "Nora decided that nothing needs to follow the visit" in page
    assert [row.decided_by for row in house.rows(Encounter)] == [nurse.staff_id]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(house: House, front_desk: Browser, ana: Person) -> None:
    page = _captures(front_desk, ana, 422, kind="", many="soon", note="Bring the letter")
    assert "Please choose what must happen." in page
    assert "in how many days, weeks or months, or by which day" in page
    assert "Bring the letter" in page
    assert "The day must lie ahead" in _captures(front_desk, ana, 422, many="", day="2026-11-01")
    both = words_of(_captures(front_desk, ana, 422, day="2026-12-24"))
    assert "Please say either in how many days, weeks or months, or by which day: not both." in both
    assert "600 characters; 500 fit" in _captures(front_desk, ana, 422, note="x" * 600)
    assert house.rows(FollowUp) == []


def test_the_same_form_twice_is_one_follow_up(house: House, front_desk: Browser, ana: Person) -> None:
    _captures(front_desk, ana)
    _captures(front_desk, ana)
    assert len(house.rows(FollowUp)) == 1


def test_a_follow_up_is_ended_or_goes_on_from_its_page_and_a_stale_page_ends_nothing(
    house: House, front_desk: Browser, ana: Person
) -> None:
    _captures(front_desk, ana)
    assert "Book the next visit" in words_of(front_desk.opens("/follow-ups/1"))
    assert "Please choose what came of it." in front_desk.sends("/follow-ups/1/close", 422, version=1, disposition="")
    front_desk.sends("/follow-ups/1/again", version=1, day="2026-12-24", note="Nobody answered")
    page = words_of(front_desk.opens(f"/patients/{ana.patient_id}"))
    assert "by Thu Dec 24 · Front desk · tried 1 ×" in page
    assert "Nobody answered" in page
    stale = front_desk.sends("/follow-ups/1/close", 409, version=1, disposition="not_wanted")
    assert "changed while your page was open" in stale
    front_desk.sends("/follow-ups/1/close", version=2, disposition="not_wanted")
    assert "Fran closed the follow-up “book the next visit”: the patient does not want it" in words_of(
        front_desk.opens(f"/patients/{ana.patient_id}")
    )
    front_desk.opens("/follow-ups/77", 404)


def test_the_front_desk_does_not_read_what_the_nurses_noted(
    house: House, nurse: Browser, front_desk: Browser, ana: Person
) -> None:
    """P11: that there is something for the nurses, yes; their words, no."""
    _captures(nurse, ana, kind="lab", owner="nurses", note="Potassium again")
    for address in (f"/patients/{ana.patient_id}", "/follow-ups", "/follow-ups/1"):
        assert "Potassium" not in front_desk.opens(address)
    assert "Potassium again" in nurse.opens(f"/patients/{ana.patient_id}")


def test_an_auditor_reads_and_has_no_buttons(house: House, auditor: Browser, front_desk: Browser, ana: Person) -> None:
    _captures(front_desk, ana)
    assert "Close it" not in auditor.opens("/follow-ups/1")
    assert "Book the next visit 1 open" in words_of(auditor.opens("/follow-ups"))
    assert len(house.rows(Staff)) == 2
