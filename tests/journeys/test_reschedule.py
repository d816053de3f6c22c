"""From “another time” on into the questions which days and hours suit: one talk, one version, one task."""

from datetime import date

from sqlalchemy import select

from app import clock, db
from app.library import versions
from app.models.conversations import Conversation
from app.models.records import LibraryVersion
from app.models.waitlist import WaitlistRequest
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def test_the_wish_is_staffs_at_once_and_grows_with_her_answers(house: House, rosa: Person, fran: Colleague) -> None:
    booked = visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1 para confirmar")
    rosa.texts("mejor el viernes")
    rosa.reads("¿Y en qué horario?", "2 para venir en la mañana")
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.appointment_id) == ("another_time", booked)
    rosa.texts("2")
    rosa.reads("Nos vamos a comunicar con usted", "sigue en pie")
    (task,) = fran.sees("front_desk")
    assert task.note == "Days: Friday · Time of day: morning"
    (waits,) = house.rows(WaitlistRequest)
    assert (waits.appointment_id, waits.days, waits.parts) == (booked, "fri", "morning")
    (talk,) = house.rows(Conversation)
    assert (talk.dialog, talk.state, talk.ended_as) == ("reschedule", "ended", "asked_for_another_time")


def _rosa_is_asked_for_days_and_ana_to_confirm(house: House, rosa: Person, ana: Person) -> None:
    for who in (rosa, ana):
        visit(house, who)
    house.tick()
    rosa.reads("Responda 1 para confirmar")
    rosa.texts("2")
    rosa.reads("¿Qué fechas le vienen mejor?")
    ana.reads("Reply 1")


def test_who_says_the_day_and_the_time_of_day_at_once_is_asked_for_neither(
    house: House, rosa: Person, ana: Person, fran: Colleague
) -> None:
    _rosa_is_asked_for_days_and_ana_to_confirm(house, rosa, ana)
    rosa.texts("jueves por la tarde")
    rosa.reads("Nos vamos a comunicar con usted", "sigue en pie")
    ana.texts("better Friday at 9 am")
    ana.reads("We will contact you about a change")
    notes = {task.note for task in fran.sees("front_desk")}
    assert notes == {"Days: Thursday · Time of day: afternoon", "Days: Friday · Time of day: 09:00"}
    assert {(waits.days, waits.parts) for waits in house.rows(WaitlistRequest)} == {
        ("thu", "afternoon"),
        ("fri", "morning"),
    }
    assert {talk.ended_as for talk in house.rows(Conversation)} == {"asked_for_another_time"}


def test_what_no_value_can_carry_is_told_in_her_own_words(
    house: House, rosa: Person, ana: Person, fran: Colleague
) -> None:
    """Both are understood at once; what the words do not say for sure narrows nothing."""
    _rosa_is_asked_for_days_and_ana_to_confirm(house, rosa, ana)
    rosa.texts("cualquier día")
    rosa.reads("¿Y en qué horario?")
    rosa.texts("cuando  sea")
    rosa.reads("Nos vamos a comunicar con usted")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    ana.texts("next week")
    ana.reads("And at what time of day?")
    ana.texts("any time after 3:30")
    ana.reads("We will contact you about a change")
    notes = {task.note for task in fran.sees("front_desk")}
    assert notes == {
        "Days: “cualquier día” · Time of day: “cuando sea”",
        "Days: “next week” · Time of day: “any time after 3:30”",
    }
    asked = {(waits.parts, waits.earliest, waits.latest) for waits in house.rows(WaitlistRequest)}
    assert asked == {("", None, None), ("afternoon evening", date(2026, 11, 30), date(2026, 12, 6))}


def test_a_yes_that_names_a_day_is_the_day(house: House, rosa: Person, ana: Person, fran: Colleague) -> None:
    _rosa_is_asked_for_days_and_ana_to_confirm(house, rosa, ana)
    rosa.texts("el jueves me funciona")
    rosa.reads("¿Y en qué horario?")
    ana.texts("thursday works")
    ana.reads("a person will read it")  # to her own visit on Tuesday it is no yes (H46)
    assert {waits.days for waits in house.rows(WaitlistRequest)} == {""}, "asked for first, and told when she is done"
    rosa.texts("1")
    rosa.reads("Nos vamos a comunicar con usted")
    assert "Days: Thursday · Time of day: any hour" in {task.note for task in fran.sees("front_desk")}


def test_who_says_no_more_is_asked_nothing_more(house: House, ana: Person, fran: Colleague) -> None:
    visit(house, ana, days=2)
    house.becomes(house.on(0, 15))
    ana.reads("Reply 1 to confirm")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    house.passes(hours=7)
    assert [talk.ended_as for talk in house.rows(Conversation)] == ["said_no_more"]
    house.becomes(house.on(1, 15))
    ana.nothing_more()
    assert [item.reason for item in fran.sees("front_desk")] == ["another_time"], "one task, and nobody is nagged"


def test_who_gives_the_visit_up_waits_for_no_other_time(house: House, ana: Person, fran: Colleague) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("cancel my appointment")
    ana.reads("A person will read it", "stays in our book")
    assert [row.state for row in house.rows(WaitlistRequest)] == ["closed"]
    assert [item.reason for item in fran.sees("front_desk")] == ["gives_up_visit"], "the one task says what is true now"
    ana.texts("can we find another day after all")
    ana.reads("Your visit stays as it is")


def test_who_keeps_her_visit_is_told_apart_from_who_gives_it_up(house: House, rosa: Person, fran: Colleague) -> None:
    """H47: under one title for both, somebody might cancel a visit that was just confirmed."""
    booked = visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1 para confirmar")
    rosa.texts("no puedo ir")
    rosa.reads("¿Qué fechas le vienen mejor?")
    assert [item.reason for item in fran.sees("front_desk")] == ["another_time"]
    rosa.texts("4")
    rosa.reads("se mantiene y queda confirmada")
    assert [item.reason for item in fran.sees("front_desk")] == ["keeps_visit"]
    assert appointment(booked).confirmed_at is not None


def test_a_symptom_in_the_midst_of_it_stops_the_talk(house: House, ana: Person, nora: Colleague) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("2")
    ana.reads("Which days suit you better?")
    ana.texts("Friday, the pain is worse then")
    ana.reads("A nurse will read")
    assert [talk.place for talk in house.rows(Conversation)] == ["days"]
    assert len(nora.sees()) == 1


def test_a_talk_goes_on_in_the_words_that_were_in_force_when_it_began(house: House, ana: Person) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    house.clock.passes(minutes=1)
    with db.transaction("tests.activate") as session:
        was = session.scalars(select(LibraryVersion).where(LibraryVersion.name == "reschedule")).one()
        body = was.body.replace("Which days suit you better?", "Which days do you want?")
        versions.keep(session, "dialog", "reschedule", body, "-", "the tests", clock.now())
    ana.texts("2")
    ana.reads("Which days suit you better?")
    ana.texts("2")
    ana.reads("And at what time of day?")
    assert [(talk.dialog, talk.dialog_version) for talk in house.rows(Conversation)] == [("reschedule", 1)]
