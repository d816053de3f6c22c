"""After a restore nothing goes out by itself: not once, whatever was said since the backup (H64)."""

import contextlib
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app import crash, db
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.simulator import outbound as carrier_side
from app.simulator.faults import Fault
from app.upkeep import backups, comparing, restorations, restoring
from app.upkeep.comparing import NotCompared
from escalation_desk.models import DeskItem
from tests.house import CLINIC, House
from tests.people import ANAS, ROSAS, Colleague, Person, patient, visit
from tests.sending.outbox import accepted, row, switch_sending, write
from tests.upkeep.practice import come_back, compared, flaws, reasons

pytestmark = pytest.mark.slow

SAMS = "+12025550155"


def test_until_it_is_compared_only_new_safety_texts_leave(
    careful: House, kept: Path, ana: Person, rosa: Person, elsewhere: str
) -> None:
    sent = accepted(careful)
    come_back(careful, kept, elsewhere)
    sam = patient(careful, "Sam Ortiz", SAMS)
    visit(careful, sam)
    waits = write(careful, ROSAS, "reply", "written after the restore")
    careful.tick()
    careful.passes(hours=30)
    assert accepted(careful) == sent, "no reminder, no second question, no old reply"
    (hers,) = careful.rows(Conversation)
    assert (hers.patient_id, hers.state, hers.turn) == (ana.patient_id, "live", 1), "nothing was begun or went on"
    rosa.texts("me duele el pecho")
    rosa.reads("911")
    ana.texts("1")
    ana.nothing_more()
    assert row(waits).state == "pending"
    assert "choose" in reasons(careful) or "confirm" in reasons(careful), "no dialog answers; a person does"


def test_nothing_said_since_the_backup_is_said_again(
    careful: House, kept: Path, ana: Person, rosa: Person, nora: Colleague, elsewhere: str
) -> None:
    """The whole of H64: after the backup a waiting text left, a patient was asked, one answered, one was answered by a
    nurse. Then all that is lost, and the carrier alone remembers."""
    sam = patient(careful, "Sam Ortiz", SAMS)
    backup_two = backups.make(careful.settings, kept.with_name("two.backup")).path
    careful.clock.passes(minutes=3)
    visit(careful, sam, hour=9)
    careful.tick()
    sam.reads("Reply 1")
    rosa.reads("waits in the backup")
    ana.texts("1")
    ana.reads("confirmed")
    rosa.texts("tengo tos")
    rosa.reads("911")
    nora.claims(nora.sees()[0])
    nora.replies(nora.sees()[0], "Ahora le llamo.", "form-1")
    rosa.reads("Ahora le llamo.")
    before = accepted(careful)
    careful.clock.passes(minutes=30)
    come_back(careful, backup_two, elsewhere)
    visit(careful, sam, hour=9)  # the front desk enters it once more
    done = compared(careful)
    assert (done.found, done.withheld, done.doubtful) == (1, 0, 0)
    assert done.lost == 4, "Sam's question, Ana's and Rosa's answers, Nora's words"
    assert done.fetched == 2
    for _ in range(8):
        careful.passes(hours=3)
    assert sorted(accepted(careful)) == sorted(before), "nothing left again, not even the hand-off"
    told = reasons(careful)
    assert told.count("restored_gap") == 3
    assert "hand_off" in told, "Rosa's words are the nurses' again"
    assert "fetched_late" in told, "and Ana's 1 is somebody's"
    assert "confirm_by_phone_restored" in told, "Sam was asked already: nobody texts him again"
    assert flaws(careful) == []


def test_what_had_not_left_is_withheld_and_listed(careful: House, kept: Path, rosa: Person, elsewhere: str) -> None:
    """Rosa's text waited in the backup, and the machine died before it left."""
    come_back(careful, kept, elsewhere)
    done = compared(careful)
    assert (done.found, done.withheld, done.doubtful, done.lost) == (0, 1, 0, 0)
    (waited,) = [each for each in careful.rows(Outbound) if each.body == "waits in the backup"]
    assert (waited.state, waited.reason) == ("withheld", "restored")
    (task,) = careful.rows(DeskItem, DeskItem.reason != "restored_not_compared")
    assert (task.reason, task.contact_point_id) == ("withheld_restored", waited.contact_point_id)
    careful.passes(hours=3)
    rosa.nothing_more()


def test_what_may_have_left_without_its_words_is_a_persons(
    careful: House, kept: Path, rosa: Person, elsewhere: str
) -> None:
    """The carrier keeps no words (TWILIO 4.5): something went to her, nobody knows what, and nothing is sent."""
    careful.carrier.faults.arm(Fault.LIST_REDACTED, None)
    careful.work()
    rosa.reads("waits in the backup")
    careful.clock.passes(minutes=30)
    come_back(careful, kept, elsewhere)
    before = accepted(careful)
    done = compared(careful)
    assert (done.found, done.withheld, done.doubtful) == (0, 0, 1)
    assert "unknown_whether_sent" in reasons(careful)
    careful.passes(hours=3)
    assert accepted(careful) == before


