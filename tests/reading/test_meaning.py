"""Answers that act: what they may stand beside, what they name of days and times, and what a nurse sees once."""

import gc

import pytest

from escalation_desk import lexicon
from escalation_desk.classifier import mentions_health, read, warm
from escalation_desk.lexicon import Lexicon, LexiconFault
from tests.reading.test_corpus import OFFERED, lines

GROUP = '[[group]]\nname="a"\nkind="{kind}"\nreviewer="N"\nreviewed=2026-11-21\nentries=["{entry}"]\n'
ANSWERS = [line for line in lines("routine") if line.meaning.partition("=")[0] in ("confirm", "choose")]
SPOILERS = ("but", "if I can", "unless it rains", "or Friday", "maybe", "I guess", "instead", "pero", "a lo mejor", "?")


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_no_yes_and_no_number_acts_beside_a_doubt(spoiler: str) -> None:
    readings = [read(f"{line.text} {spoiler}", None, expected=OFFERED) for line in ANSWERS]
    assert [
        reading for reading in readings if reading.lane == "routine" and reading.intent in ("confirm", "choose")
    ] == []


@pytest.mark.parametrize("before", ["don't", "do not", "did not", "never", "no", "why did you", "maybe", "if you"])
@pytest.mark.parametrize("wish", ["cancel my appointment", "reschedule", "move my appointment"])
def test_a_wish_turned_round_is_unsure(before: str, wish: str) -> None:
    assert read(f"{before} {wish}", "en").lane == "unsure"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes 3pm", "15:00"),
        ("yes at 3 p.m.", "15:00"),
        ("yes at 3:15", "3:15"),
        ("yes at 3", "3:00"),
        ("yes 15:30", "15:30"),
        ("yes at 09:00", "09:00"),
        ("yes at half past 3", "3:30"),
        ("yes at a quarter to 4", "3:45"),
        ("yes quarter to 4", "3:45"),
        ("yes at four thirty", "4:30"),
        ("yes 12am", "00:00"),
        ("yes 12 noon", "12:00"),
        ("yes tuesday at 3 in the afternoon", "tuesday 15:00"),
        ("yes tuesday afternoon at 3", "tuesday 15:00"),
        ("yes May 5th at 10 am", "--05-05 10:00"),
        ("yes tomorrow morning", "tomorrow morning"),
        ("yes I am", None),
        ("good morning, yes", None),
        ("sí, buenas tardes", None),
        ("sí, a las 3 menos cuarto de la tarde", "14:45"),
        ("sí, el lunes a la una y media", "monday 1:30"),
        ("sí, a las 8 de la noche", "20:00"),
        ("sí, el martes por la mañana", "tuesday morning"),
        ("sí, pasado mañana", None),
    ],
)
def test_a_yes_reports_every_day_and_time_it_names(text: str, value: str | None) -> None:
    reading = read(text, None)
    assert (reading.intent, reading.value) == ("confirm", value)


@pytest.mark.parametrize(
    "text", ["yes, the 5th", "yes after 3", "yes next week", "sí, pasado mañana", "1 at 3", "2, friday", "1. At 3pm"]
)
def test_what_a_value_cannot_carry_is_not_lost_but_read_by_a_person(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane == "unsure"


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("si el martes", "routine"),
        ("sí puedo", "routine"),
        ("si puedo ir", "routine"),
        ("claro que si ahí estaré", "routine"),
        ("ahí estaré si Dios quiere", "routine"),
        ("si puedo voy", "unsure"),
        ("voy si puedo", "unsure"),
        ("confirmo si es el martes", "unsure"),
    ],
)
def test_a_spanish_yes_and_a_spanish_if(text: str, lane: str) -> None:
    assert read(text, "es").lane == lane


def test_a_body_part_is_not_shown_beside_the_grave_mention_that_holds_it() -> None:
    seen = [(mention.kind, mention.text) for mention in read("my chest hurts and my leg is numb", "en").mentions]
    assert ("emergency", "chest hurts") in seen
    assert ("symptom", "my chest") not in seen
    assert any("leg" in text for kind, text in seen if kind == "symptom")


@pytest.mark.parametrize("outer", ["symptom", "emergency"])
def test_a_crisis_inside_another_kind_is_kept(outer: str) -> None:
    only_these = Lexicon.from_texts(
        {
            "a.toml": GROUP.format(kind=outer, entry="cut my own wrists"),
            "b.toml": GROUP.format(kind="crisis", entry="own wrists"),
        }
    )
    assert {m.kind for m in read("cut my own wrists", None, lexicon=only_these).mentions} == {outer, "crisis"}


@pytest.mark.parametrize(
    ("kind", "doubts"), [("doubt", ""), ("symptom", "doubts=['confirm']"), ("doubt", "doubts=[1]")]
)
def test_a_doubt_says_which_known_intents_it_doubts(kind: str, doubts: str) -> None:
    with pytest.raises(LexiconFault, match="known intents it doubts"):
        Lexicon.from_texts({"a.toml": GROUP.format(kind=kind, entry="if") + doubts})


