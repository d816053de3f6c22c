"""Calls when something is wrong: whoever is on the line hears whom to call and is connected; no word is lost."""

import pytest
from sqlalchemy import update

from app import db, settings, spool
from app.inbound import outage
from app.models.calls import PhoneCall
from app.models.conversations import Conversation, Exchange
from app.simulator import telephony
from escalation_desk.models import DeskItem
from tests.alarm.pager import Pager
from tests.alarm.test_spooled import soon
from tests.house import House
from tests.journeys.test_outage import database_gone
from tests.people import Colleague, Person, visit

HEARD = ("Our system is not working", "call 9 1 1", "llame al 9 1 1", "We are connecting you", "Le comunicamos")


def _replayed(house: House) -> int:
    assert house.settings.spool_dir is not None
    return outage.replay(house.settings.spool_dir)


def test_with_the_database_gone_a_caller_is_connected_and_owed_a_call(
    house: House, ana: Person, fran: Colleague
) -> None:
    """DESIGN 8: the emergency sentence, then the practice; nobody answers there, and one call is owed."""
    with database_gone(house):
        ana.handset.calls()
        ana.hears(*HEARD, "A person will call you back")
    assert ana.handset.call.over
    assert _replayed(house) == 2
    assert _replayed(house) == 0
    (task,) = fran.sees("front_desk")
    assert (task.reason, task.patient_id) == ("call_in_outage", ana.patient_id)
    house.passes(minutes=30)
    assert len(house.rows(DeskItem)) == 1


def test_a_symptom_said_while_the_database_is_gone_reaches_the_nurses(
    house: House, ana: Person, nora: Colleague
) -> None:
    """P1, P4: the call began before; what she says meanwhile is kept, sealed, and texts nobody afterwards."""
    ana.calls()
    with database_gone(house):
        ana.handset.says("my purple-marker chest hurts")
        ana.hears(*HEARD)
    assert house.settings.spool_dir is not None
    assert not any(b"purple-marker" in path.read_bytes() for path in house.settings.spool_dir.iterdir())
    _replayed(house)
    house.work()
    (item,) = nora.sees("nurses")
    assert (item.patient_id, item.reason) == (ana.patient_id, "emergency")
    assert [row.settled_as for row in house.rows(PhoneCall)] == ["words"]


def test_a_repeat_in_an_outage_gets_the_same_bytes_and_is_kept_once(house: House, ana: Person) -> None:
    house.carrier.books.other_side = "completed"
    with database_gone(house):
        sid = ana.handset.calls()
        first, second = (telephony.repeat(house.carrier.books, sid) for _ in range(2))
    assert first == second
    assert b"Dial" in first
    assert house.settings.spool_dir is not None
    assert list(spool.keys(house.settings.spool_dir)) == [f"{sid}t0"]


def test_with_nowhere_to_keep_her_words_she_is_connected_and_somebody_outside_is_rung(
    house: House, ana: Person, pager: Pager
) -> None:
    settings.use(house.settings.model_copy(update={"spool_dir": None, "alarm_url": pager.url}))
    ana.calls()
    with database_gone(house):
        ana.handset.says("my chest hurts")
        ana.hears(*HEARD, "we cannot call you back")
    assert soon(lambda: pager.reasons == ["call_not_kept"])


def test_words_that_break_the_processing_reach_a_nurse_and_the_caller_a_person(
    house: House, ana: Person, nora: Colleague
) -> None:
    """H61: the version of the dialog that waits for her is gone."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.calls()
    with db.transaction("tests.break_dialog") as session:
        session.execute(update(Conversation).values(dialog_version=99))
    ana.says("something or other")
    ana.hears("Our system is not working", "A nurse will read what you said", "We are connecting you")
    (item,) = nora.sees("nurses")
    assert item.reason == "could_not_be_processed"
    assert [row.lane for row in house.rows(Exchange)][-2:] == ["clinical", "keys"]


def test_an_answer_that_the_carrier_cannot_use_connects_her(house: House, ana: Person, fran: Colleague) -> None:
    """The fallback address asks once more with an ErrorCode."""
    sid = ana.calls()
    telephony.ask(house.carrier.books, ana.handset.call, house.carrier.account.voice_url, {"ErrorCode": "12100"})
    ana.hears("Our system is not working", "We are connecting you", "A person will call you back")
    assert [row.key for row in house.rows(Exchange)] == [f"{sid}t0", f"{sid}t0x", f"{sid}t2"]
    assert [task.reason for task in fran.sees("front_desk")] == ["call_nobody"]


@pytest.mark.parametrize("at", range(4))
def test_a_caller_may_hang_up_anywhere(house: House, ana: Person, at: int) -> None:
    """Nothing is left behind without an owner, wherever she stops."""
    ana.calls()
    for keys in ("1", "", "2")[:at]:
        ana.presses(keys)
    ana.hangs_up()
    house.passes(minutes=20)
    if at < 3:
        ana.reads("we did not get to speak")
        house.passes(minutes=31)
    (task,) = house.rows(DeskItem)
    assert task.reason == ("call_owed" if at == 3 else "call_missed")
    assert [row.settled_as for row in house.rows(PhoneCall)] == ["task" if at == 3 else "text"]