def test_a_practice_goes_on_after_it_was_compared(
    careful: House, kept: Path, ana: Person, rosa: Person, elsewhere: str
) -> None:
    come_back(careful, kept, elsewhere)
    compared(careful)
    with db.reading("tests.over") as session:
        assert not restorations.held(session)
    write(careful, ROSAS, "reply", "new words")
    careful.tick()
    rosa.reads("new words")
    ana.texts("1")
    ana.reads("confirmed")
    assert {each.ended_as for each in careful.rows(Conversation)} == {"confirmed"}, "her question was left as it was"


def test_a_list_that_breaks_off_lets_nothing_go(careful: House, kept: Path, rosa: Person, elsewhere: str) -> None:
    careful.work()
    rosa.reads("waits in the backup")
    careful.clock.passes(minutes=30)
    come_back(careful, kept, elsewhere)
    careful.carrier.faults.arm(Fault.LIST_BROKEN, None)
    with pytest.raises(NotCompared, match="cannot be read to its end"):
        compared(careful)
    with db.reading("tests.still_held") as session:
        assert restorations.held(session)
        assert session.scalar(select(func.count()).select_from(Outbound).where(Outbound.reason == "restored")) == 1
    careful.carrier.faults.clear()
    assert compared(careful).found == 1


def test_comparing_twice_or_without_a_restore_does_nothing(careful: House, kept: Path, elsewhere: str) -> None:
    with pytest.raises(NotCompared, match="was not restored"):
        compared(careful)
    come_back(careful, kept, elsewhere)
    compared(careful)
    with pytest.raises(NotCompared, match="compared already"):
        compared(careful)


# --- When it may be compared, and what then lets texts go -------------------------------------------------------------


def test_a_person_lets_texts_go_after_it_was_compared(careful: House, kept: Path, rosa: Person, elsewhere: str) -> None:
    """Compared with SENDING=on, texts would leave before anybody has read what was found."""
    come_back(careful, kept, elsewhere)
    waits = write(careful, ROSAS, "reply", "written after the restore")
    careful.clock.passes(minutes=2)
    with pytest.raises(NotCompared, match="SENDING is on"):
        comparing.compare(careful.gateway, careful.settings)
    switch_sending(careful, on=False)
    comparing.compare(careful.gateway, careful.settings)
    careful.tick()
    assert row(waits).state == "pending"
    switch_sending(careful, on=True)
    careful.tick()
    rosa.reads("written after the restore")


def test_it_waits_until_the_list_has_caught_up(careful: House, kept: Path, elsewhere: str) -> None:
    """What left in the last moment is not in the carrier's list yet."""
    come_back(careful, kept, elsewhere)
    switch_sending(careful, on=False)
    careful.clock.passes(seconds=119)
    with pytest.raises(NotCompared, match="Run this again after"):
        comparing.compare(careful.gateway, careful.settings)
    careful.clock.passes(seconds=1)
    comparing.compare(careful.gateway, careful.settings)


# --- What the list shows ----------------------------------------------------------------------------------------------


def sent_since(house: House, to: str, body: str) -> str:
    """A text that the practice sent and has no memory of; its id at the carrier."""
    return carrier_side.accept(house.carrier.books, to=to, sender=CLINIC, body=body).sid


def test_what_still_waits_at_the_carrier_is_known(careful: House, kept: Path, ana: Person, elsewhere: str) -> None:
    """It has no date to be asked by yet (TWILIO 6.2)."""
    careful.clock.passes(minutes=30)
    sid = sent_since(careful, ANAS, "Reply 1")
    come_back(careful, kept, elsewhere)
    assert compared(careful).lost == 1
    (lost,) = careful.rows(Outbound, Outbound.carrier_id == sid)
    assert (lost.state, lost.body, lost.text_name) == ("accepted", "Reply 1", "found")
    careful.work()
    ana.reads("Reply 1")


def test_what_did_not_arrive_is_written_down_so(careful: House, kept: Path, ana: Person, elsewhere: str) -> None:
    careful.clock.passes(minutes=30)
    careful.carrier.faults.arm(Fault.UNREACHABLE)
    sid = sent_since(careful, ANAS, "We are closed on Friday.")
    careful.carrier.pump()
    come_back(careful, kept, elsewhere)
    compared(careful)
    (lost,) = careful.rows(Outbound, Outbound.carrier_id == sid)
    assert (lost.state, lost.error_code) == ("failed", "30003")
    ana.nothing_more()


