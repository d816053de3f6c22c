"""Answers from 0 to 10: there 0 is a number, and a person is reached by the word, or by the star (decision 0068)."""

from pathlib import Path

import pytest

from app import clock, db
from app.cli.dialogs import clinical_words
from app.cli.talk import read
from app.library import versions
from app.models.conversations import Conversation
from dialogs.engine.check import check
from dialogs.engine.model import Edge
from dialogs.engine.parse import parse_dialog
from dialogs.engine.play import Play
from dialogs.engine.vocabulary import LANGUAGES, NUMBERS
from escalation_desk.models import DeskItem
from tests.dialogs.shipped import ALWAYS, DIALOGS
from tests.house import House
from tests.journeys.test_scripts import begins
from tests.people import Person
from tests.voice.test_identity import checks

NAME = "how_easy"
BODY = (Path(__file__).parent / f"{NAME}.toml").read_text("utf-8")
ALL = {**DIALOGS, NAME: parse_dialog(NAME, BODY)}
PERSON = {"en": ("AGENT", "I want to talk to a person"), "es": ("AGENTE", "quiero hablar con una persona")}


def _play(language: str, channel: str = "sms") -> Play:
    play = Play(ALL, ALWAYS, NAME, language, read, channel)
    play.begin()
    return play


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_is_one_and_everything_else_is_what_it_always_is(language: str) -> None:
    assert check({NAME: ALL[NAME]}, ALWAYS, clinical_words=clinical_words, beside=DIALOGS) == []
    for said in (*NUMBERS, "7!", " 10 "):
        play = _play(language)
        play.patient(said)
        assert f"* from 0 to 10: {said.strip(' !')}" in play.lines
        assert play.walked == {Edge("ask", "answer", "done", "called")}
    for said in ("11", "100", "3.5"):
        play = _play(language)
        play.patient(said)
        assert play.walked == set(), said
    for said in PERSON[language]:
        play = _play(language)
        play.patient(said)
        assert "* to people (front desk): asked_for_person" in play.lines
    play = _play(language)
    play.patient("8 but my chest hurts" if language == "en" else "8 pero me duele el pecho")
    assert play.lines[-1] == "* to the nurses; the talk stands still"
    play = _play(language)
    play.wait()
    assert play.lines[-1] == "* ends: unanswered"
    play = _play(language)
    play.patient("STOP")
    assert play.lines[-1] == "* ends: opted_out"
    assert ("press star" if language == "en" else "oprima asterisco") in _play(language, "voice").lines[0]


def _in_force(house: House, who: Person) -> None:
    with db.transaction("tests.in_force") as session:
        versions.keep(session, versions.DIALOG_KIND, NAME, BODY, ALL[NAME].sha256, "the tests", clock.now())
    begins(house, who, NAME)


def _noted(house: House) -> list[tuple[str, str | None]]:
    return [(item.reason, item.note) for item in house.rows(DeskItem)]


def test_nought_is_a_number_by_text(house: House, ana: Person) -> None:
    _in_force(house, ana)
    ana.reads("0 is hard, 10 is easy. Reply with a number from 0 to 10, or AGENT for a person.")
    ana.texts("0")
    ana.reads("A person will call you about it.")
    assert _noted(house) == [("wants_call", "From 0 to 10: 0")]


@pytest.mark.parametrize(("keys", "noted"), [("10", "From 0 to 10: 10"), ("0", "From 0 to 10: 0"), ("*", None)])
def test_on_a_call_ten_is_two_keys_and_the_star_is_a_person(
    house: House, ana: Person, keys: str, noted: str | None
) -> None:
    _in_force(house, ana)
    ana.reads("from 0 to 10")
    checks(ana)
    ana.hears("Enter a number from 0 to 10, then press pound. For a person, press star.")
    ana.presses("42")
    ana.hears("That key does nothing here", "from 0 to 10")
    ana.presses(keys)
    if noted is None:
        ana.hears("We are connecting you with the practice")
        assert [row.state for row in house.rows(Conversation)] == ["live"]
    else:
        ana.hears("A person will call you about it.")
        assert _noted(house) == [("wants_call", noted)]
