"""The auditor finds what should not be, mends what it can, tells a person once, and rings while it stands (I7, I13)."""

import os
import threading
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app import db, spool, ticker
from app.inbound import outage
from app.inbound.scene import InboundText
from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from app.models.records import LibraryVersion
from app.on_call import climbing
from app.watchers import auditor, heartbeats
from app.watchers.auditor import Check
from app.web.reasons import REASONS
from escalation_desk.models import DeskItem
from tests.alarm.pager import Pager
from tests.doors.twilio import new_sid
from tests.house import CLINIC, House
from tests.people import ANAS, Colleague, Person, visit
from tests.sending.outbox import row, switch_sending, write

pytestmark = pytest.mark.slow


def audit(house: House) -> list[str]:
    """One round, right after a sweep: the sweeper is not what is wrong."""
    heartbeats.beat(heartbeats.SWEEPER)
    return auditor.audit(house.settings)


def told(house: House) -> list[str]:
    """Reasons of the tasks that auditors raised."""
    return [item.reason for item in house.rows(DeskItem) if (item.key or "").startswith("audit:")]


def in_vain(house: House) -> None:
    """The desk had its time, and nobody is on call."""
    climbing.climb()
    house.passes(minutes=2)
    climbing.climb()


def asked(house: House, ana: Person) -> None:
    """Ana has a question that waits for her answer."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")


def keep_aside(house: House, body: str = "my chest hurts") -> InboundText:
    """A text that could only be spooled, three minutes ago."""
    text = InboundText(
        key=new_sid(), from_number=ANAS, to_number=CLINIC, body=body, received_at=house.clock() - timedelta(minutes=3)
    )
    outage.answer(text)
    _make_old(house)
    return text


def _make_old(house: House) -> None:
    assert house.settings.spool_dir is not None
    then = house.clock().timestamp() - 180
    for path in house.settings.spool_dir.glob("*.sealed"):
        os.utime(path, (then, then))


def break_words(body: str = "not = [toml") -> None:
    with db.transaction("tests.break_version") as session:
        newest = session.scalars(select(LibraryVersion).where(LibraryVersion.name == "confirm")).one()
        session.add(LibraryVersion(
            kind="dialog", name="confirm", version=newest.version + 1, sha256="-", body=body, reviewer="nobody",
            activated_at=newest.activated_at,
        ))  # fmt: skip


# --- What is mended is nobody's task --------------------------------------------------------------------------------


def test_a_practice_at_work_is_well(house: House, ana: Person, nora: Colleague) -> None:
    asked(house, ana)
    ana.texts("my chest hurts")
    ana.reads("911")
    (item,) = nora.sees()
    nora.claims(item)
    house.passes(minutes=20)
    assert audit(house) == []
    assert told(house) == []


def test_an_item_without_a_next_step_gets_one(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    with db.transaction("tests.lose_step") as session:
        session.execute(update(DeskItem).values(next_step_at=None))
    assert audit(house) == []
    assert [item.next_step_at for item in nora.sees()] == [house.clock()]


def test_tasks_that_nobody_took_are_brought_up_again(house: House, stranger: Person, fran: Colleague) -> None:
    stranger.texts("who is this?")
    stranger.reads()
    (task,) = fran.sees("front_desk")
    house.passes(minutes=7)
    assert audit(house) == []
    (again,) = fran.sees("front_desk")
    assert (again.step, again.opened_at) == (task.step + 1, task.opened_at), "its age never stops"
    assert again.next_step_at is not None
    assert again.next_step_at > house.clock()


def test_claims_that_nobody_gave_back_are(house: House, ana: Person, nora: Colleague) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    nora.claims(nora.sees()[0])
    house.clock.passes(minutes=32)
    assert audit(house) == []
    assert [item.state for item in nora.sees()] == ["open"]


def test_a_text_whose_sender_died_becomes_unknown(house: House, ana: Person) -> None:
    stuck = write(house, ANAS, "reply")
    with db.transaction("tests.dead_sender") as session:
        found = session.get_one(Outbound, stuck)
        found.state, found.claimed_at = "sending", house.clock()
        found.lease_until = house.clock() - timedelta(seconds=61)
    assert audit(house) == []
    assert row(stuck).state == "unknown"


def test_a_conversation_that_nothing_would_end_becomes_a_task(house: House, ana: Person) -> None:
    """H66: its own task, with the patient; not one of the auditor's."""
    asked(house, ana)
    with db.transaction("tests.lose_timer") as session:
        session.execute(update(Conversation).values(silent_at=None))
    assert audit(house) == []
    assert [conversation.state for conversation in house.rows(Conversation)] == ["ended"]
    assert [item.reason for item in house.rows(DeskItem)] == ["could_not_go_on"]


