"""The log holds ids and codes: no name, no number, no word of a patient, whatever goes wrong (H33)."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from app import clock, db
from app import log as logs
from app.log import NotAllowed, log
from app.models.conversations import Conversation
from app.simulator.faults import Fault
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import Colleague, patient, visit
from tests.sending.outbox import write

NAME, NUMBER = "Wilhelmina Quackenbush", "+12025550147"
MARKS = ("Wilhelmina", "Quackenbush", "2025550147", "202) 555-0147", "chest", "blorptastic", "Please ring us")


def test_a_whole_journey_leaves_no_mark_in_the_log(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, house: House, nora: Colleague
) -> None:
    """Every path that logs, good and bad, with names, a number and words that can be found again."""
    caplog.set_level(logging.DEBUG)
    mina = patient(house, NAME, NUMBER)
    visit(house, mina)
    house.tick()
    mina.texts("blorptastic")
    mina.texts("my chest hurts, blorptastic")
    (item,) = nora.sees("nurses")
    nora.claims(item)
    nora.replies(item, "Please ring us, Wilhelmina", "form-1")
    for fault in (Fault.TOO_MANY_REQUESTS, Fault.ERROR_BEFORE_ACCEPT, Fault.ERROR_AFTER_ACCEPT, Fault.OPTED_OUT):
        house.carrier.faults.arm(fault)
        write(house, NUMBER, "safety", f"blorptastic {fault.name}")
        house.answer_doorbell()
    post(house, text_form("blorptastic", From=NUMBER), signed="forged")
    post(house, text_form("blorptastic", From=NUMBER, MessageSid="blorptastic"))
    post(house, text_form("blorptastic", From="Quackenbush"))
    with db.transaction("tests.break_dialog") as session:
        session.execute(update(Conversation).values(dialog_version=99, state="live", silent_at=clock.now()))
    mina.handset.texts("blorptastic again")
    house.carrier.handset(NUMBER, kind="landline")
    house.passes(hours=1)
    house.answer_doorbell()
    seen = capsys.readouterr()
    # the test client's and the stand-in's own requests are not the practice's log
    records = [record.getMessage() for record in caplog.records if record.name.split(".")[0] not in ("urllib3",)]
    log = "\n".join([seen.out, seen.err, *records])
    assert "text_handed_over" in log
    assert "text_quarantined" in log
    (broken,) = [json.loads(line) for line in log.splitlines() if '"text_quarantined"' in line]
    assert re.fullmatch(r"(app|dialogs)/[a-z_/]+[.]py:[0-9]+", broken["path"]), "where it broke, for whoever mends it"
    for mark in MARKS:
        assert mark not in log
    mina.handset.reads()


# --- The list of keys ----------------------------------------------------------------------------------------------


@pytest.fixture
def production() -> Iterator[None]:
    """Logs as they are outside the tests."""
    logs.start()
    logs.be_strict(False)
    yield
    logs.be_strict()


@pytest.mark.parametrize("said", [{"body": "hurts"}, {"reason": ["hurts"]}, {"reason": {"a": 1}}, {"name": "x" * 121}])
def test_what_a_line_may_not_say_fails_here(said: dict[str, object]) -> None:
    logs.start()
    with pytest.raises(NotAllowed, match=next(iter(said))):
        log.warning("event_of_a_test", id=7, **said)


@pytest.mark.parametrize("said", [{"body": "hurts"}, {"reason": ["hurts"]}, {"name": "hurts" * 30}])
def test_what_a_line_may_not_say_is_left_out_in_production(
    capsys: pytest.CaptureFixture[str], production: None, said: dict[str, object]
) -> None:
    log.warning("event_of_a_test", id=7, **said)
    line = json.loads(capsys.readouterr().err)
    assert {name: line[name] for name in line.keys() - {"timestamp"}} == {
        "event": "event_of_a_test", "level": "warning", "id": 7,
    }  # fmt: skip


def test_a_librarys_line_says_where_and_not_what(capsys: pytest.CaptureFixture[str], production: None) -> None:
    try:
        raise ValueError("my chest hurts")
    except ValueError:
        logging.getLogger("some.library").exception("could not take %s", "my chest hurts")
    said = capsys.readouterr().err
    line = json.loads(said)
    assert (line["event"], line["name"], line["error"], line["level"]) == (
        "library", "some.library", "ValueError", "error",
    )  # fmt: skip
    assert line["path"].startswith("test_logs.py:")
    assert "chest" not in said


def test_libraries_are_heard_once_however_often_a_process_starts(
    capsys: pytest.CaptureFixture[str], production: None
) -> None:
    logs.start()
    logs.start()
    logging.getLogger("some.library").warning("hello")
    assert len(capsys.readouterr().err.splitlines()) == 1
