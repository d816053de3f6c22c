"""The on-call calendar: a manager fills it in, everybody sees who reads what comes in, and red where nobody does."""

import pytest
from sqlalchemy import delete

from app import db
from app.models.cover import Duty, OpenHours, StaffPhone
from app.models.records import Entry
from escalation_desk import oncall
from tests.house import House
from tests.people import Person, colleague, visit
from tests.screens.desk import Browser, words_of
from tests.screens.filling import fields_of

pytestmark = pytest.mark.of_pages
WEEKDAYS = range(5)
OFFICE = {f"{end}_{day}": at for day in WEEKDAYS for end, at in (("opens", "08:00"), ("closes", "17:00"))}


@pytest.fixture(autouse=True)
def nothing_entered(house: House) -> None:
    """The house is staffed round the clock; here nobody has said so yet."""
    with db.transaction("tests.nothing_entered") as session:
        session.execute(delete(OpenHours))


def _covered(house: House, days: int, hour: int) -> bool:
    with db.reading("tests.covered") as session:
        return oncall.covered(session, house.on(days, hour))


def _hours(manager: Browser, code: int = 303, /, **changed: str) -> str:
    """Save the form of the opening hours as the page has it, with these fields changed."""
    return manager.sends("/on-call/hours", code, **(fields_of(manager.opens("/on-call"), "/on-call/hours") | changed))


def _nights(manager: Browser, nurse_id: int) -> None:
    days = {f"weekly_{day}": "yes" for day in range(7)}
    manager.sends("/on-call/weekly", **days, weekly_begins="17:00", weekly_ends="08:00", weekly_place=1,
                  weekly_who=nurse_id)  # fmt: skip


def test_a_practice_that_entered_nothing_is_told_so_in_red(house: House, nurse: Browser) -> None:
    page = words_of(nurse.opens("/on-call"))
    assert "Nobody reads what patients write now." in page
    assert "nobody" in page[page.index("The next two weeks") :]
    assert "Who is on call" in words_of(nurse.opens("/desk/nurses"))
    assert not _covered(house, 0, 10)


def test_opening_hours_cover_the_day_and_leave_the_night_red(house: House, manager: Browser) -> None:
    _hours(manager, **OFFICE)
    page = words_of(manager.opens("/on-call"))
    assert "Read by the desk." in page
    assert "10:00 AM to 5:00 PM: the desk" in page  # it is Monday, ten o'clock
    assert "5:00 PM to midnight: nobody" in page
    assert [_covered(house, 0, 10), _covered(house, 0, 20), _covered(house, 5, 10)] == [True, False, False]


def test_who_changes_nothing_reads_the_hours_as_people_say_them(manager: Browser, nurse: Browser) -> None:
    _hours(manager, **(OFFICE | {"opens_6": "00:00", "closes_6": "00:00"}))
    page = words_of(nurse.opens("/on-call"))
    assert "Friday: 8:00 AM to 5:00 PM Saturday: closed Sunday: round the clock" in page


def test_a_nurse_on_call_covers_the_night_once_she_can_be_reached(house: House, manager: Browser) -> None:
    nora = colleague(house, "Nora", "nurse")
    _nights(manager, nora.id)
    assert "Nora (cannot be reached)" in words_of(manager.opens("/on-call"))
    assert not _covered(house, 0, 20)
    manager.sends(f"/on-call/telephones/{nora.id}", phone="(202) 555-0190")
    page = words_of(manager.opens("/on-call"))
    assert "5:00 PM to midnight: Nora" in page
    assert "Every Monday, 5:00 PM to 8:00 AM the next day: Nora, called first" in page
    assert [_covered(house, 0, 20), _covered(house, 1, 7), _covered(house, 1, 9)] == [True, True, False]


def test_whether_she_is_called_too_stands_beside_her_number(house: House, manager: Browser) -> None:
    """Also on the page that refuses a number (H16)."""
    nora = colleague(house, "Nora", "nurse")
    form = f"/on-call/telephones/{nora.id}"
    for ticked in ({"called": "yes"}, {}, {"called": "yes"}):
        manager.sends(form, phone="(202) 555-0190", **ticked)
        assert house.rows_of(StaffPhone)[0].called == bool(ticked)
        assert ("called" in fields_of(manager.opens("/on-call"), form)) == bool(ticked)
        for typed in ({"called": "yes"}, {}):
            refused = fields_of(manager.sends(form, 422, phone="12", **typed), form)
            assert (refused["phone"], "called" in refused) == ("12", bool(typed))
        assert house.rows_of(StaffPhone)[0].called == bool(ticked), "what was refused changes nothing"


def test_a_telephone_that_failed_counts_for_nobody(house: House, manager: Browser) -> None:
    nora = colleague(house, "Nora", "nurse")
    _nights(manager, nora.id)
    manager.sends(f"/on-call/telephones/{nora.id}", phone="(202) 555-0190")
    with db.transaction("tests.fails") as session:
        session.get_one(StaffPhone, nora.id).failed_at = house.clock()
    assert not _covered(house, 0, 20)
    assert "Cannot be reached: the last page failed" in words_of(manager.opens("/on-call"))
    manager.sends(f"/on-call/telephones/{nora.id}", phone="(202) 555-0191")
    assert _covered(house, 0, 20)


