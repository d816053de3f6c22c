"""The main job: an appointment is asked about, answered, and never touched by anything but a clear answer."""

from datetime import timedelta

import pytest

from app.models.appointments import OutreachStep
from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def test_ana_is_asked_two_days_ahead_and_confirms_with_one_key(house: House, ana: Person) -> None:
    booked = visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Lakeside Clinic", "Ana", "Wednesday, November 25 at 9:00 AM", "Reply 1 to confirm")
    ana.texts("1")
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None
    assert [row.outcome for row in house.rows(Exchange)] == ["dialog_step"]


def test_rosa_is_asked_and_answered_in_spanish(house: House, rosa: Person) -> None:
    booked = visit(house, rosa, days=2, hour=9)
    house.tick()
    rosa.reads("su cita es el miércoles 25 de noviembre a las 9:00 a. m.", "Responda 1 para confirmar")
    rosa.texts("sí")
    rosa.reads("queda confirmada")
    assert appointment(booked).confirmed_at is not None


def test_words_confirm_as_well_as_digits(house: House, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("Yes, I'll be there!")
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None


def test_nothing_is_asked_twice_however_often_the_ticker_goes_round(house: House, ana: Person) -> None:
    """P6: one key for one step of one version of an appointment."""
    visit(house, ana, days=2, hour=9)
    for _ in range(5):
        house.passes(minutes=1)
    ana.reads("Reply 1")
    ana.nothing_more()
    assert len(house.rows(OutreachStep)) == 1


def test_what_was_asked_this_morning_is_not_asked_again_today(house: House, ana: Person, fran: Colleague) -> None:
    """Booked a day and an hour ahead: asked at once, and the question of the day before falls due within the hour."""
    visit(house, ana, days=1, hour=11)
    house.tick()
    ana.reads("Reply 1")
    for _ in range(6):
        house.clock.passes(hours=1)
        house.tick()
    ana.nothing_more()
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_unanswered"]


def test_an_unanswered_question_is_asked_once_more_a_day_ahead(house: House, ana: Person) -> None:
    visit(house, ana, days=2, hour=15)
    house.passes(hours=6)
    ana.reads("Reply 1")
    house.becomes(house.on(1, 15, 5))
    ana.reads("Reply 1")
    house.becomes(house.on(0, 19))
    ana.nothing_more()


def test_who_has_confirmed_is_not_asked_again(house: House, ana: Person) -> None:
    visit(house, ana, days=2, hour=10)
    house.passes(minutes=5)
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    house.becomes(house.on(1, 12))
    ana.nothing_more()


def test_nobody_is_texted_at_night(house: House, ana: Person) -> None:
    """H52: due at three in the morning, said at eight."""
    visit(house, ana, days=3, hour=3)
    house.becomes(house.on(1, 3, 30))
    ana.nothing_more()
    house.becomes(house.on(0, 8, 1))
    ana.reads("Reply 1")


def test_asking_for_another_time_keeps_the_appointment_and_gives_the_front_desk_a_task(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H47: the old time stays hers until staff have found another."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("2")
    ana.reads("stays for now", "Which days suit you better?")
    assert appointment(booked).state == "booked"
    assert [item.reason for item in fran.sees("front_desk")] == ["another_time"]
    house.becomes(house.on(0, 19))
    ana.nothing_more()


def test_a_moved_appointment_takes_no_answer_to_the_old_question(house: House, ana: Person, fran: Colleague) -> None:
    """H43: the words were about a time that is gone; a person gets them."""
    from app import db
    from app.scheduling import booking

    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    with db.transaction("tests.move") as session:
        assert booking.move(session, booked, 1, house.on(5, 11), 1, 1, fran.id)
    ana.texts("1")
    ana.reads("has changed since we sent that text")
    assert appointment(booked).confirmed_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["changed_visit"]


def test_a_reminder_that_waits_is_withheld_when_its_appointment_is_cancelled(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H43: the version is asked in the transaction that sets `sending`."""
    from app import db
    from app.outreach import reminders
    from app.scheduling import booking

    booked = visit(house, ana)
    assert reminders.begin_due() == 1
    with db.transaction("tests.cancel") as session:
        assert booking.cancel(session, booked, 1, fran.id)
    house.work()
    ana.nothing_more()
    assert [(row.state, row.reason) for row in house.rows(Outbound)] == [("withheld", "appointment_changed")]


def test_an_answer_before_its_question_was_sent_is_put_before_a_person(
    house: House, ana: Person, fran: Colleague
) -> None:
    """DESIGN 2: a choice counts only if it arrived after its question left the house."""
    from app.outreach import reminders

    booked = visit(house, ana)
    reminders.begin_due()
    ana.handset.texts("1")
    assert appointment(booked).confirmed_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["early_answer"]
    house.work()
    ana.reads("a person will read it")
    ana.reads("Reply 1")


def test_an_answer_three_days_late_changes_nothing(house: House, ana: Person, fran: Colleague) -> None:
    """H46: beyond its life an answer is put before a person."""
    booked = visit(house, ana, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    house.clock.passes(hours=49)
    ana.texts("do I need to bring my card?")
    assert "too late" not in ana.reads("a person will read it")
    (item,) = fran.sees("front_desk")
    assert item.reason == "question", "what asks answers nothing, and is not late for it"
    fran.settles(item)
    ana.texts("1")
    ana.reads("too late")
    assert appointment(booked).confirmed_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["late_answer"]


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "reason"),
    [("sorry, I can't come", "decline"), ("friday is better", "preference"), ("quiero otra cita", "another_time")],
)
def test_who_changes_her_mind_is_told_that_the_visit_stands_until_a_person_says_otherwise(
    house: House, ana: Person, rosa: Person, fran: Colleague, words: str, reason: str
) -> None:
    """P2: the answer was used already; she need not guess what becomes of the visit."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("is confirmed")
    ana.texts("what should I bring?")
    ana.reads("a person will read it")
    ana.texts(words)
    ana.reads("Your visit stays as it is until we tell you otherwise", "(608) 555-0100", "911")
    assert appointment(booked).confirmed_at is not None
    (item,) = fran.sees("front_desk")
    assert item.reason == reason
    rosa.texts("no puedo ir")
    assert "sigue" not in rosa.reads("una persona lo va a leer")


def test_a_misunderstood_answer_is_asked_kindly_once_and_then_a_person_has_it(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H05: at most one re-prompt, then a person."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("7")
    ana.texts("8")
    house.work()
    assert fran.sees("front_desk")
    assert [row.state for row in house.rows(Conversation)][-1] in ("live", "ended")
    texts = [ana.reads("Lakeside Clinic")]
    assert texts


def test_silence_ends_the_dialog_without_a_text(house: House, ana: Person) -> None:
    visit(house, ana, days=2, hour=10)
    house.tick()
    ana.reads("Reply 1")
    house.clock.passes(hours=23, minutes=1)
    house.tick()
    conversation = house.rows(Conversation)[0]
    assert (conversation.state, conversation.ended_as) == ("ended", "unanswered")
    assert conversation.silent_at is None or conversation.silent_at < house.clock() + timedelta(0)


NOT_HER_DAY = ["yes friday", "no puedo los lunes", "cancel my Thursday appointment", "Tuesday please"]


@pytest.mark.of_words
@pytest.mark.parametrize("words", NOT_HER_DAY)
def test_an_answer_whose_day_does_not_fit_is_put_before_a_person(
    house: House, ana: Person, fran: Colleague, words: str
) -> None:
    """H46: the visit is on Tuesday; nobody guesses which day she means."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Tuesday, November 24 at 3:00 PM")
    ana.texts(words)
    ana.reads("a person will read it")
    assert appointment(booked).confirmed_at is None
    (item,) = fran.sees("front_desk")
    assert item.reason in ("names_another_day", "not_understood")


def test_a_yes_that_names_the_day_itself_confirms(house: House, ana: Person) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("yes Tuesday")
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None


def test_the_same_answer_twice_within_a_minute_is_no_work_for_people(
    house: House, ana: Person, fran: Colleague
) -> None:
    """What was answered stands, and each text is kept; a minute later, or as another word, people read it (P2, P4)."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    for _ in range(3):
        ana.texts("1")
    ana.reads("is confirmed")
    ana.nothing_more()
    assert appointment(booked).confirmed_at is not None
    assert [row.outcome for row in house.rows(Exchange)] == ["dialog_step", "duplicate", "duplicate"]
    assert fran.sees("front_desk") == []
    house.clock.passes(seconds=61)
    ana.texts("1")
    ana.reads("a person will read it")
    assert len(fran.sees("front_desk")) == 1
