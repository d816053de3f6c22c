"""A manager stops what we begin, by purpose: nothing of it leaves, all else does, and it is recorded (P1, P9)."""

from sqlalchemy import select

from app import db
from app.models.appointments import OutreachStep
from app.models.pauses import Pause
from app.models.records import Entry
from app.outreach import loops, reminders
from escalation_desk.models import DeskItem
from tests.follow_ups.capturing import captured
from tests.house import House
from tests.people import Colleague, Person, visit
from tests.screens.desk import Browser, signed_in_again, words_of

WHY = "The lab sent no results this week"


def _stops(manager: Browser, purpose: str) -> None:
    manager.sends("/outreach/pauses", purpose=purpose, reason=WHY, sure=purpose)


def _lets_go_on(house: House, manager: Browser) -> None:
    (standing,) = house.rows(Pause, Pause.ended_at.is_(None))
    signed_in_again(house, manager.staff_id).sends(f"/outreach/pauses/{standing.id}/end")


def test_one_purpose_stands_still_and_the_rest_goes_on(
    house: House, manager: Browser, ana: Person, rosa: Person, fran: Colleague
) -> None:
    captured(house, ana, fran, "lab", 1)
    captured(house, rosa, fran, "recall_lapsed", 1)
    _stops(manager, "follow_ups")
    house.becomes(house.on(1, 10, 1))
    ana.nothing_more()
    rosa.reads("Responda 1")
    assert [(row.state, row.reason) for row in house.rows(OutreachStep)] == [("waiting", "paused"), ("begun", "due")]
    manager = signed_in_again(house, manager.staff_id)
    page = words_of(manager.opens("/patients"))
    assert "Other follow-ups: stopped" in page
    _lets_go_on(house, manager)
    house.passes(minutes=11)
    ana.reads("an order from your visit with us is still open")
    manager = signed_in_again(house, manager.staff_id)
    assert "Other follow-ups: stopped" not in words_of(manager.opens("/patients"))


def test_what_was_written_before_waits_and_leaves_afterwards(
    house: House, manager: Browser, ana: Person, fran: Colleague
) -> None:
    """Asked again as it leaves: what waits in the outbox is stopped, too."""
    captured(house, ana, fran, "lab", 1)
    house.clock.becomes(house.on(1, 10, 1))
    assert loops.look_due() == 1
    manager = signed_in_again(house, manager.staff_id)
    _stops(manager, "everything")
    house.work()
    ana.nothing_more()
    _lets_go_on(house, manager)
    house.passes(minutes=6)
    ana.reads("an order from your visit with us is still open")


def test_everything_stopped_never_stops_a_hand_off_nor_a_reply(house: House, manager: Browser, ana: Person) -> None:
    """P1: the safety text goes; and the visit that no text confirms becomes a call in time."""
    visit(house, ana, days=2, hour=9)
    reminders.begin_due()
    house.work()
    ana.reads("Reply 1")
    _stops(manager, "everything")
    ana.texts("1")
    ana.reads("confirmed")
    ana.texts("my chest hurts")
    ana.reads("nurse", "911")


def test_a_visit_that_no_text_may_confirm_is_called_in_time(house: House, manager: Browser, ana: Person) -> None:
    visit(house, ana, days=2)
    _stops(manager, "reminders")
    house.tick()
    ana.nothing_more()
    house.becomes(house.on(1, 20))
    assert [item.reason for item in house.rows(DeskItem)] == ["confirm_by_phone_paused"]


def test_only_a_manager_stops_with_a_reason_and_it_is_recorded(
    house: House, manager: Browser, front_desk: Browser
) -> None:
    front_desk.sends("/outreach/pauses", 403, purpose="everything", reason=WHY)
    assert "Please say why" in words_of(manager.sends("/outreach/pauses", 422, purpose="everything", reason=" "))
    assert "Please choose" in words_of(manager.sends("/outreach/pauses", 422, purpose="all", reason=WHY))
    _stops(manager, "recalls")
    twice = words_of(manager.sends("/outreach/pauses", 422, purpose="recalls", reason="Again", sure="recalls"))
    assert "Somebody has stopped this already" in twice
    page = words_of(front_desk.opens("/outreach/pauses"))
    assert (WHY in page, "Let it go on" in page, "Stop it" in page) == (True, False, False)
    _lets_go_on(house, manager)
    with db.reading("tests.told") as session:
        told = session.scalars(select(Entry.kind).where(Entry.kind.like("pause%")).order_by(Entry.position)).all()
    assert told == ["pause_begun", "pause_ended"]


def test_one_click_stops_nothing_it_is_asked_back_for_what_was_chosen(house: House, manager: Browser) -> None:
    asked = words_of(manager.sends("/outreach/pauses", 422, purpose="everything", reason=WHY))
    assert "Stop everything that we begin? From then on nothing of it leaves" in asked
    assert "Nothing is stopped yet" in asked
    another = words_of(manager.sends("/outreach/pauses", 422, purpose="recalls", reason=WHY, sure="everything"))
    assert "Stop recalls?" in another, "what she said yes to was something else"
    assert house.rows(Pause) == []
    manager.sends("/outreach/pauses", purpose="everything", reason=WHY, sure="everything")
    assert [(row.purpose, row.reason) for row in house.rows(Pause)] == [("everything", WHY)]
