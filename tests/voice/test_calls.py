"""Calls to the practice: health first, a person for whoever wants one, and nobody who called is forgotten."""

import pytest

from app import settings
from app.models.calls import PhoneCall
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, visit

BOTH = ("If this is an emergency, hang up and call 9 1 1", "Si es una emergencia, cuelgue y llame al 9 1 1")


def test_everybody_is_greeted_alike_and_told_nothing(house: House, ana: Person, stranger: Person) -> None:
    """H29: a number is only a claim. Ana has a visit tomorrow; nobody hears of it."""
    visit(house, ana)
    heard = []
    for caller in (ana, stranger):
        caller.calls()
        heard.append(caller.hears("Lakeside Clinic", *BOTH, "To go on in English, press 1", "oprima el 2"))
        caller.hangs_up()
    assert heard[0] == heard[1]


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "number"), [("I'm dizzy since the new pills", "9 1 1"), ("me duele el pecho", "9 1 1"),
                          ("I want to kill myself", "9 8 8"), ("quiero morirme", "9 8 8")],
)  # fmt: skip
def test_a_symptom_at_the_first_word_reaches_the_nurses_before_a_word_is_said(
    house: House, ana: Person, nora: Colleague, words: str, number: str
) -> None:
    """P1: by plain speech at any time, in either language, however unsure the carrier is of what it heard."""
    visit(house, ana)
    ana.calls()
    ana.says(words, confidence=0.2)
    ana.hears(number, "A nurse will read what you said", "For a person, press 0", "oprima el 0")
    (item,) = nora.sees("nurses")
    assert (item.patient_id, item.kind) == (ana.patient_id, "words")
    assert item.hushed_at is not None
    ana.hangs_up()
    house.passes(minutes=30)
    assert [row.kind for row in house.rows(DeskItem)] == ["words"]  # a nurse has it: no call is owed beside
    assert not house.rows(Outbound, Outbound.message_class != "outreach")


def test_crisis_words_on_a_call_come_first(house: House, ana: Person, nora: Colleague) -> None:
    ana.calls()
    ana.presses("1")
    ana.says("I want to die")
    (item,) = nora.sees("nurses")
    assert (item.rank, item.reason) == (items.CRISIS_RANK, "crisis")
    ana.says("I took all my pills")
    ana.hears("9 1 1")
    assert len(house.rows(DeskItem)) == 1


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("key", "words", "first", "then"),
    [
        ("1", "I can't breathe", "If this is an emergency, hang up", "Si es una emergencia, cuelgue"),
        ("2", "quiero morirme", "Puede hablar con alguien", "You can talk to someone"),
        ("1", "me duele la cabeza", "Si es una emergencia, cuelgue", "If this is an emergency, hang up"),
    ],
)
def test_emergency_words_are_answered_first_and_in_both_languages(
    ana: Person, key: str, words: str, first: str, then: str
) -> None:
    """H12, issue 9 item 4: whatever language the caller chose, and the language of her words before the other."""
    ana.calls()
    ana.presses(key)
    ana.hears()
    ana.says(words)
    said = ana.hears(first, then)
    assert said.startswith(first)


def test_words_split_over_two_turns_are_read_together(house: House, ana: Person, nora: Colleague) -> None:
    """H07."""
    ana.calls()
    ana.says("my chest")
    ana.says("hurts")
    ana.hears("A nurse will read what you said")
    assert [item.list for item in house.rows(DeskItem)] == ["nurses"]


def test_a_person_by_key_and_by_word(house: House, ana: Person, fran: Colleague) -> None:
    house.carrier.books.other_side = "completed"
    for ask in ("0", "a person please"):
        ana.calls()
        ana.presses("1")
        ana.presses(ask) if ask == "0" else ana.says(ask)
        ana.hears("We are connecting you", "Somebody answers")
        ana.hangs_up()
    house.passes(minutes=30)
    assert fran.sees("front_desk") == []
    assert {call.settled_as for call in house.rows(PhoneCall)} == {"connected"}


@pytest.mark.parametrize("result", ["no-answer", "busy", "failed"])
def test_who_wanted_a_person_and_got_none_is_owed_one_call(
    house: House, ana: Person, fran: Colleague, result: str
) -> None:
    house.carrier.books.other_side = result
    for _ in range(2):
        ana.calls()
        ana.presses("2")
        ana.presses("0")
        ana.hears("Una persona le va a llamar", "9 1 1")
    house.passes(minutes=30)
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.patient_id, task.opened_at) == ("call_nobody", ana.patient_id, task.opened_at)
    assert task.next_step_at is not None


@pytest.mark.parametrize("by", ["key", "words"])
def test_a_call_back_by_one_key_or_its_words(house: House, stranger: Person, fran: Colleague, by: str) -> None:
    stranger.calls()
    stranger.presses("1") if by == "key" else stranger.says("English")
    stranger.hears("To be called back, press 2")
    stranger.presses("2") if by == "key" else stranger.says("be called back, please")
    stranger.hears("A person will call you back at this number")
    stranger.keeps_silent()
    stranger.hears("Goodbye")
    assert stranger.handset.call.over
    assert [task.reason for task in fran.sees("front_desk")] == ["call_owed"]


def test_silence_is_asked_twice_more_and_then_a_person_has_the_call(house: House, ana: Person) -> None:
    """H05: no endless "we did not hear you"."""
    house.carrier.books.other_side = "completed"
    ana.calls()
    ana.presses("1")
    for _ in range(2):
        ana.keeps_silent()
        ana.hears("We did not hear you", "For a person, press 0")
    ana.keeps_silent()
    ana.hears("We are connecting you")


