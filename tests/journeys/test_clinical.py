"""The line: whatever mentions health reaches a nurse, and nothing else answers it (P1)."""

import json

import pytest

from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.simulator import keywords
from dialogs.engine.segments import cost
from escalation_desk import lexicon
from escalation_desk.models import DeskItem, DeskItemWords
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


def test_yes_but_my_chest_hurts_reaches_the_nurses_and_moves_nothing(
    house: House, ana: Person, nora: Colleague
) -> None:
    """H02: the symptom comes first; the appointment stays as it was, with one key to do what she also wrote."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("yes but my chest hurts")
    ana.reads("Lakeside Clinic", "911")
    assert appointment(booked).confirmed_at is None
    (item,) = nora.sees("nurses")
    assert (item.list, item.state) == ("nurses", "open")
    (words,) = house.rows_of(DeskItemWords)
    assert words.also_wrote is not None
    assert words.also_wrote["choice"] == 1


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "choice"),
    [
        ("1 but my chest hurts", 1),
        ("1 pero me duele el pecho", 1),
        ("gracias, ya estoy mejor", None),
        ("ok my chest hurts", None),
        ("my chest hurts since tuesday", None),
    ],
)
def test_only_what_she_said_beside_it_is_offered(house: House, ana: Person, words: str, choice: int | None) -> None:
    """H02: "ya", "ok" or a day in words about health is no answer to the question; a number before them is."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts(words)
    ana.reads()
    (kept,) = house.rows_of(DeskItemWords)
    assert (kept.also_wrote["choice"] if kept.also_wrote else None) == choice


def test_why_each_text_was_read_as_it_was_stands_with_its_exchange(house: House, ana: Person) -> None:
    """Issue 4, point 7: the lists' version, entry, span, how, score and threshold; and what nearly was clinical."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    for words, answer in (("yes please", "confirmed"), ("blorp ziyxzz", "person"), ("feel nausous", "nurse")):
        ana.texts(words)
        ana.reads(answer)
    routine, unsure, clinical = [json.loads(each.reading or "") for each in house.rows(Exchange)]
    assert {each["lexicon"] for each in (routine, unsure, clinical)} == {lexicon.current().version}
    for nearest in (routine["nearest"], unsure["nearest"]):
        assert nearest["entry"].split(":")[0].endswith(".toml")
        assert nearest["score"] < nearest["threshold"]
    (mention,) = clinical["mentions"]
    assert (mention["start"], mention["end"], mention["how"]) == (0, 12, "fuzzy")
    assert (mention["score"], mention["threshold"]) == (85.7, 71.4)
    assert ".toml: " in mention["entry"]
    assert clinical["nearest"] is None


def test_a_nurse_does_what_she_also_wrote_with_one_key(house: House, ana: Person, nora: Colleague) -> None:
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1 and I feel dizzy")
    ana.reads("nurse")
    (item,) = nora.sees("nurses")
    nora.claims(item)
    assert nora.does_also(item) is None
    ana.reads("confirmed")
    assert appointment(booked).confirmed_at is not None


DENIALS = ["no pain today", "ya no me duele", "my mom threw up", "can I take my pills before?"]


@pytest.mark.of_words
@pytest.mark.parametrize("words", DENIALS)
def test_denials_the_past_and_other_people_are_clinical_too(ana: Person, nora: Colleague, words: str) -> None:
    ana.texts(words)
    ana.reads("nurse", "911")
    assert len(nora.sees("nurses")) == 1


def test_one_hand_off_text_for_one_item(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read your message")
    ana.texts("and I am nauseous")
    ana.nothing_more()
    (item,) = nora.sees("nurses")
    assert len(house.rows_of(DeskItemWords)) == 2
    assert item.times_opened == 1


def test_who_was_handed_to_a_nurse_is_not_told_less_afterwards(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read your message")
    ana.texts("ok thanks")
    ana.texts("zxqv blorp")
    ana.nothing_more()
    (item,) = nora.sees("nurses")
    assert len(house.rows_of(DeskItemWords)) == 3
    assert item.times_opened == 1


def test_crisis_words_are_answered_each_time_and_come_first(ana: Person, rosa: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("A nurse will read your message")
    rosa.texts("quiero morirme")
    rosa.reads("988")
    rosa.texts("ya no quiero vivir")
    rosa.reads("988")
    first, second = nora.sees("nurses")
    assert (first.rank, second.rank) == (0, 1)
    assert first.patient_id == rosa.patient_id


@pytest.mark.of_words
@pytest.mark.parametrize(
    ("words", "first", "then"),
    [
        ("no puedo respirar", "Si es una emergencia", "If this is an emergency"),
        ("quiero morirme", "Puede hablar con alguien", "You can talk to someone"),
        ("me duele la cabeza", "Una enfermera o un enfermero", "A nurse will read"),
        ("quiero morirme, i want to die", "You can talk to someone", "Puede hablar con alguien"),
        ("911", "If this is an emergency", "Si es una emergencia"),
        ("me duele el chest", "A nurse will read", "Una enfermera o un enfermero"),
    ],
)
def test_words_in_another_language_than_the_record_are_answered_in_both(
    house: House, ana: Person, words: str, first: str, then: str
) -> None:
    """H12: Ana is entered as English; whoever writes from her telephone reads Spanish. The language of the words stands
    first, since a telephone shows no more; where it cannot be told, a warning comes in both all the same."""
    ana.texts(words)
    read = ana.reads(first, then)
    assert read.index(first) < read.index(then)
    (sent,) = house.rows(Outbound)
    assert cost(sent.body).segments <= 4


def test_who_writes_as_the_record_has_it_reads_one_language(ana: Person, rosa: Person) -> None:
    ana.texts("I can't breathe")
    assert "emergencia" not in ana.reads("Do not wait for a text")
    rosa.texts("no puedo respirar")
    assert "emergency" not in rosa.reads("No espere un mensaje")


def test_help_alone_is_a_call_for_help(house: House, ana: Person, nora: Colleague) -> None:
    """H04: the carrier answers HELP first, by itself (TWILIO 4.1); ours opens an item and names the emergency line."""
    ana.texts("HELP")
    ana.reads(keywords.HELPED)
    ana.reads("call 911", "A nurse will read your message")
    assert len(nora.sees("nurses")) == 1


def test_a_symptom_split_over_two_texts_is_read_together(house: House, ana: Person, nora: Colleague) -> None:
    """H07: neither half says it; together they do, and both stand on the nurses' item."""
    ana.texts("my chest")
    ana.texts("hurts")
    assert len(nora.sees("nurses")) == 1
    assert not nora.sees("front_desk")
    ana.handset.reads()
    (item,) = house.rows(DeskItem)
    assert {words.desk_item_id for words in house.rows_of(DeskItemWords)} == {item.id}