def test_a_silence_that_nobody_ended_is_ended_and_a_hush_is_left_alone(house: House, ana: Person, rosa: Person) -> None:
    asked(house, ana)
    visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1")
    rosa.texts("me duele el pecho")
    rosa.reads("911")
    with db.transaction("tests.late_timers") as session:
        session.execute(update(Conversation).values(silent_at=house.clock() - timedelta(minutes=3)))
    assert audit(house) == []
    hers, rosas = house.rows(Conversation)
    assert hers.silent_at is None or hers.silent_at > house.clock()
    assert rosas.silent_at == house.clock() - timedelta(minutes=3)


def test_words_kept_aside_are_taken_in(house: House, ana: Person) -> None:
    text = keep_aside(house)
    assert audit(house) == []
    assert [exchange.key for exchange in house.rows(Exchange)] == [text.key]


# --- What stands is told once ---------------------------------------------------------------------------------------


def test_words_that_no_nurse_takes_are_told_once_and_rung_for_until_one_does(
    house: House, ana: Person, nora: Colleague, fran: Colleague, pager: Pager
) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    climbing.climb()
    house.passes(minutes=1, seconds=59)
    climbing.climb()
    assert audit(house) == []
    in_vain(house)
    assert [audit(house), audit(house)] == [["escalation_unanswered"]] * 2
    assert [item.reason for item in fran.sees("front_desk")] == ["audit_escalation_unanswered"]
    assert pager.reasons == ["all_is_well", "something_is_wrong"]
    house.passes(minutes=14)
    audit(house)
    assert len(pager.reasons) == 2
    house.passes(minutes=1)
    audit(house)
    assert pager.reasons[2:] == ["something_is_wrong"]
    nora.claims(nora.sees()[0])
    assert audit(house) == []
    assert pager.reasons[3:] == ["all_is_well"]
    assert told(house) == ["audit_escalation_unanswered"]
    assert fran.sees("front_desk") == [], "nobody is to tell a nurse what she knows"


def test_a_ladder_that_stands_still_is_climbed_by_the_auditor(house: House, ana: Person) -> None:
    """No ticker climbs it: a minute after its time the auditor does, and nothing stands."""
    ana.texts("my chest hurts")
    ana.reads("911")
    house.passes(minutes=6, seconds=1)
    assert audit(house) == []
    (item,) = house.rows(DeskItem)
    assert (item.step, item.next_step_at) == (1, house.clock() + timedelta(minutes=2))
    assert told(house) == []


def test_a_task_that_somebody_has_taken_is_theirs_to_close(
    house: House, ana: Person, nora: Colleague, fran: Colleague
) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    in_vain(house)
    audit(house)
    (task,) = fran.sees("front_desk")
    fran.claims(task)
    nora.claims(nora.sees()[0])
    assert audit(house) == []
    assert [item.state for item in fran.sees("front_desk")] == ["claimed"]
    fran.closes(task, "done", "Nora has it")
    assert fran.sees("front_desk") == []


def test_what_stands_again_after_its_task_was_closed_is_told_again(
    house: House, ana: Person, nora: Colleague, fran: Colleague, pager: Pager
) -> None:
    ana.texts("my chest hurts")
    ana.reads("911")
    in_vain(house)
    audit(house)
    (task,) = fran.sees("front_desk")
    fran.settles(task, "done", "told Nora")
    house.passes(minutes=1)
    audit(house)
    assert told(house) == ["audit_escalation_unanswered"] * 2
    assert pager.reasons == ["something_is_wrong"] * 2


def test_a_text_that_could_not_be_processed_and_that_nobody_reads(house: House, ana: Person, nora: Colleague) -> None:
    """H61: nobody overlooks what no machine could read."""
    asked(house, ana)
    with db.transaction("tests.break_dialog_version") as session:
        session.execute(update(Conversation).values(dialog_version=99))
    ana.texts("1")
    ana.reads("nurse")
    (item,) = nora.sees()
    nora.claims(item)
    house.passes(minutes=4)
    assert audit(house) == []
    house.passes(minutes=2)
    assert audit(house) == ["quarantine_unread"]
    nora.reads_all(item)
    assert audit(house) == []
    assert [each.state for each in house.rows(DeskItem, DeskItem.reason == "audit_quarantine_unread")] == ["closed"]