def test_a_holiday_closes_the_day_and_can_be_taken_back(house: House, manager: Browser, ana: Person) -> None:
    _hours(manager, **OFFICE)
    manager.sends("/on-call/closed-days", closed_day=house.on(3, 0).date(), closed_name="Thanksgiving")
    assert "Closed: Thanksgiving" in words_of(manager.opens("/on-call"))
    assert not _covered(house, 3, 10)
    visit(house, ana, days=3, hour=10)
    where = manager.sends("/on-call/closed-days", closed_day=house.on(3, 0).date(), closed_name="Thanksgiving")
    assert "Visits are booked then, and patients are asked about them" in words_of(manager.opens(where))
    manager.sends("/on-call/closed-days/open", day=house.on(3, 0).date())
    assert _covered(house, 3, 10)


def test_one_day_counts_before_the_weeks_and_two_people_swap(house: House, manager: Browser) -> None:
    nora, nick = colleague(house, "Nora", "nurse"), colleague(house, "Nick", "nurse")
    _nights(manager, nora.id)
    when = {"once_begins": "17:00", "once_ends": "08:00", "once_place": 1}
    manager.sends("/on-call/once", once_day=house.on(1, 0).date(), once_who=nick.id, **when)
    manager.sends("/on-call/once", once_day=house.on(2, 0).date(), once_who="nobody", **when)
    assert _on_call(house, [0, 1, 2, 3]) == [(nora.id,), (nick.id,), (), (nora.id,)]
    lines = house.rows(Duty)
    monday = next(line.id for line in lines if line.weekday == 0)
    nicks = next(line.id for line in lines if line.staff_id == nick.id)
    today, tomorrow = (house.on(day, 0).date().toordinal() for day in (0, 1))
    manager.sends("/on-call/swap", swap_one=f"{monday}:{today}", swap_other=f"{nicks}:{tomorrow}")
    assert _on_call(house, [0, 1, 2, 3]) == [(nick.id,), (nora.id,), (), (nora.id,)]
    manager.sends("/on-call/swap", 422, swap_one=f"{monday}:{today}", swap_other=f"{nicks}:{tomorrow}")


def _on_call(house: House, days: list[int]) -> list[tuple[int, ...]]:
    with db.reading("tests.on_call") as session:
        return [oncall.calendar(session).on_call(house.on(day, 20)) for day in days]


def test_a_line_is_taken_out_and_every_change_stands_in_the_record(house: House, manager: Browser) -> None:
    nora = colleague(house, "Nora", "nurse")
    _nights(manager, nora.id)
    for line in house.rows(Duty):
        manager.sends(f"/on-call/lines/{line.id}/end")
    assert "Nobody is entered yet." in words_of(manager.opens("/on-call"))
    told = [(entry.kind, entry.actor) for entry in house.rows_of(Entry) if entry.stream == "practice"]
    assert told.count(("duty_entered", f"staff:{manager.staff_id}")) == 7
    assert told.count(("duty_ended", f"staff:{manager.staff_id}")) == 7


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("hours", {"opens_0": "08:00"}, "Please give both times for Monday"),
        ("hours", {"opens_0": "eight", "closes_0": "17:00"}, "Please give a time, such as 17:00."),
        ("closed-days", {"closed_name": "Thanksgiving"}, "Please choose the day on which"),
        ("weekly", {"weekly_begins": "17:00", "weekly_ends": "08:00"}, "Please choose at least one day of the week."),
        ("weekly", {"weekly_0": "yes", "weekly_who": "99"}, "Please choose a nurse."),
        ("once", {"once_day": "2026-11-22", "once_begins": "17:00"}, "This day is over."),
        ("swap", {}, "Please choose two turns of two people."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_typed_is_lost(
    house: House, manager: Browser, path: str, fields: dict[str, str], sentence: str
) -> None:
    page = manager.sends(f"/on-call/{path}", 422, **fields)
    assert sentence in words_of(page)
    for typed in fields.values():
        assert f'value="{typed}"' in page or typed == "99"
    assert house.rows(Duty) == []


def test_two_managers_who_change_the_hours_at_once_lose_neither(house: House, manager: Browser) -> None:
    first = fields_of(manager.opens("/on-call"), "/on-call/hours")
    _hours(manager, **OFFICE)
    page = manager.sends("/on-call/hours", 409, **(first | {"opens_6": "10:00", "closes_6": "12:00"}))
    assert "Somebody changed the opening hours meanwhile." in words_of(page)
    assert 'value="10:00"' in page
    assert _covered(house, 0, 10)


def test_only_nurses_can_be_on_call_and_only_managers_change_it(
    house: House, manager: Browser, nurse: Browser, front_desk: Browser
) -> None:
    manager.sends("/on-call/once", 422, once_day=house.on(1, 0).date(), once_begins="17:00", once_ends="08:00",
                  once_place=1, once_who=front_desk.staff_id)  # fmt: skip
    manager.sends(f"/on-call/telephones/{front_desk.staff_id}", 404, phone="(202) 555-0190")
    assert "<form" not in nurse.opens("/on-call").partition("<main")[2].partition("</main>")[0]
    nurse.sends("/on-call/hours", 403)
