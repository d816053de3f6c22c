"""The ladder: whoever does not take an item is not the last to be rung, nor is the patient left waiting (P7)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete

from app import db
from app.messaging import consent
from app.models.conversations import Exchange
from app.models.cover import Duty, StaffPhone
from app.models.outbox import Outbound
from app.models.pages import Page
from app.models.records import Entry
from app.on_call import climbing
from app.watchers import auditor, heartbeats
from app.web.reasons import REASONS
from escalation_desk import cover, ladder, rota
from escalation_desk.models import DeskItem
from tests.house import CLINIC, PAGING, House
from tests.oncall.shift import AT_NIGHT, NICKS, NORAS, climbs, code_of
from tests.people import Colleague, Person, colleague, phone
from tests.screens.desk import signed_in_again, words_of


def kinds(house: House) -> list[str]:
    return [entry.kind for entry in house.rows_of(Entry)]


def item_of(house: House) -> DeskItem:
    (item,) = house.rows(DeskItem, DeskItem.list == "nurses")
    return item


def test_at_night_the_nurse_on_call_is_rung_at_once_and_takes_it_by_its_code(
    house: House, night: Colleague, ana: Person
) -> None:
    noras = phone(house, NORAS)
    ana.texts("my chest hurts")
    ana.reads("911")
    climbs(house)
    page = noras.reads("Urgent. A message waits for a nurse. Reply")
    assert "chest" not in page
    assert "Ana" not in page
    noras.handset.texts(code_of(page), to=PAGING)
    house.work()
    noras.reads("It is yours for 10 minutes.")
    item = item_of(house)
    assert (item.state, item.owner_id) == ("claimed", night.id)
    assert house.rows(Page)[0].answered_at == house.clock()
    assert house.rows(Exchange)[-1].outcome == "page_acknowledgement"
    climbs(house, minutes=9)
    noras.nothing_more()
    ana.nothing_more()


def test_the_page_leaves_from_the_paging_number_whatever_the_hour_and_though_sending_is_off(
    house: House, night: Colleague, ana: Person
) -> None:
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    noras = phone(house, NORAS)
    noras.reads("Handrail: A message waits")
    (line,) = [line for line in noras.handset.thread if not line.mine]
    assert (line.other, ana.handset.thread[-1].other) == (PAGING, CLINIC)
    (page,) = house.rows(Outbound, Outbound.text_name == "page")
    assert (page.message_class, page.desk_item_id) == ("safety", None)


def test_nobody_answers_the_second_is_rung_then_all_again_and_the_patient_is_told(
    house: House, night: Colleague, nick: Colleague, ana: Person
) -> None:
    noras, nicks = phone(house, NORAS), phone(house, NICKS)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    noras.reads("A message waits")
    climbs(house, minutes=4, seconds=59)
    nicks.nothing_more()
    climbs(house, seconds=1)
    nicks.reads("A message waits")
    noras.nothing_more()
    ana.nothing_more()
    climbs(house, minutes=5)
    noras.reads("A message waits")
    ana.reads("No nurse can read your message right now.", "911", "(608) 555-0100")
    assert item_of(house).unanswered_at == house.clock()
    climbs(house, minutes=5)
    nicks.reads("A message waits")
    ana.nothing_more()
    assert kinds(house).count("nobody_answered") == 1
    heartbeats.beat(heartbeats.SWEEPER)
    assert auditor.audit(house.settings) == ["escalation_unanswered"]
    page = words_of(signed_in_again(house, nick.id).opens("/desk/nurses"))
    assert "Paged in vain: nobody on call answered" in page
    nick.claims(item_of(house))
    heartbeats.beat(heartbeats.SWEEPER)
    assert auditor.audit(house.settings) == []


def test_a_code_sent_back_too_late_says_who_was_faster(
    house: House, night: Colleague, nick: Colleague, ana: Person
) -> None:
    noras = phone(house, NORAS)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    page = noras.reads("A message waits")
    nick.claims(item_of(house))
    noras.texts(f" {code_of(page)}. ")
    noras.reads("Somebody else has it")
    assert item_of(house).owner_id == nick.id
    noras.texts(code_of(page))
    noras.nothing_more()


@pytest.mark.parametrize("fault", ["dead", "blocked"])
def test_a_page_that_fails_rings_the_next_person_at_once_and_makes_the_calendar_red(
    house: House, night: Colleague, nick: Colleague, ana: Person, fault: str
) -> None:
    if fault == "dead":
        house.carrier.handset(NORAS, kind="dead")
    else:
        with db.transaction("tests.blocked") as session:
            point = session.get_one(StaffPhone, night.id).contact_point_id
            consent.opt_out(session, point, "carrier")
        house.carrier.handset(NORAS).texts("STOP", to=PAGING)
        house.work()
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    climbs(house)
    nicks = phone(house, NICKS)
    nicks.reads("A message waits")
    assert "page_failed" in kinds(house)
    manager = colleague(house, "Mia", "manager")
    page = words_of(signed_in_again(house, manager.id).opens("/on-call"))
    assert "Cannot be reached: the last page failed" in page
    heartbeats.beat(heartbeats.SWEEPER)
    assert auditor.audit(house.settings) == ["staff_phone_dead"]


def test_nobody_on_call_is_written_down_shown_in_red_and_told_to_the_patient(
    house: House, night: Colleague, ana: Person
) -> None:
    with db.transaction("tests.nobody") as session:
        session.execute(delete(StaffPhone))
    heartbeats.beat(heartbeats.SWEEPER)
    assert auditor.audit(house.settings) == ["nobody_on_call"], "before anybody writes"
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    ana.reads("No nurse can read your message right now.", "(608) 555-0100")
    assert kinds(house).count("nobody_on_call") == 1
    page = words_of(signed_in_again(house, night.id).opens("/desk/nurses"))
    assert "Nobody is on call now." in page
    climbs(house, minutes=5)
    ana.nothing_more()
    assert all(f"audit_{name}" in REASONS for name in ("nobody_on_call", "escalation_unanswered", "staff_phone_dead"))


def test_by_day_with_nobody_on_call_people_hear_of_it_first_and_then_the_patient(house: House, ana: Person) -> None:
    """The house is staffed, and nobody is on call beside the desk."""
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    climbs(house, minutes=5)
    heartbeats.beat(heartbeats.SWEEPER)
    assert auditor.audit(house.settings) == ["escalation_unanswered"]
    ana.nothing_more()
    for _ in range(3):
        climbs(house, minutes=5)
    ana.reads("Your message is still waiting for a nurse.", "911", "(608) 555-0100")
    climbs(house, minutes=5)
    ana.nothing_more()


def test_by_day_the_desk_has_its_time_and_a_lapsed_claim_climbs_on(house: House, night: Colleague, ana: Person) -> None:
    house.clock.becomes(AT_NIGHT + timedelta(hours=14))
    with db.transaction("tests.by_day") as session:
        rota.enter(session, Duty(staff_id=night.id, place=1, weekday=1, begins=time(8), ends=time(17)))
    noras = phone(house, NORAS)
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    climbs(house, minutes=4, seconds=59)
    noras.nothing_more()
    night.claims(item_of(house))
    climbs(house, minutes=20)
    noras.nothing_more()
    house.passes(minutes=11)
    climbs(house)
    noras.reads("A message waits")


def test_a_number_that_wants_no_texts_hears_nothing_more(house: House, night: Colleague, ana: Person) -> None:
    with db.transaction("tests.nobody") as session:
        session.execute(delete(StaffPhone))
    ana.texts("STOP my chest hurts")
    ana.reads("911")
    ana.texts("STOP")
    climbs(house)
    ana.handset.reads()
    assert item_of(house).unanswered_at is not None
    assert not house.rows(Outbound, Outbound.text_name == "_always/nobody_on_call")


def test_telephones_are_tried_weekly_by_day_and_a_page_that_arrives_mends_one(house: House, night: Colleague) -> None:
    noras = phone(house, NORAS)
    assert climbing.try_phones() == 0, "it is ten in the evening"
    house.clock.becomes(AT_NIGHT + timedelta(hours=14))
    with db.transaction("tests.failed") as session:
        session.get_one(StaffPhone, night.id).failed_at = house.clock()
    assert (climbing.try_phones(), climbing.try_phones()) == (1, 0)
    house.work()
    page = noras.reads("this is a test")
    assert house.rows_of(StaffPhone)[0].failed_at is None
    noras.texts(code_of(page))
    noras.reads("Your telephone works.")
    house.clock.passes(days=6, hours=23)
    assert climbing.try_phones() == 0
    house.clock.passes(hours=1)
    assert climbing.try_phones() == 1


def test_words_of_a_nurse_that_are_no_code_are_words_like_any_other(
    house: House, night: Colleague, ana: Person
) -> None:
    ana.texts("my knee hurts")
    ana.reads("A nurse will read")
    climbs(house)
    noras = phone(house, NORAS)
    noras.reads("A message waits")
    noras.texts("my chest hurts")
    noras.reads("911")
    noras.texts("9999" if house.rows(Page)[0].code != "9999" else "9998")
    assert len(house.rows(DeskItem)) == 2
    assert item_state(house) == ["open", "open"]
    noras.handset.reads()


def item_state(house: House) -> list[str]:
    return [item.state for item in house.rows(DeskItem)]


# --- by itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crisis", [True, False])
@pytest.mark.parametrize("staffed", [True, False])
@pytest.mark.parametrize("many", range(4))
def test_everybody_is_rung_in_turn_for_ever_and_no_step_is_the_last(crisis: bool, staffed: bool, many: int) -> None:
    on_call, step, rung, vain = list(range(1, many + 1)), 0, [], []
    for _ in range(20):
        move = ladder.move(step, crisis=crisis, staffed=staffed, on_call=on_call, reachable=on_call)
        assert move.step > step
        assert timedelta(0) < move.wait <= timedelta(minutes=5)
        if move.rings is not None:
            rung.append(move.rings)
        vain.append(move.in_vain)
        step = move.step
    assert rung == [on_call[each % many] for each in range(len(rung))] if many else rung == []
    assert vain.index(True) == many + staffed


@pytest.mark.parametrize(
    "minutes",
    [
        pytest.param(60 * 24, id="a day"),
        pytest.param(60 * 24 * 365, marks=[pytest.mark.prove, pytest.mark.timeout(900)], id="a year"),
    ],
)
def test_in_every_uncovered_minute_what_comes_in_is_known_to_be_in_vain(minutes: int) -> None:
    """A text in any minute rings somebody who can be reached, or the desk is staffed, or it is noticed at once."""
    zone = ZoneInfo("America/Chicago")
    lines = [cover.Turn(day, 1, 1 + day % 2, time(17), time(7), day) for day in range(5)]
    calendar = cover.Calendar(zone, {day: (time(8), time(17)) for day in range(5)}, (), lines, {1})
    since, unnoticed, alone = datetime(2026, 11, 24, tzinfo=UTC), 0, 0
    for minute in range(minutes):
        at = since + timedelta(minutes=minute)
        now = ladder.move(0, crisis=False, staffed=calendar.staffed(at), on_call=calendar.on_call(at),
                          reachable=calendar.reachable)  # fmt: skip
        alone += not calendar.covered(at)
        unnoticed += not calendar.covered(at) and not now.in_vain
        assert calendar.covered(at) == (calendar.staffed(at) or now.rings is not None)
    assert (unnoticed, alone > 0) == (0, True)


@pytest.mark.of_pages
def test_words_from_a_colleagues_telephone_are_known_as_hers(house: House, nora: Colleague, fran: Colleague) -> None:
    """DESIGN 2: what is no answer to a page is somebody's of the staff; a symptom goes to the nurses all the same."""
    with db.transaction("tests.phones") as session:
        rota.set_phone(session, nora.id, NORAS, None)
    hers = phone(house, NORAS)
    hers.texts("running ten minutes behind today")
    hers.reads("a person will read it")
    (item,) = fran.sees("front_desk")
    assert item.reason == "from_staff"
    desk = signed_in_again(house, fran.id)
    page = words_of(desk.opens(f"/desk/items/{item.id}"))
    assert "of the staff" in page
    assert REASONS["from_staff"] in page.lower()
    hers.texts("my chest hurts")
    hers.reads("If this is an emergency, call 911 now")
    assert [each.reason for each in nora.sees()] == ["emergency"]
