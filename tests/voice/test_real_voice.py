"""A real voice once: what she says is spoken, carried by a telephone and recognised before the practice hears of it.
The grammar is what the question says it expects (TWILIO 5.3, its `hints`)."""

import pytest

from tests.house import House
from tests.people import Colleague, Person, appointment
from tests.screens.desk import one_database
from tests.voice.speech import heard, over_the_telephone
from tests.voice.test_identity import RIGHT
from tests.voice.test_outgoing import rung

pytestmark = [pytest.mark.prove, one_database]

COMPLAINTS = ("my chest hurts", "i feel dizzy since the new pills", "my mother fell down")
"""What an ear for all words would know, beside what the question expects."""


def speaks(who: Person, words: str) -> None:
    """Say it aloud. Nothing reaches the practice but what was recognised."""
    wait = who.handset.call.wait
    assert wait is not None
    assert wait.hints, "the question does not say what it expects"
    understood = heard(over_the_telephone(words), [*wait.hints.split(","), *COMPLAINTS])
    if understood is None:
        who.keeps_silent()
    else:
        who.says(*understood)


def asked(house: House, who: Person) -> int:
    """She was rung, took the call and proved who she is; the id of the visit that she is asked about."""
    booked = rung(house, who)
    who.answers()
    who.presses("1")
    who.presses(RIGHT)
    who.hears("To confirm, press 1")
    return booked


def test_her_voice_confirms_the_visit(house: House, ana: Person) -> None:
    booked = asked(house, ana)
    speaks(ana, "confirm")
    ana.hears("is confirmed")
    assert appointment(booked).confirmed_at is not None


def test_her_voice_asks_for_another_time(house: House, ana: Person, fran: Colleague) -> None:
    booked = asked(house, ana)
    speaks(ana, "ask for another time")
    ana.hears("stays for now")
    speaks(ana, "come Thursday or Friday")
    ana.hears("morning")
    speaks(ana, "come in the morning")
    ana.hears("stays as it is")
    assert appointment(booked).confirmed_at is None
    assert [task.reason for task in fran.sees("front_desk")] == ["another_time"]


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_a_complaint_in_her_voice_reaches_the_nurses(
    house: House, ana: Person, nora: Colleague, complaint: str
) -> None:
    """P1."""
    booked = asked(house, ana)
    speaks(ana, complaint)
    ana.hears("9 1 1", "A nurse will read what you said")
    assert len(nora.sees("nurses")) == 1
    assert appointment(booked).confirmed_at is None


@pytest.mark.parametrize("words", ["the weather is lovely in june", "banana banana"])
def test_what_the_ear_is_not_sure_of_confirms_nothing(house: House, ana: Person, words: str) -> None:
    booked = asked(house, ana)
    speaks(ana, words)
    assert ana.hears()
    assert appointment(booked).confirmed_at is None
