"""A machine that answers our call hears our name and number, nothing else (H27, P11)."""

import random
from xml.etree import ElementTree as ET

import pytest
from werkzeug.datastructures import MultiDict

from app import db
from app.calls import turns as calls
from app.messaging import call_book
from app.models.calls import OutgoingCall, PhoneCall
from app.webhooks.call_form import call_turn
from tests.house import ACCOUNT, CLINIC, House
from tests.journeys.test_outage import database_gone
from tests.people import Person, appointment, visit
from tests.voice.test_outgoing import rung, states

NEUTRAL = (
    "This is Lakeside Clinic. Please call us at 6 0 8, 5 5 5, 0 1 0 0.\n"
    "Le llamamos de Lakeside Clinic. Por favor, llámenos al 6 0 8, 5 5 5, 0 1 0 0.\nThe practice hung up."
)
MACHINES = ("machine_end_beep", "machine_end_silence", "machine_end_other", "machine_start", "fax", "unknown")


def test_a_machine_hears_name_and_number_and_she_reads_the_matter(house: House, ana: Person) -> None:
    """H27: the voicemail is neutral; what it is about stands in a text, to whoever may be texted."""
    ana.lets("machine_end_beep")
    ana.agrees_to_calls()
    booked = visit(house, ana)
    house.tick()
    assert ana.hears() == NEUTRAL
    ana.reads("Tuesday", "Reply 1")
    house.passes(minutes=2)
    assert states(house) == [("completed", "voicemail")]
    ana.texts("1")
    ana.reads("is confirmed")
    assert appointment(booked).confirmed_at is not None


@pytest.mark.parametrize("machine", MACHINES)
def test_no_machine_and_nothing_that_might_be_one_hears_more(house: House, ana: Person, machine: str) -> None:
    """H27, P2: over and over, with the matter by text beside."""
    ana.lets(machine)
    ana.agrees_to_calls()
    visit(house, ana)
    house.tick()
    assert ana.hears() == NEUTRAL
    ana.reads("Reply 1")
    assert [row.place for row in house.rows(PhoneCall)] == ["over"]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("many", [50, pytest.param(500, marks=pytest.mark.prove)])
def test_so_many_machines_hear_name_and_number(house: House, ana: Person, many: int) -> None:
    """P11, H27: whatever took the call, whatever the carrier calls it; only its word for a person opens more."""
    rung(house, ana)
    ours, draw = house.rows(OutgoingCall)[0], random.Random(27)  # noqa: S311  (no secret)
    words = (*MACHINES, "", "Human", "human ", "humano", "machine", "answering machine", "\u0068uman\u200b", "x" * 40)
    with db.transaction("tests.calls") as session:
        for number in range(many):
            call_book.post(session, call_book.CallDraft(
                key=f"test:{number}", contact_point_id=ours.contact_point_id, patient_id=ours.patient_id,
                conversation_id=ours.conversation_id, expires_at=ours.expires_at,
            ))  # fmt: skip
    said = set()
    for number, row in enumerate(house.rows(OutgoingCall)[1:]):
        form = {
            "AccountSid": ACCOUNT, "CallSid": f"CA{number:032x}", "From": CLINIC, "To": ana.handset.number,
            "Direction": "outbound-api", "CallStatus": "in-progress", "AnsweredBy": draw.choice(words),
        }  # fmt: skip
        said.add(calls.receive(call_turn(MultiDict(form), house.settings, "0", house.clock(), row.token)))
    (twiml,) = said
    heard = [" ".join(each.itertext()) for each in ET.fromstring(twiml)]  # noqa: S314  (our own answer)
    assert [*heard[:2], "The practice hung up."] == NEUTRAL.split("\n")
    assert heard[2:] == [""]
    ana.handset.reads()


def test_with_the_database_away_a_call_of_ours_says_name_and_number(house: House, ana: Person) -> None:
    """DESIGN 8: nobody knows what listens; the practice is not rung by a machine."""
    rung(house, ana)
    with database_gone(house):
        ana.handset.answers()
    heard = ana.hears("Please call us at 6 0 8", "llámenos al 6 0 8", "The practice hung up.")
    assert "November" not in heard
    assert "connecting" not in heard
