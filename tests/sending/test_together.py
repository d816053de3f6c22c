"""A nurse, a patient, the carrier and the ticker at the same moment: nobody waits for the other in a ring (H67)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from app import clock, db
from app.models.conversations import Conversation, Exchange
from app.watchers import sweeper
from escalation_desk import handling
from escalation_desk.models import DeskItem
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import Colleague, Person, visit


@pytest.mark.slow
def test_a_nurse_and_a_patient_write_at_once(house: House, ana: Person, nora: Colleague) -> None:
    """The nurse has the item locked and writes to the number; the patient has the number locked and writes to the
    item. Both succeed, and the patient's words go into the database, not into the spool."""
    ana.texts("my chest hurts")
    ana.reads("911")
    (item,) = nora.sees("nurses")
    nora.claims(item)
    texting = threading.Event()

    def texts() -> int:
        texting.set()
        return post(house, text_form("it hurts more, call 911?")).status

    with ThreadPoolExecutor(1) as threads:
        with db.transaction("tests.nurse") as session:
            handling.mark_read(session, item.id, nora.id, 1)
            patient = threads.submit(texts)
            texting.wait()
            threading.Event().wait(1.0)  # until the patient's text holds her number and waits for the item
            handling.reply(session, item.id, nora.id, 1, "Please call us.", "form-1", 0)
        assert patient.result() == 200
    assert len(house.rows(Exchange)) == 2
    house.passes(seconds=10)  # nobody takes it back
    assert "Lakeside Clinic: Please call us." in ana.handset.reads()


def test_one_broken_conversation_does_not_keep_the_others_waiting(
    house: House, ana: Person, rosa: Person, fran: Colleague
) -> None:
    """H61: its version is gone; it ends and a person settles it, and the silence after hers is noticed."""
    visit(house, ana, days=2, hour=9)
    visit(house, rosa, days=2, hour=9)
    house.tick()
    ana.reads("Reply 1")
    rosa.reads("Responda 1")
    with db.transaction("tests.break_one") as session:
        first = Conversation.patient_id == ana.patient_id
        session.execute(update(Conversation).where(first).values(dialog_version=99))
        session.execute(update(Conversation).values(silent_at=clock.now() + timedelta(minutes=1)))
    house.clock.passes(minutes=2)
    sweeper.end_silences()
    ends = {talk.patient_id: talk.ended_as for talk in house.rows(Conversation)}
    assert ends == {ana.patient_id: "could_not_go_on", rosa.patient_id: "unanswered"}
    assert [item.reason for item in house.rows(DeskItem)] == ["could_not_go_on"]
