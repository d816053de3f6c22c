"""How somebody is, asked by a call: the good answer stays with the dialog, all else is a nurse's (DESIGN 3, 5)."""

from datetime import time, timedelta

import pytest
from sqlalchemy import delete

from app import clock, contact_points, db
from app.models.cover import OpenHours
from app.models.follow_ups import FollowUp
from app.models.patients import Patient
from app.outreach import loops
from app.scheduling import booking
from app.talk import opening
from tests.house import House
from tests.people import Colleague, Person
from tests.screens.desk import signed_in, words_of
from tests.voice.test_identity import RIGHT
from tests.voice.test_outgoing import states

ASKS = "Are things going as you were told to expect?"


def seen(house: House, who: Person, by: Colleague) -> None:
    """She had a procedure an hour ago, and would rather be called."""
    assert who.patient_id is not None
    who.agrees_to_calls()
    with db.transaction("tests.procedure") as session:
        done = booking.book(
            session, who.patient_id, 1, 1, house.clock() - timedelta(hours=1), None, visit_type="procedure"
        ).id
        assert loops.came(session, done, "seen", by.id)


def asked(house: House, who: Person, by: Colleague) -> None:
    """A day later her telephone rings, and she has said who she is."""
    seen(house, who, by)
    house.passes(hours=24)
    who.answers()
    assert ASKS not in who.hears("This is Lakeside Clinic")
    who.says("one")
    assert ASKS not in who.hears("First we check who is speaking")
    who.presses(RIGHT)
    who.hears(ASKS, "To say that they are, press 1")


def reasons(nurse: Colleague) -> list[str]:
    return [item.reason for item in nurse.sees()]


def test_the_good_answers_by_key_and_by_word_close_it(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    asked(house, ana, fran)
    ana.presses("1")
    ana.hears("Are the instructions that you were given clear to you?")
    ana.says("yes")
    ana.hears("Do you know how to reach us?", "9 1 1")
    ana.presses("1")
    ana.hears("Thank you for your answers")
    house.passes(minutes=20)
    assert reasons(nora) == []
    assert [row.disposition for row in house.rows(FollowUp) if row.kind == "check_in"] == ["well"]


@pytest.mark.parametrize("answer", ["2", "no", "well I do not know about that", "maybe"])
def test_every_other_answer_is_a_nurses(
    house: House, ana: Person, fran: Colleague, nora: Colleague, answer: str
) -> None:
    """P1, P2: nothing is asked twice to make it fit."""
    asked(house, ana, fran)
    if answer.isdecimal():
        ana.presses(answer)
    else:
        ana.says(answer)
    ana.hears("nurse", "9 1 1")
    assert reasons(nora) == ["health_answer"]


def test_a_key_that_says_she_is_not_well_is_seen_on_the_list_and_its_page(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    """P1: an answer without words hides nobody: the list that holds it can be drawn."""
    asked(house, ana, fran)
    ana.presses("2")
    ana.hears("nurse", "9 1 1")
    (item,) = nora.sees()
    nurse = signed_in(house, "Nina", "nurse")
    assert "Ana López" in (page := words_of(nurse.opens("/desk/nurses")))
    assert "A key was pressed" in page
    assert "A key was pressed" in words_of(nurse.opens(f"/desk/items/{item.id}"))


def test_a_hello_is_no_answer_and_a_symptom_needs_no_birth_date(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    seen(house, ana, fran)
    house.passes(hours=24)
    ana.answers()
    for hello in ("hello?", "yes, who is this?"):
        ana.says(hello)
        ana.hears("We have a message for one of the people we look after")
    assert reasons(nora) == []
    ana.says("the cut is bleeding")
    ana.hears("9 1 1")
    assert len(nora.sees()) == 1


def test_who_is_not_reached_is_asked_by_text_at_once(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    ana.lets("no-answer")
    seen(house, ana, fran)
    house.passes(hours=25)
    ana.reads(ASKS)
    ana.texts("no")
    ana.reads("911")
    assert reasons(nora) == ["health_answer"]


def test_who_hangs_up_on_the_question_is_asked_once_more_and_then_a_nurse_has_it(
    house: House, ana: Person, fran: Colleague, nora: Colleague
) -> None:
    asked(house, ana, fran)
    ana.hangs_up()
    house.passes(hours=24)
    ana.reads("have no answer yet", ASKS)
    house.passes(hours=21)
    assert reasons(nora) == ["health_answer"]
    assert states(house)[0] == ("completed", "hung_up")


@pytest.mark.parametrize("rings", [True, False])
def test_nobody_is_asked_while_nobody_reads_the_answer(house: House, ana: Person, *, rings: bool) -> None:
    """DESIGN 5: looked at once more as the call is dialled and as the text leaves."""
    ana.agrees_to_calls()
    with db.transaction("tests.asks") as session:
        session.execute(delete(OpenHours))
        assert opening.open_one(session, opening.Opening(
            key="tests:health", dialog="post_visit_checkin_24h", rings=rings, appointment_id=None,
            contact_point_id=contact_points.of_patient(session, ana.patient_id or 0)[0].id,
            patient=session.get_one(Patient, ana.patient_id), expires_at=clock.now() + timedelta(hours=20),
        ))  # fmt: skip
    house.tick()
    assert not ana.rings()
    ana.nothing_more()
    with db.transaction("tests.hours") as session:
        session.add_all([OpenHours(weekday=day, opens=time(8), closes=time(18)) for day in range(7)])
    house.passes(minutes=6)
    if rings:
        assert ana.rings()
    else:
        ana.reads(ASKS)
