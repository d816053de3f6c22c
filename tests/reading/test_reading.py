"""The promises of a reading: nothing raises, nothing hides a mention, offsets are true, hostile text is quick."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from escalation_desk import unnamed
from escalation_desk.classifier import CLINICAL_KINDS, Reading, read
from tests.reading.test_corpus import lines

CLINICAL = [line.text for line in lines("clinical")]
WORDS = sorted({word for text in CLINICAL for word in text.split()})
ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=80)
PIECES = st.lists(st.one_of(st.sampled_from(CLINICAL), st.sampled_from(WORDS), ANYTHING), max_size=4).map(" ".join)
TITLES = ("dr", "dra", "mr", "mrs", "doctor", "doctora")


def kinds(reading: Reading) -> set[str]:
    return {mention.kind for mention in reading.mentions}


@settings(max_examples=150)
@given(PIECES, st.sampled_from(["en", "es", None, "\0"]))
def test_any_text_gets_a_reading_with_true_offsets(text: str, language: str | None) -> None:
    reading = read(text, language)
    assert reading.lane in ("clinical", "unsure", "routine")
    assert (reading.lane == "clinical") == bool(kinds(reading) & {*CLINICAL_KINDS, unnamed.KIND})
    assert all(mention.text == text[mention.start : mention.end] for mention in reading.mentions)


@settings(max_examples=150)
@given(PIECES, st.lists(st.sampled_from(WORDS), max_size=5), st.lists(st.sampled_from(WORDS), max_size=5))
def test_offered_words_and_names_never_hide_a_mention(text: str, expected: list[str], names: list[str]) -> None:
    if any(word.strip(".,").lower() in TITLES for word in text.split()):
        return
    plain = read(text, "en")
    assert read(text, "en", expected=expected, names=names).mentions == plain.mentions or plain.lane != "clinical"


def test_a_name_after_a_title_is_a_name_and_nowhere_else() -> None:
    assert read("Confirm with Dr. Pain", "en", names=["Pain"]).lane == "routine"
    assert read("Confirm with Dr. Pain", "en").lane == "clinical"
    assert read("Dr. Pain, the pain is back", "en", names=["Pain"]).lane == "clinical"
    assert read("Dr. Pain's patient has a cramp", "en", names=["Pain", "Cramp"]).lane == "clinical"


@pytest.mark.parametrize(
    "text", ["", "   ", "\0", "\ud83e", "🦄", "Привет", "你好吗", "xkcd qwrtz", "ok \ud800", "Liked “any fever? 🤒”"]
)
def test_what_cannot_be_read_is_never_routine(text: str) -> None:
    assert read(text, "en").lane == "unsure"


@pytest.mark.parametrize("text", ["", "🦄", "你好吗", "xkcd qwrtz"])
def test_a_text_without_one_known_word_is_marked_unreadable(text: str) -> None:
    assert kinds(read(text, "en")) == {"unreadable"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("MY CHEST HURTS", "CHEST HURTS"),
        ("mу сhеst hurts", "сhеst hurts"),  # Cyrillic у, с, е
        ("tengo náu\u200bseas", "náu\u200bseas"),
        ("sooo d1zzyyyy", "d1zzyyyy"),
        ("p a i n", "p a i n"),
        ("so c h e s t p a i n now", "c h e s t p a i n"),
        ("C.H.E.S.T P.A.I.N!", "C.H.E.S.T P.A.I.N"),
        ("i c a n t b r e a t h e", "c a n t b r e a t h e"),
        ("d o l o r d e p e c h o", "d o l o r d e p e c h o"),
        ("ya no kiero vivir", "ya no kiero vivir"),
        ("so diz zy", "diz zy"),
        ("ｆｅｖｅｒ", "ｆｅｖｅｒ"),
        ("I’m really naseous", "naseous"),
        ("took 500mg", "500mg"),
        ("bp 180/110", "180/110"),
    ],
)
def test_disguised_words_are_found_where_they_stand(text: str, seen: str) -> None:
    reading = read(text, "en")
    assert reading.lane == "clinical"
    assert seen in {mention.text for mention in reading.mentions}


@pytest.mark.parametrize("text", ["I bought a pan and bread", "see you in the rain", "compré pan", "fast lane"])
def test_a_common_word_is_not_taken_for_the_term_it_resembles(text: str) -> None:
    assert read(text, "en").lane != "clinical"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("temperature 103", "temperature 103"),
        ("his temp has been at 104", ""),
        ("temp is 39", "temp is 39"),
        ("tempature was 102", "tempature was 102"),
        ("temperatura de 39", "temperatura de 39"),
        ("bg 400", "bg 400"),
        ("my sugars are over 300", ""),
        ("azúcar en 300", "azúcar en 300"),
        ("sat 85", "sat 85"),
        ("pulso 130", "pulso 130"),
        ("hr is 140", "hr is 140"),
        ("running a 102", "running a 102"),
    ],
)
def test_a_number_counts_beside_the_name_of_what_it_measures(text: str, seen: str) -> None:
    reading = read(text, None)
    assert reading.lane == "clinical"
    assert not seen or seen in {mention.text for mention in reading.mentions}


@pytest.mark.parametrize(
    "text",
    ["set the temp to 72", "sat the 28", "sat at 10", "at 2 hr 45 min", "running 15 late", "bs", "temp 103 main st"],
)
def test_other_numbers_measure_nothing(text: str) -> None:
    assert (read(text, None).lane == "clinical") == (text == "temp 103 main st")


@pytest.mark.slow
def test_reading_is_the_same_in_every_process_and_changes_nothing() -> None:
    """Pure: no order of a set, no reading before it, may show."""
    told = [asdict(read(text, "en")) for text in CLINICAL[::9]]
    assert told == [asdict(read(text, "en")) for text in CLINICAL[::9]]
    script = (
        "import json, sys; from dataclasses import asdict; from escalation_desk.classifier import read;"
        " print(json.dumps([asdict(read(text, 'en')) for text in reversed(json.load(sys.stdin))]))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", script], input=json.dumps(CLINICAL[::9]), capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"}, timeout=60,
    )  # fmt: skip
    assert json.loads(elsewhere.stdout)[::-1] == json.loads(json.dumps(told))


def test_one_place_is_mentioned_once() -> None:
    mentions = read("crushing chest pain", "en").mentions
    assert [(mention.kind, mention.text) for mention in mentions] == [
        ("emergency", "crushing chest"),
        ("emergency", "chest pain"),
    ]


def test_the_gravest_fixed_text_wins() -> None:
    assert read("chest pain and I want to die, help", "en").fixed_text == "crisis"
    assert read("chest pain and nausea", "en").fixed_text == "emergency"
    assert read("nausea", "en").fixed_text == "hand_off"


def test_a_number_counts_only_when_it_stands_for_a_choice() -> None:
    assert (read("1", "en", expected=["1", "2"]).lane, read("1", "en", expected=["1", "2"]).value) == ("routine", "1")
    assert read("7", "en", expected=["1", "2"]).lane == "unsure"
    assert read("1, and my chest hurts", "en", expected=["1"]).value == "1"
    assert read("2 pills left", "en", expected=["1", "2"]).intent != "choose"


@pytest.mark.parametrize("text", ["yes no", "no I'll be there", "1 or cancel my appointment"])
def test_two_meanings_are_unsure(text: str) -> None:
    assert read(text, "en", expected=["1"]).lane == "unsure"


def test_a_routine_reading_carries_its_nearest_miss() -> None:
    nearest = read("please cancel", "en").nearest
    assert nearest is not None
    assert (nearest.text, nearest.term) == ("cancel", "cancer")


@pytest.mark.parametrize(
    "text",
    [
        "diziness hedake " * 100,
        "dont send " * 160,
        "my leg not " * 145,
        "🤒" * 1600,
        "ﷺ" * 1600,
        "stop " * 320,
        "can i " * 270,
        "no me puedo " * 140,
        "feel so " * 200,
        "c h e s t " * 160,
        "my chest " * 178,
        "no me hace " * 145,
        "se me " * 266,
    ],
    ids=[
        *("typos", "dont", "leg", "emoji", "ligature", "stop", "can i", "no puedo", "feel", "letters"),
        *("chest", "no me hace", "se me"),
    ],
)
def test_hostile_text_is_read_quickly(text: str) -> None:
    """What it takes grows with the text and not with its square: the goal of 30 ms (issue 4) is held by the benchmark,
    this only finds what would keep the door for seconds on any machine."""
    read("warm", "en")
    began = time.thread_time()
    read(text[:1600], "en")
    assert time.thread_time() - began < 1
