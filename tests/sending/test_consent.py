"""Who may be texted, and when: each class by its own rules (P9), opt-outs at once and for ever (H49, H50, H51)."""

import pytest

from app import db
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent, Patient
from app.outreach import reminders
from tests.house import House
from tests.people import ANAS, Colleague, Person, appointment, visit
from tests.sending.outbox import accepted, point, row, switch_sending, write

pytestmark = pytest.mark.slow

STOPS = (
    "STOP", "stop", "Stop.", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT", "STOP!", "alto",
)  # fmt: skip
STARTS = ("START", "start", "UNSTOP")
STOPPING = ("can I stop taking my blood thinner?", "should I stop my pills", "puedo dejar la insulina?")
STARTING = ("can I start my pills again", "when do I start the antibiotics", "my pain started yesterday")
MACHINES = ("Thank you for your message!", "I am driving, will reply later", "Auto reply: out of office", "ok")


def _asked(house: House, who: Person) -> int:
    booked = visit(house, who, days=2, hour=9)
    house.tick()
    who.reads("Reply 1")
    return booked


@pytest.mark.of_words
@pytest.mark.parametrize("word", STOPS)
def test_after_an_opt_out_nothing_more_is_asked(house: House, ana: Person, fran: Colleague, word: str) -> None:
    """H49: as of that commit; the reminder a day ahead becomes a person's call."""
    booked = _asked(house, ana)
    ana.texts(word)
    ana.handset.reads()
    assert point(house, ANAS).opted_out_at == house.clock()
    assert [(event.kind, event.source) for event in house.rows(ConsentEvent)] == [("opt_out", "patient")]
    assert [talk.ended_as for talk in house.rows(Conversation)] == ["opted_out"]
    sent = len(accepted(house))
    house.becomes(house.on(1, 9, 30))
    assert len(accepted(house)) == sent
    assert "confirm_by_phone_opted_out" in [item.reason for item in fran.sees("front_desk")]
    assert appointment(booked).state == "booked"


def test_a_reminder_already_written_is_taken_back_by_an_opt_out(house: House, ana: Person) -> None:
    """H49: pending rows too, in the same transaction."""
    visit(house, ana, days=2, hour=9)
    assert reminders.begin_due() == 1
    ana.handset.texts("STOP")
    assert [(found.state, found.reason) for found in house.rows(Outbound)] == [("withheld", "opted_out")]
    house.work()
    assert not accepted(house)
    ana.handset.reads()


@pytest.mark.of_words
@pytest.mark.parametrize("word", ["CANCEL", "cancel", "Cancel.", " CANCEL! "])
def test_cancel_alone_is_an_opt_out_and_a_question(house: House, ana: Person, fran: Colleague, word: str) -> None:
    """H50: the carrier cuts her off; she may have meant the visit, so a person asks."""
    booked = _asked(house, ana)
    ana.texts(word)
    ana.handset.reads()
    assert point(house, ANAS).opted_out_at is not None
    assert [item.reason for item in fran.sees("front_desk")] == ["cancel_may_mean_appointment"]
    assert appointment(booked).state == "booked"


@pytest.mark.of_words
@pytest.mark.parametrize("words", ["please stop texting me", "no me manden más mensajes", "take me off your list"])
def test_an_opt_out_in_her_own_words_counts(house: House, ana: Person, words: str) -> None:
    """H49: any reasonable wish to be left alone."""
    _asked(house, ana)
    ana.texts(words)
    assert point(house, ANAS).opted_out_at is not None
    house.becomes(house.on(1, 9, 30))
    ana.handset.reads()
    assert len(accepted(house)) <= 2, "the question, and at most one answer to the wish"


@pytest.mark.of_words
@pytest.mark.parametrize("words", STOPPING)
def test_stopping_a_medication_is_no_opt_out(house: House, ana: Person, nora: Colleague, words: str) -> None:
    """P9: consent and clinical effect are decided separately."""
    ana.texts(words)
    ana.reads("nurse")
    assert point(house, ANAS).opted_out_at is None
    assert len(nora.sees("nurses")) == 1


@pytest.mark.of_words
@pytest.mark.parametrize("words", STARTING)
def test_starting_a_medication_is_no_opt_in(house: House, ana: Person, nora: Colleague, words: str) -> None:
    ana.texts("STOP")
    ana.handset.reads()
    ana.texts(words)
    assert point(house, ANAS).opted_out_at is not None
    assert len(nora.sees("nurses")) == 1
    ana.handset.reads()


