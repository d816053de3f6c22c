"""A day is called off: nothing asks about its visits, everyone is told once or called, it can be undone (H43, H52)."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from app import contact_points, db
from app.messaging import consent
from app.models.appointments import Appointment
from app.models.follow_ups import FollowUp
from app.models.outbox import Outbound
from app.models.practice import Provider
from app.models.slots import Slot
from app.models.snow_days import SnowDay, SnowDayPatient
from app.models.waitlist import WaitlistRequest
from app.outreach import called_off, loops
from app.reports import history
from app.scheduling import putting_up
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import by_telephone
from tests.house import House
from tests.people import ANAS, Person, visit
from tests.screens.desk import Browser, signed_in, signed_in_again, words_of

PATH = "/outreach/snow-days"
TOLD = "we cannot see you on Tuesday, November 24 as planned. Please do not come that day."


@pytest.fixture(name="desk")
def desk_(house: House) -> Browser:
    return signed_in(house, "Fran", "front_desk")


def _calls_off(house: House, desk: Browser, many: int, days: int = 1, **more: object) -> str:
    """The preview, then the button with the number that it shows. Where it leads."""
    day = house.on(days, 0).date().isoformat()
    page = desk.opens(f"{PATH}?day={day}")
    (token,) = re.findall(r'name="form" value="([^"]+)"', page)
    return desk.sends(PATH, **{"day": day, "reason": "Ice on the roads", "many": many, "form": token, **more})


def _states(house: House) -> list[tuple[str, str | None]]:
    return [(row.state, row.reason) for row in house.rows(SnowDayPatient)]


def _tasks(house: House) -> list[tuple[str, str]]:
    return [(item.reason, item.state) for item in house.rows(DeskItem)]


def _reviewed(house: House, as_of: datetime) -> set[str]:
    """How the monthly review sees the visits, as of then."""
    stretch = history.Stretch((house.on(-1, 0),), house.on(9, 0), as_of)
    with db.reading("tests.reviewed") as session:
        return {each.state for each in history.visits(session, stretch, alike=True)}


def test_whom_it_concerns_is_seen_first_then_all_stops_and_each_is_told_once_in_her_language(
    house: House, desk: Browser, ana: Person, rosa: Person
) -> None:
    """A confirmation that was out is taken back, one that was due is not asked; an opted-out number is a call; the way
    to another time is there, and nobody can be marked as a no-show."""
    first, second = visit(house, ana, days=1, hour=15), visit(house, rosa, days=1, hour=16)
    house.tick()
    ana.reads("Reply 1")
    rosa.reads("Responda 1")
    carla = by_telephone(house, "Carla Gómez")
    third = visit(house, carla, days=1, hour=9)
    page = words_of(desk.opens(f"{PATH}?day={house.on(1, 0).date()}"))
    assert "Tomorrow, Tuesday, November 24: 3 patients 2 by text, 1 by a call of the front desk" in page
    assert "Carla Gómez ▲ By a call: there is no number to text" in page
    assert house.rows(SnowDay) == []
    house.passes(minutes=11)
    before = house.clock() - timedelta(seconds=1)
    where = _calls_off(house, desk, 3)
    assert {row.state for row in house.rows(Appointment)} == {"cancelled"}
    ana.texts("1")
    ana.reads("a person will read")
    house.tick()
    rosa.nothing_more()
    assert [state for state, _ in _states(house)] == ["waiting"] * 3, "the two minutes in which it costs nothing"
    house.passes(minutes=3)
    ana.reads(TOLD, "Reply 1 to ask for another time")
    rosa.reads("martes 24 de noviembre no le podemos atender", "Por favor no venga", "Responda 1")
    house.passes(minutes=2)
    assert _states(house) == [("call", "no_number"), ("told", None), ("told", None)]
    assert ("tell_snow_day", "open") in _tasks(house)
    rosa.texts("1")
    rosa.reads("Gracias. Nuestro personal")
    assert len(house.rows(WaitlistRequest)) == 1
    assert {(row.kind, row.appointment_id) for row in house.rows(FollowUp)} == {
        ("book", each) for each in (first, second, third)
    }
    with db.transaction("tests.came") as session:
        assert not loops.came(session, first, "missed", desk.staff_id)
    house.passes(hours=4)
    assert (_reviewed(house, before), _reviewed(house, house.clock())) == ({"booked"}, {"called_off"})
    assert "was told by text" in words_of(signed_in_again(house, desk.staff_id).opens(where)).lower()
    assert [row.text_name for row in house.rows(Outbound) if row.patient_id == ana.patient_id].count(
        "snow_day/ask"
    ) == 1


def test_two_who_press_and_the_same_form_again_call_it_off_once(
    house: House, desk: Browser, manager_: Browser, ana: Person
) -> None:
    visit(house, ana, days=1)
    day = house.on(1, 0).date().isoformat()
    form = {"day": day, "reason": "Ice", "many": 1, "form": "f" * 22}
    where = desk.sends(PATH, **form)
    assert desk.sends(PATH, **form) == where
    refused = words_of(manager_.sends(PATH, 422, **{**form, "form": "g" * 22}))
    assert "Somebody has called this day off already" in refused
    house.passes(minutes=3)
    called_off.work()
    ana.reads(TOLD)
    ana.nothing_more()
    assert len(house.rows(SnowDay)) == 1


@pytest.mark.parametrize(
    ("many", "said"), [(2, "It concerns 1 now, not 2"), ("x", "Please type how many"), ("", "Please type")]
)
def test_the_number_must_be_right_and_a_reason_there_or_nothing_happens(
    house: House, desk: Browser, ana: Person, many: object, said: str
) -> None:
    visit(house, ana, days=1)
    day = house.on(1, 0).date().isoformat()
    page = desk.sends(PATH, 422, day=day, reason="Ice", many=many, form="f" * 22)
    assert said in words_of(page)
    assert 'value="Ice"' in page, "what was typed stays"
    desk.sends(PATH, 422, day="2020-01-01", reason="Ice", many=1, form="f" * 22)
    signed_in(house, "Nell", "nurse").sends(PATH, 403, day=day, reason="Ice", many=1, form="f" * 22)
    assert (house.rows(SnowDay), house.rows(Appointment)[0].state) == ([], "booked")


@pytest.fixture(name="manager_")
def manager__(house: House) -> Browser:
    return signed_in(house, "Mia", "manager")


def test_undone_before_a_text_left_everything_is_as_it_was(house: House, desk: Browser, ana: Person) -> None:
    """Asked before, she is not told that anything changed; her later confirmation counts again."""
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    where = _calls_off(house, desk, 1, days=2)
    desk.sends(f"{where}/undo")
    house.passes(minutes=5)
    ana.nothing_more()
    (row,) = house.rows(Appointment)
    assert (row.state, row.snow_day_id, _states(house)) == ("booked", None, [("undone", None)])
    assert [(each.disposition) for each in house.rows(FollowUp)] == ["mistake"]
    assert _reviewed(house, house.clock()) == {"booked"}
    house.becomes(house.on(1, 9, 30))
    assert "has changed" not in " ".join(ana.reads("your visit is Wednesday"))
    ana.texts("1")
    ana.reads("confirmed")
    assert _tasks(house) == []


def test_undone_her_wish_for_another_time_stands_again(house: House, desk: Browser, ana: Person) -> None:
    """H43, H47: her visit lies as it lay when she asked, so her wish is about it."""
    visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    assert "Wants another time" in words_of(desk.opens("/appointments"))
    desk.sends(f"{_calls_off(house, desk, 1, days=2)}/undo")
    assert "Wants another time" in words_of(desk.opens("/appointments"))


def test_undone_after_a_text_left_she_is_called_and_after_a_quarter_of_an_hour_it_stays(
    house: House, desk: Browser, ana: Person
) -> None:
    visit(house, ana, days=1)
    where = _calls_off(house, desk, 1)
    house.passes(minutes=3)
    ana.reads(TOLD)
    desk.sends(f"{where}/undo")
    house.tick()
    assert _tasks(house) == [("tell_after_all", "open")]
    assert "ay think that it is called off" in words_of(desk.opens("/appointments"))
    assert house.rows(Appointment)[0].state == "booked"
    ana.texts("1")
    ana.reads("a person will read")
    where = _calls_off(house, desk, 1)
    house.passes(minutes=16)
    assert "cannot be taken back any more" in words_of(
        signed_in_again(house, desk.staff_id).sends(f"{where}/undo", 409)
    )
    assert ("enter_snow_day", "open") in _tasks(house)
    ana.reads(TOLD)


def test_who_asked_for_another_time_and_comes_after_all_gives_up_her_visit_for_it(
    house: House, desk: Browser, ana: Person
) -> None:
    """H41, H43: she is never given a second visit."""
    booked = visit(house, ana, days=1)
    where = _calls_off(house, desk, 1)
    house.passes(minutes=3)
    ana.reads(TOLD)
    ana.texts("1")
    ana.reads("Our staff will contact you")
    (waits,) = house.rows(WaitlistRequest)
    assert (waits.state, waits.appointment_id) == ("waiting", None)
    desk.sends(f"{where}/undo")
    house.tick()
    (waits,) = house.rows(WaitlistRequest)
    assert (waits.state, waits.appointment_id) == ("waiting", booked)
    page = words_of(desk.opens("/waitlist"))
    assert "Has Tue Nov 24" in page
    assert "Gives up no visit" not in page


def test_who_cannot_be_told_in_time_is_called_before_the_visit(
    house: House, desk: Browser, ana: Person, rosa: Person
) -> None:
    """Opted out as it leaves; a night that ends too late; a text that fails; two who share a number (P9, H25)."""
    house.becomes(house.on(0, 19, 57))
    desk = signed_in_again(house, desk.staff_id)
    visit(house, ana, days=1, hour=8)
    visit(house, rosa, days=1, hour=15)
    _calls_off(house, desk, 2)
    with db.transaction("tests.stop") as session:
        consent.opt_out(session, contact_points.first_of(session, rosa.patient_id or 0) or 0, "patient")
    house.passes(minutes=4)
    ana.nothing_more()
    rosa.nothing_more()
    assert _states(house) == [("call", "quiet_hours"), ("call", "opted_out")]
    assert _tasks(house) == [("tell_snow_day", "open")] * 2
    assert {each.note for each in house.rows(DeskItem)} == {
        "Tuesday, November 24 is called off. Tell the patient not to come, and find another time."
    }


def test_a_text_that_is_not_delivered_is_one_task_that_says_what_to_tell(
    house: House, desk: Browser, ana: Person
) -> None:
    visit(house, ana, days=1, hour=15)
    house.carrier.handset(ANAS, kind="dead")
    where = _calls_off(house, desk, 1)
    house.passes(minutes=3)
    house.passes(minutes=2)
    ana.nothing_more()
    (item,) = [each for each in house.rows(DeskItem) if each.reason != "audit_texts_failing"]
    assert item.reason.startswith("not_delivered_")
    assert "is called off. Tell the patient not to come" in (item.note or "")
    assert _states(house) == [("call", "not_delivered")]
    desk.sends(f"{where}/undo")
    house.tick()
    left = [each.reason for each in house.rows(DeskItem) if each.state != "closed"]
    assert not [reason for reason in left if reason.startswith("not_delivered_")], "nobody is told not to come any more"


def test_one_provider_or_place_only_and_nobody_is_offered_a_time_of_it(
    house: House, desk: Browser, ana: Person, rosa: Person
) -> None:
    """Whoever has another visit that day is not told to stay at home; free times are taken down."""
    with db.transaction("tests.second") as session:
        session.add(Provider(name="Dr. Ruiz"))
        session.flush()
        put_up = putting_up.Wanted(1, 1, None, [house.on(1, 11)], timedelta(minutes=30))
        putting_up.put_up(session, put_up, desk.staff_id)
    visit(house, ana, days=1, hour=9)
    other = visit(house, ana, days=1, hour=14)
    kept = visit(house, rosa, days=1, hour=14)
    with db.transaction("tests.others") as session:
        for each in (other, kept):
            session.get_one(Appointment, each).provider_id = 2
    _calls_off(house, desk, 1, provider=1)
    house.passes(minutes=3)
    assert _states(house) == [("call", "another_visit")]
    late = visit(house, rosa, days=1, hour=17)
    house.tick()
    assert [(each.reason, each.appointment_id) for each in house.rows(DeskItem)][-1] == ("booked_on_snow_day", late)
    assert [(row.id, row.state) for row in house.rows(Appointment)][1:3] == [(other, "booked"), (kept, "booked")]
    assert [row.state for row in house.rows(Slot)] == ["closed"]
    ana.reads("2:00 PM")
    rosa.reads("2:00 p. m.")


def test_whom_no_text_can_name_is_called_and_keeps_nobody_else(
    house: House, desk: Browser, ana: Person, rosa: Person
) -> None:
    """H61: her name cannot be unsealed. Her visits are off all the same, and a person has it."""
    visit(house, ana, days=1, hour=14)
    visit(house, rosa, days=1, hour=15)
    _calls_off(house, desk, 2)
    with db.transaction("tests.spoil") as session:
        spoilt = {"spoilt": b"no seal", "ana": ana.patient_id}
        session.execute(text("update patient set name = :spoilt where id = :ana"), spoilt)
        session.execute(text("update snow_day set reason = :spoilt"), {"spoilt": b"no seal"})
    house.passes(minutes=3)
    rosa.reads("Por favor no venga")
    assert _states(house)[0] == ("call", "could_not_be_asked")
    assert ("tell_snow_day", "open") in _tasks(house)
    assert {row.state for row in house.rows(Appointment)} == {"cancelled"}