def test_a_second_report_a_second_later_is_never_dropped(house: House, ana: Person, nora: Colleague) -> None:
    """H08: only the MessageSid tells a repeat; the same words again are new words."""
    for _ in range(3):
        ana.handset.texts("I feel dizzy")
    assert len(house.rows(Exchange)) == 3
    assert len(house.rows_of(DeskItemWords)) == 3
    house.work()
    ana.reads("nurse")


def test_a_stranger_with_a_symptom_reaches_the_nurses_in_both_languages(
    house: House, stranger: Person, nora: Colleague
) -> None:
    """H12."""
    stranger.texts("my baby has a fever")
    stranger.reads("A nurse will read", "Una enfermera o un enfermero", "911")
    (item,) = nora.sees("nurses")
    assert item.patient_id is None


def test_a_shared_phone_is_never_guessed(house: House, ana: Person, sam: Person, fran: Colleague) -> None:
    """H25: two people behind one number; a person decides who wrote, and nothing is changed until then."""
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("yes")
    ana.reads("a person will read it")
    assert appointment(booked).confirmed_at is None
    (item,) = fran.sees("front_desk")
    assert (item.reason, item.patient_id) == ("shared_number", None)


def test_a_picture_is_seen_by_a_nurse(house: House, ana: Person, nora: Colleague) -> None:
    """H05: nobody here reads pictures but people."""
    ana.texts_photo()
    ana.reads("nurse")
    assert [item.reason for item in nora.sees("nurses")] == ["picture"]


def test_words_nobody_could_read_reach_the_front_desk_once_told(house: House, ana: Person, fran: Colleague) -> None:
    """P2: put before a person with the words as they came; one text says so, whatever else comes."""
    ana.texts("zxqv blorp")
    ana.reads("a person will read it", "911")
    ana.texts("florp")
    ana.nothing_more()
    (item,) = fran.sees("front_desk")
    assert item.reason == "not_understood"


def test_new_words_reopen_a_closed_item_with_its_first_age(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    (item,) = nora.sees("nurses")
    nora.settles(item)
    house.passes(hours=2)
    ana.texts("still dizzy")
    ana.reads("nurse")
    (again,) = nora.sees("nurses")
    assert (again.id, again.opened_at, again.times_opened) == (item.id, item.opened_at, 2)


def test_a_clinical_item_hushes_outreach_until_a_person_resumes(house: House, ana: Person, nora: Colleague) -> None:
    """P13: a reminder that falls due meanwhile waits, and goes once the item is closed."""
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    visit(house, ana, days=2, hour=9)
    house.passes(minutes=30)
    ana.nothing_more()
    (item,) = nora.sees("nurses")
    nora.settles(item)
    house.passes(minutes=30)
    ana.reads("Reply 1")


def test_what_stays_hushed_becomes_a_task_before_it_is_too_late(house: House, ana: Person, fran: Colleague) -> None:
    """P13: what falls due under a hush is a person's before its deadline."""
    ana.texts("I feel dizzy")
    ana.reads("nurse")
    visit(house, ana, days=1, hour=15)
    house.becomes(house.on(0, 19, 30))
    ana.nothing_more()
    assert [item.reason for item in fran.sees("front_desk")] == ["confirm_by_phone_hushed"]