def test_an_opt_out_with_a_symptom_does_both(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("stop texting me, my chest hurts")
    assert point(house, ANAS).opted_out_at is not None
    assert len(nora.sees("nurses")) == 1
    ana.reads("911")


@pytest.mark.of_words
@pytest.mark.parametrize("word", STARTS)
def test_start_puts_her_back_on_both_sides(house: House, ana: Person, word: str) -> None:
    """H51: ours and the carrier's list agree again."""
    ana.texts("STOP")
    ana.texts(word)
    ana.handset.reads()
    assert point(house, ANAS).opted_out_at is None
    assert not house.carrier.state.blocked
    assert [event.kind for event in house.rows(ConsentEvent)] == ["opt_out", "opt_in"]
    _asked(house, ana)


@pytest.mark.of_words
@pytest.mark.parametrize("stop", ["alto", "PARE", "Stop.", "please stop texting me"])
@pytest.mark.parametrize("start", ["START", "empezar"])
def test_where_the_carrier_says_nothing_we_say_that_texts_go_on(
    house: House, ana: Person, fran: Colleague, stop: str, start: str
) -> None:
    """The carrier knows neither word, or never cut her off: without our answer she cannot know."""
    ana.texts(stop)
    ana.handset.reads()
    sid = ana.texts(start)
    ana.reads("You will get texts from us again", "reply STOP")
    house.carrier.redeliver(sid)
    ana.nothing_more()
    ana.texts(start)
    ana.nothing_more()


def test_in_her_own_language(house: House, rosa: Person) -> None:
    rosa.texts("ALTO")
    rosa.texts("START")
    rosa.reads("Va a recibir nuestros mensajes otra vez", "STOP")
    rosa.nothing_more()


@pytest.mark.parametrize("stops", [["STOP"], ["alto", "stop"], ["STOP", "alto"]])
def test_where_the_carrier_answers_we_do_not(house: House, ana: Person, stops: list[str]) -> None:
    for word in stops:
        ana.texts(word)
    ana.handset.reads()
    ana.texts("START")
    ana.reads("You are resubscribed")
    ana.nothing_more()


def test_who_starts_in_a_word_that_the_carrier_does_not_know_stays_cut_off_and_somebody_hears_of_it(
    house: House, ana: Person, fran: Colleague
) -> None:
    """The carrier's block ends with START alone: our answer is refused, so a person must call."""
    ana.texts("STOP")
    ana.handset.reads()
    ana.texts("empezar")
    ana.nothing_more()
    assert point(house, ANAS).opted_out_at is not None
    assert len(fran.sees("front_desk")) == 1


def test_yes_after_an_opt_out_is_put_before_a_person(house: House, ana: Person, fran: Colleague) -> None:
    """H51: YES puts her back at the carrier alone; whether she wants texts again is asked by a person, and until
    then we send none."""
    _asked(house, ana)
    ana.texts("STOP")
    ana.texts("YES")
    ana.handset.reads()
    assert point(house, ANAS).opted_out_at is not None
    assert sorted(item.reason for item in fran.sees("front_desk")) == ["confirm", "confirm_by_phone_opted_out"]
    house.becomes(house.on(1, 9, 30))
    ana.nothing_more()


def test_only_the_hand_off_goes_to_an_opted_out_number(house: House, ana: Person, nora: Colleague) -> None:
    """P9: one for each escalation, tried though the carrier may refuse it; then the item says to call."""
    ana.texts("STOP")
    ana.handset.reads()
    ana.texts("zxqv blorp")
    ana.nothing_more()
    ana.texts("my chest hurts")
    tried = [(found.text_name, found.state) for found in house.rows(Outbound)]
    assert tried == [("_always/unread", "withheld"), ("_always/emergency", "failed")]
    (item,) = nora.sees("nurses")
    assert item.cannot_text


def test_an_opt_out_only_we_know_lets_the_hand_off_through(house: House, ana: Person, nora: Colleague) -> None:
    """Free words do not block her at the carrier: the emergency line reaches her."""
    ana.texts("please stop texting me")
    ana.handset.reads()
    ana.texts("my chest hurts")
    ana.reads("911")


def test_safety_is_held_by_nothing(house: House, ana: Person, nora: Colleague) -> None:
    """P9: at three in the morning, with sending switched off, after ten texts in an hour."""
    house.clock.becomes(house.on(1, 3))
    switch_sending(house, False)
    for number in range(10):
        write(house, ANAS, "reply", f"reply {number}")
    reminder = write(house, ANAS, "outreach", "reminder")
    ana.texts("my chest hurts")
    ana.reads("911")
    ana.nothing_more()
    assert row(reminder).state == "pending"
    switch_sending(house, True)
    house.work()
    assert ana.handset.reads() == [f"reply {number}" for number in range(10)], "replies ignore the hour"
    assert row(reminder).state in ("pending", "withheld")


def test_outreach_waits_for_the_morning_in_her_own_zone(house: House, ana: Person) -> None:
    """H52: eight o'clock where she is, not where the practice is."""
    with db.transaction("tests.move_west") as session:
        session.get_one(Patient, ana.patient_id).time_zone = "America/Los_Angeles"
    house.clock.becomes(house.on(1, 8, 30))
    write(house, ANAS, "outreach", patient_id=ana.patient_id)
    house.work()
    ana.nothing_more()
    house.passes(hours=1, minutes=29)
    ana.nothing_more()
    house.passes(minutes=2)
    ana.reads("Hello")


@pytest.mark.long
def test_a_bot_that_answers_everything_hears_five_replies_and_then_a_person_has_it(
    house: House, ana: Person, fran: Colleague
) -> None:
    """H54: another machine at the far end; logging and the desk go on, our replies do not."""
    _asked(house, ana)
    for number in range(30):
        ana.texts(("Who is this?", "repeat please", "español", "english", "what?", "???")[number % 6])
    replies = [found for found in house.rows(Outbound) if found.message_class == "reply"]
    assert len(replies) <= 5
    assert fran.sees("front_desk")
    ana.handset.reads()


@pytest.mark.of_words
@pytest.mark.parametrize("answer", MACHINES)
def test_two_machines_do_not_talk_for_ever(house: House, ana: Person, answer: str) -> None:
    """H54: it answers each of our texts, for as long as there is one."""
    _asked(house, ana)
    rounds = 0
    ana.texts(answer)
    while ana.handset.reads():
        rounds += 1
        assert rounds <= 5
        ana.texts(answer)