def test_texts_that_nobody_sends_are_rung_for_and_told(house: House, ana: Person, pager: Pager) -> None:
    late = write(house, ANAS, "reply", "late")
    write(house, ANAS, "reply", "later", not_before=house.clock() + timedelta(hours=1))
    house.clock.passes(minutes=2, seconds=1)
    assert audit(house) == ["text_late"]
    assert pager.reasons == ["something_is_wrong"]
    house.answer_doorbell()
    assert row(late).state == "delivered"
    ana.reads("late")
    assert audit(house) == []
    assert told(house) == ["audit_text_late"]


def test_texts_that_may_not_go_are_not_late(house: House, ana: Person) -> None:
    write(house, ANAS, "reply", "not now")
    switch_sending(house, on=False)
    house.clock.passes(minutes=10)
    assert audit(house) == []
    write(house, ANAS, "safety", "this one may")
    house.clock.passes(minutes=3)
    assert audit(house) == ["text_late"]
    house.work()
    ana.reads("this one may")


def test_a_new_version_that_cannot_be_read_is_told_and_the_one_before_serves(house: House, ana: Person) -> None:
    break_words()
    assert audit(house) == ["version_unreadable"]
    assert told(house) == ["audit_version_unreadable"]
    asked(house, ana)


def test_a_sweeper_that_says_nothing(house: House) -> None:
    house.work()
    house.clock.passes(seconds=61)
    assert auditor.audit(house.settings) == ["sweeper_silent"]


def test_words_kept_aside_that_cannot_be_taken_in_are_the_nurses_matter(house: House, nora: Colleague) -> None:
    """No database takes a time without a zone, so this file stays; its words are a nurse's, and this is, too."""
    assert house.settings.spool_dir is not None
    text = InboundText(key=new_sid(), from_number=ANAS, to_number=CLINIC, body="hello", received_at=house.clock())
    spool.keep(house.settings.spool_dir, text.key, {**asdict(text), "received_at": "2026-11-23T10:00:00"})
    _make_old(house)
    assert audit(house) == ["spool_waits"]
    assert {item.reason for item in nora.sees()} == {"audit_spool_waits", "spool_file_not_taken_in"}


# --- The auditor itself ---------------------------------------------------------------------------------------------


def test_two_auditors_at_once_raise_one_task(house: House, ana: Person) -> None:
    break_words()
    heartbeats.beat(heartbeats.SWEEPER)
    ready = threading.Barrier(2)

    def one() -> None:
        ready.wait()
        auditor.audit(house.settings)

    both = [threading.Thread(target=one) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert told(house) == ["audit_version_unreadable"]


def test_a_check_that_fails_is_found_and_blinds_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_session: object) -> int:
        raise ZeroDivisionError

    some = [Check("silence_late", breaks, lambda: 1 / 0), Check("version_unreadable", lambda _: 1)]
    monkeypatch.setattr(auditor, "checks", lambda _: some)
    assert audit(house) == ["silence_late", "version_unreadable"]
    assert told(house) == ["audit_silence_late", "audit_version_unreadable"]


def test_an_alarm_that_nobody_heard_is_rung_again(house: House, pager: Pager) -> None:
    break_words()
    pager.status = 503
    audit(house)
    house.clock.passes(seconds=30)
    audit(house)
    assert pager.reasons == ["something_is_wrong"] * 2
    pager.status = 200
    for _ in range(3):
        house.clock.passes(seconds=30)
        audit(house)
    assert pager.reasons == ["something_is_wrong"] * 3


def test_all_is_well_is_said_at_its_interval_and_never_when_it_is_0(house: House, pager: Pager) -> None:
    for _ in range(21):
        audit(house)
        house.clock.passes(seconds=30)
    assert pager.reasons == ["all_is_well"] * 3
    house.settings = house.settings.model_copy(update={"heartbeat_seconds": 0})
    house.clock.passes(hours=1)
    assert audit(house) == []
    assert len(pager.reasons) == 3


def test_with_the_database_gone_nobody_says_that_all_is_well(house: House, pager: Pager) -> None:
    db.start("sqlite:////nowhere/at/all.db")
    with pytest.raises(db.DATABASE_AWAY):
        auditor.audit(house.settings)
    assert pager.reasons == []
    db.start(house.settings.database_url)


def test_every_check_has_words_and_the_ticker_makes_the_round(house: House) -> None:
    names = [check.name for check in auditor.checks(house.settings)]
    assert len(names) == len(set(names)) == 21
    assert {f"audit_{name}" for name in names} <= set(REASONS)
    (duty,) = (duty for duty in ticker.duties(house.gateway, house.settings) if duty.name == "audit")
    assert duty.every == 30
    duty.act()