@pytest.mark.parametrize("keys", ["#", "*", "7", "12345678901234567890"])
def test_a_key_without_a_meaning_is_said_kindly(house: House, ana: Person, keys: str) -> None:
    ana.calls()
    ana.presses("1")
    ana.hears("press 1")
    ana.presses(keys)
    ana.hears("First we check who is speaking" if keys.startswith("1") else "That key does nothing here")


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "sure", "reason", "answer"),
    [
        ("blorp ziyxzz", 0.9, "not_understood", "We are not sure that we understood you"),
        ("yes I confirm", 0.9, "said_on_call", "until then nothing changes"),
        ("yes I confirm", 0.3, "not_understood", "We are not sure that we understood you"),
        ("please cancel my appointment", None, "said_on_call", "until then nothing changes"),
        ("je voudrais parler de mon rendez-vous", 0.8, "not_understood", "We are not sure"),
    ],
)
def test_what_is_not_surely_understood_is_read_by_a_person_and_does_nothing(
    house: House, ana: Person, fran: Colleague, words: str, sure: float | None, reason: str, answer: str
) -> None:
    """P2: the words as they were heard; nothing was confirmed or cancelled by somebody who only has the number."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.calls()
    ana.presses("1")
    ana.says(words, confidence=sure)
    ana.hears(answer, "9 1 1")
    (item,) = fran.sees("front_desk")
    assert item.reason == reason
    assert house.rows(Exchange)[-1].body == words


@pytest.mark.of_words
@pytest.mark.parametrize("words", ["no that's all", "nothing else thank you", "no gracias, es todo", "bye"])
def test_who_has_no_more_to_say_is_let_go(house: House, ana: Person, fran: Colleague, words: str) -> None:
    """A goodbye is no work for anybody; what was said before it stands."""
    ana.calls()
    ana.presses("1")
    ana.says("what time do you open")
    ana.hears("If there is more, say it now")
    ana.says(words, confidence=0.6)
    ana.hears("Goodbye")
    assert [row.outcome for row in house.rows(Exchange)][-2:] == ["task", "call_step"]


def test_who_hangs_up_is_called_back_even_if_nobody_reports_it(house: House, ana: Person, fran: Colleague) -> None:
    """P7: abandoned calls have an owner and an age."""
    ana.calls()
    ana.hangs_up(reported=False)
    house.passes(minutes=14)
    assert fran.sees("front_desk") == []
    house.passes(minutes=2)
    ana.reads("you called us and we did not get to speak")
    assert fran.sees("front_desk") == []
    house.passes(minutes=31)
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.patient_id) == ("call_missed", ana.patient_id)
    ana.calls()
    ana.hangs_up()
    house.passes(minutes=2)
    assert len(fran.sees("front_desk")) == 1


def test_a_call_that_our_door_never_saw_was_missed(house: House, ana: Person, fran: Colleague) -> None:
    """Callbacks before the call's row: the end is all that is ever heard of it."""
    house.carrier.account.webhook_url = house.carrier.account.webhook_url.replace("/sms", "/nowhere/sms")
    ana.calls()
    ana.hears("an application error has occurred")
    house.carrier.account.webhook_url = house.carrier.account.webhook_url.replace("/nowhere", "")
    ana.calls()
    call = ana.handset.call
    house.carrier.books.record("call", sid="CA" + "7" * 32, handset=call.handset, to=call.to, **{"from": call.caller})
    ana.hangs_up()
    house.passes(minutes=2)
    ana.reads("you called us and we did not get to speak")
    house.passes(minutes=31)
    assert [task.reason for task in fran.sees("front_desk")] == ["call_missed"]


def test_whoever_shows_no_number_is_never_mixed_with_another(house: House, ana: Person, nora: Colleague) -> None:
    """Two callers without a number are two matters; nobody promises to call them back."""
    visit(house, ana)
    for words in ("my chest hurts", "my baby has a fever"):
        ana.calls(shown=False)
        ana.says(words)
        ana.hears("9 1 1", "A nurse will read what you said", "We are connecting you", "we cannot call you back")
    first, second = nora.sees("nurses")
    assert first.contact_point_id != second.contact_point_id
    assert {item.patient_id for item in (first, second)} == {None}


def test_a_practice_whose_telephone_is_our_own_number_is_not_rung_in_a_circle(
    house: House, ana: Person, fran: Colleague
) -> None:
    settings.use(house.settings.model_copy(update={"practice_phone": house.settings.twilio_from}))
    ana.calls()
    ana.presses("1")
    ana.presses("0")
    ana.hears("A person will call you back")
    assert [task.reason for task in fran.sees("front_desk")] == ["call_nobody"]


def test_a_repeat_gets_the_same_bytes_and_changes_nothing(house: House, ana: Person) -> None:
    """H40: a key pressed once counts once, and what was said once stands once."""
    sid = ana.calls()
    ana.says("my chest hurts")
    said = house.rows(Exchange)[-1].said
    assert house.carrier.books.state.calls[sid].asked is not None
    from app.simulator import telephony

    for _ in range(3):
        assert telephony.repeat(house.carrier.books, sid).decode() == said
    assert len(house.rows(Exchange)) == 2
    assert len(house.rows(DeskItem)) == 1


def test_spanish_is_spoken_to_the_end(house: House, rosa: Person) -> None:
    rosa.calls()
    rosa.presses("2")
    assert "press" not in rosa.hears("Diga en pocas palabras", "oprima el 0").split("Diga en pocas palabras")[-1]
    rosa.says("me siento mareada")
    rosa.hears("cuelgue y llame ahora al 9 1 1")
    assert not [line for line in rosa.handset.call.lines[-2:] if line.language == "en-US"]