def test_texts_to_a_number_that_is_nobodys_are_told_of(careful: House, kept: Path, elsewhere: str) -> None:
    """A patient was added after the backup and texted, and the carrier shows no whole number any more."""
    careful.clock.passes(minutes=30)
    careful.carrier.faults.arm(Fault.LIST_REDACTED)
    sent_since(careful, "+13125550177", "Reply 1")
    careful.carrier.pump()
    come_back(careful, kept, elsewhere)
    assert compared(careful).lost == 1
    (task,) = careful.rows(DeskItem, DeskItem.reason == "restored_texts_of_nobody")
    assert task.note is not None
    assert task.note.startswith("+1312555")


def test_what_was_in_doubt_before_the_backup_is_found(
    careful: House, kept: Path, rosa: Person, tmp_path: Path, elsewhere: str
) -> None:
    careful.carrier.faults.arm(Fault.ERROR_AFTER_ACCEPT)
    careful.carrier.faults.arm(Fault.REPORTS_LOST)
    careful.work()
    (doubtful,) = careful.rows(Outbound, Outbound.state == "unknown")
    two = backups.make(careful.settings, tmp_path / "two.backup").path
    careful.clock.passes(minutes=30)
    come_back(careful, two, elsewhere)
    done = compared(careful)
    assert (done.found, done.lost, row(doubtful.id).state) == (1, 0, "delivered")
    rosa.reads("waits in the backup")


def test_each_restore_gives_a_number_to_people_anew(careful: House, kept: Path, ana: Person, elsewhere: str) -> None:
    """The task of the restore before was closed long ago."""
    come_back(careful, kept, elsewhere)
    sent_since(careful, ANAS, "asked since")
    compared(careful)
    with db.transaction("tests.restored_again") as session:
        for statement in restoring.hold(elsewhere, careful.clock()):
            session.execute(text(statement))
    sent_since(careful, ANAS, "asked once more")
    compared(careful)
    assert reasons(careful).count("restored_gap") == 2
    for body in ("asked since", "asked once more"):
        ana.reads(body)


# --- Cut off ----------------------------------------------------------------------------------------------------------


MAY_DIE_AT = {
    "gateway.list_page", "waited.found", "waited.doubt", "waited.withhold", "receipts.take", "comparing.lost",
    "comparing.nobodys", "comparing.number", "comparing.end",
}  # fmt: skip


class Death(BaseException):
    """The power is gone."""


class Watcher:
    """Lets whoever compares die at the first point that nobody died at before."""

    def __init__(self) -> None:
        self.died_at: set[str] = set()

    def __call__(self, point: str) -> None:
        if point.startswith(("comparing.", "waited.", "receipts.", "gateway.list_page")) and point not in self.died_at:
            self.died_at.add(point)
            raise Death


def over() -> bool:
    with db.reading("tests.hold") as session:
        return not restorations.held(session)


def test_cut_off_wherever_it_is_begun_again_and_comes_to_the_same(
    careful: House, kept: Path, ana: Person, rosa: Person, elsewhere: str
) -> None:
    write(careful, "+14155550123", "reply", "never left")
    write(careful, ANAS, "reply", "left without its words")
    backup = backups.make(careful.settings, kept.with_name("two.backup")).path
    careful.clock.passes(minutes=30)
    sent_since(careful, ROSAS, "waits in the backup")
    sent_since(careful, ROSAS, "asked since")
    careful.carrier.pump()
    careful.carrier.faults.arm(Fault.LIST_REDACTED)
    sent_since(careful, "+13125550177", "to a patient of yesterday")
    careful.carrier.faults.arm(Fault.LIST_REDACTED)
    sent_since(careful, ANAS, "left without its words")
    careful.carrier.pump()
    before = accepted(careful)
    come_back(careful, backup, elsewhere)
    careful.clock.passes(minutes=2)
    switch_sending(careful, on=False)
    watcher = Watcher()
    crash.arm(watcher)
    try:
        while not over():
            with contextlib.suppress(Death):
                comparing.compare(careful.gateway, careful.settings)
    finally:
        crash.arm(None)
    assert {point.partition(":")[0] for point in watcher.died_at} == MAY_DIE_AT
    switch_sending(careful, on=True)
    for _ in range(4):
        careful.passes(hours=3)
    assert accepted(careful) == before
    assert {each.body: each.state for each in careful.rows(Outbound) if each.text_name == "test"} == {
        "waits in the backup": "delivered", "never left": "withheld", "left without its words": "unknown",
    }  # fmt: skip
    assert reasons(careful) == [
        "restored_gap", "restored_gap", "restored_texts_of_nobody", "unknown_whether_sent", "withheld_restored",
    ]  # fmt: skip
    assert flaws(careful) == []
    ana.reads("left without its words")
    for body in ("waits in the backup", "asked since"):
        rosa.reads(body)