HOW_SHE_IS = ["I'm fine", "im good", "I am ok", "we're good", "doing fine", "estoy bien", "todo bien"]
ENOUGH = ["no more", "No more!", "no más", "ya no más por favor", "ya no", "enough"]
GREETINGS = ["hello again", "hi again!", "hola otra vez", "hola de nuevo"]


@pytest.mark.parametrize("text", [*HOW_SHE_IS, *ENOUGH, *GREETINGS])
def test_what_is_no_answer_is_none(text: str) -> None:
    """Nobody's "also wrote: 1" and nobody's opt-out: a person reads it."""
    reading = read(text, None, expected=OFFERED)
    assert (reading.lane, reading.intent) == ("unsure", "none")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I'm good with Tuesday", "confirm"),
        ("im fine with that", "confirm"),
        ("no more texts", "opt_out"),
        ("no más mensajes", "opt_out"),
        ("hello again, yes", "confirm"),
        ("again please", "repeat"),
        ("otra vez", "repeat"),
        ("what is this about", "who"),
        ("what is this visit about", "question"),
    ],
)
def test_a_longer_phrase_says_more_than_the_shorter_one_in_it(text: str, intent: str) -> None:
    reading = read(text, None, expected=OFFERED)
    assert (reading.lane, reading.intent) == ("routine", intent)


def test_our_own_texts_may_not_mention_health() -> None:
    assert mentions_health("Any chest pain today?")
    assert not mentions_health("Your appointment is on Tuesday at 3.")


def test_warming_loads_the_lists_and_leaves_the_collector_as_it_was() -> None:
    warm()
    assert gc.isenabled()
    assert lexicon.current.cache_info().currsize == 1
    assert gc.get_freeze_count() > 100_000  # else the collector goes through all lists amid some patient's text


SAY_NOTHING_ALONE = (
    "it its this that do doing done gone end leave left someone anyone everything nothing still there".split()
)


@pytest.mark.parametrize("word", [*SAY_NOTHING_ALONE, "lo", "eso", "hacer", "hago", "alguien", "todo", "nada", "sigue"])
def test_no_word_that_may_speak_of_anything_stands_beside_what_acts(word: str) -> None:
    """The closed world: with "it" and "there" accounted for one by one, "yes and it's still there" was a yes."""
    lists = lexicon.current()
    assert word not in lists.plain | lists.wishing


@pytest.mark.parametrize("text", ["thanks for what happened", "I want him today", "no, I did it", "sí, ahí sigue eso"])
def test_what_acts_stands_among_few_words_even_if_all_are_everyday_ones(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane == "unsure"


@pytest.mark.parametrize("text", ["today please", "can we do it this afternoon today", "hoy", "tonight"])
def test_who_wants_to_come_today_is_not_told_to_wait_for_a_change_of_date(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane == "unsure"


def test_tonight_is_today() -> None:
    assert read("yes tonight", None).value == "today evening"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("ya no quiero seguir recibiendo mensajes", "opt_out"),
        ("done", "confirm"),
        ("already done, thanks", "confirm"),
        ("ya quedó", "confirm"),
        ("reply 1", "choose"),
        ("number 2 works", "choose"),
        ("can't get off work that day", "decline"),
        ("no tengo quien me lleve", "decline"),
        ("the link doesn't work", "question"),
    ],
)
def test_answers_of_every_day_in_families(text: str, intent: str) -> None:
    reading = read(text, None, expected=OFFERED)
    assert (reading.lane, reading.intent) == ("routine", intent)


@pytest.mark.parametrize(
    "text", ["ya no quiero seguir", "ya no quiero seguir recibiendo golpes", "ya no quiero seguir así"]
)
def test_only_a_whole_wish_for_no_more_texts_tells_what_its_first_words_meant(text: str) -> None:
    assert read(text, None).fixed_text == "crisis"


@pytest.mark.parametrize("text", ["is 2 ok", "I did it", "done with all of it"])
def test_what_may_be_meant_of_anything_is_for_people(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane == "unsure"


@pytest.mark.parametrize(
    "text",
    [
        "a qué hora me la tomo", "everything keeps turning", "my mind won't shut off", "nothing helps",
        "se me atora la comida", "bajé mucho de peso", "me entró cloro en el ojo", "the voices tell me to do it",
        "mi padrastro me toca", "foam at her mouth", "meter says HI", "do I need to fast",
    ],
)  # fmt: skip
def test_complaints_in_whole_families(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane == "clinical"


@pytest.mark.parametrize(
    "text",
    [
        "coming with my mom", "traffic is not moving, running late", "open on labor day?",
        "thumbs up", "the new one", "quiero hacer una cita", "para qué es la cita",
        "I can't make it tonight", "tell him I'm sorry", "cuánto dura la cita", "no habla español",
        "the portal won't let me see it", "no puedo abrir el enlace", "voy con retraso", "tengo algo en la tarde",
        "there is no reason to cancel", "my baby is coming too", "left a note at the desk", "sin mí",
    ],
)  # fmt: skip
def test_the_families_take_no_everyday_words_for_complaints(text: str) -> None:
    assert read(text, None, expected=OFFERED).lane != "clinical"
