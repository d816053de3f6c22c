"""Every invariant can fail: a practice where all is well, spoilt in one place, breaks the rule that watches it."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from app import db, timeline
from app.db import Base
from app.models.conversations import Conversation
from app.models.outbox import Outbound
from app.models.patients import ConsentEvent
from app.rehearsal.evidence import Evidence
from app.rehearsal.invariants import violations
from app.simulator.truth import Text
from tests.house import House
from tests.people import Colleague, Person, visit

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Doctored = Callable[[Evidence], Evidence]
NOBODYS = "SM" + "f" * 32


@pytest.fixture
def practice(house: House, ana: Person, rosa: Person, nora: Colleague) -> House:
    """Ana wrote of a symptom and was answered, and wrote again; Rosa confirmed."""
    for who in (ana, rosa):
        visit(house, who)
    house.tick()
    house.clock.passes(seconds=30)
    ana.texts("my chest hurts")
    (item,) = nora.sees()
    nora.claims(item)
    nora.reads_all(item)
    nora.replies(item, "Please call us.", "a-form-of-the-tests")
    nora.closes(item, "answered_by_text")
    ana.texts("it still hurts")
    rosa.texts("1")
    house.clock.passes(minutes=1)
    house.tick()
    ana.unread, rosa.unread = [], []
    for who in (ana, rosa):
        who.handset.reads()
    return house


def evidence(house: House, session: Session) -> Evidence:
    return Evidence(
        session, house.carrier.truth(), house.clock.at, house.settings.spool_dir, house.settings.anchor_dir,
        marks=("chest hurts",), places={"a log": b"text_handed_over"},
    )  # fmt: skip


def broken(house: House, doctored: Doctored = lambda found: found) -> set[str]:
    """Which invariants do not hold."""
    with db.reading("tests.evidence") as session:
        return _names(violations(doctored(evidence(house, session))))


def _names(sentences: Iterable[str]) -> set[str]:
    return {sentence.partition(":")[0] for sentence in sentences}


def test_where_all_is_well_nothing_is_broken(practice: House) -> None:
    with db.reading("tests.evidence") as session:
        assert violations(evidence(practice, session)) == []


IN_THE_TABLES = [
    ("I1", "update exchange set key = 'SM00' where id = 1"),
    ("I2", "delete from desk_item_words where exchange_id = 1"),
    ("I2", "update desk_item set list = 'front_desk'"),
    ("I2", "update exchange set outcome = null where id = 2"),
    ("I3", "update outbox set state = 'withheld' where id = 1"),
    ("I3", "update outbox set state = 'failed', reason = 'refused' where id = 1"),
    ("I3", "update outbox set token = 'another-token-of-nobody' where id = 1"),
    ("I3", "update outbox set state = 'unknown', claimed_at = '2026-11-23 10:00:00' where id = 1"),
    ("I6", "update stream set length = length + 1 where name = 'number:1'"),
    ("I7", "update desk_item set next_step_at = null"),
    ("I7", "update desk_item set hushed_at = null"),
    ("I8", "update desk_item set state = 'claimed', owner_id = null"),
    ("I8", "update desk_item set state = 'closed', closed_at = opened_at, disposition = 'advised_by_phone'"),
    ("I11", "update conversation set silent_at = null where state = 'live'"),
    ("I12", "update outbox set patient_id = 2 where conversation_id = 1"),
    ("I13", "update outbox set state = 'pending', not_before = '2026-11-23 10:00:00' where id = 1"),
    ("I13", "update outbox set state = 'sending', lease_until = '2026-11-23 10:00:00' where id = 1"),
    ("I14", "update outbox set state = 'accepted' where state = 'delivered'"),
    ("I15", "update appointment set version = version + 1"),
    ("I15", "update desk_item set kind = 'task', key = 'nobody raised this'"),
]


class Undone(Exception):
    """Takes back what was spoilt: building the practice anew for each lie would take ten times as long."""


def test_every_table_that_lies_is_found(practice: House) -> None:
    for name, statement in IN_THE_TABLES:
        with suppress(Undone), db.transaction("tests.spoil") as session:
            session.execute(text(statement))
            assert name in _names(violations(evidence(practice, session))), statement
            raise Undone
    assert broken(practice) == set()


def test_an_opt_out_that_stands_in_the_record_alone_is_found(practice: House) -> None:
    with db.transaction("tests.spoil") as session:
        timeline.append(session, "number:1", "opt_out", "patient", source="patient")
    assert "I6" in broken(practice)


def test_a_lost_and_a_doubled_text_are_found(practice: House) -> None:
    assert "I3" in broken(practice, lambda found: replace(
        found, truth=replace(found.truth, accepted=[*found.truth.accepted, *found.truth.accepted])))  # fmt: skip
    assert "I3" in broken(practice, lambda found: replace(found, truth=replace(found.truth, accepted=[])))
    assert "I1" in broken(practice, lambda found: replace(found, truth=replace(found.truth, inbound=[])))


def test_other_words_and_another_number_are_found(practice: House) -> None:
    def first(found: Evidence, change: Callable[[Text], Text]) -> Evidence:
        one, *others = found.truth.accepted
        return replace(found, truth=replace(found.truth, accepted=[change(one), *others]))

    assert "I3" in broken(practice, lambda found: first(found, lambda one: replace(one, body="other words")))
    assert "I12" in broken(practice, lambda found: first(found, lambda one: replace(one, to="+12025550198")))


def test_a_text_after_the_opt_out_is_found(practice: House) -> None:
    with db.transaction("tests.opt_out") as session:
        session.add(ConsentEvent(contact_point_id=2, kind="opt_out", source="patient",
                                 at=practice.clock.at - timedelta(hours=1)))  # fmt: skip
    assert "I5" in broken(practice)


def test_a_text_about_what_had_changed_is_found(practice: House) -> None:
    practice.clock.passes(hours=-1)
    with db.transaction("tests.moved") as session:
        timeline.append(session, "patient:1", "appointment_moved", "staff:1", appointment=1, version=7)
    practice.clock.passes(hours=1)
    assert "I9" in broken(practice)


def test_a_text_to_the_dead_is_found(practice: House) -> None:
    practice.clock.passes(hours=-1)
    with db.transaction("tests.died") as session:
        timeline.append(session, "patient:1", "deceased_recorded", "staff:1", on="2026-11-20")
    practice.clock.passes(hours=1)
    assert "I9" in broken(practice)


def test_a_text_at_night_is_found(practice: House) -> None:
    def at_night(found: Evidence) -> Evidence:
        later = [replace(one, at=one.at + timedelta(hours=12)) for one in found.truth.accepted]
        return replace(found, truth=replace(found.truth, accepted=later))

    assert "I10" in broken(practice, at_night)


@pytest.mark.parametrize(("days", "wrong"), [([0], True), ([-1], False), ([-5, -3, -1], True), ([-7, -3, -1], False)])
def test_more_questions_than_the_budget_allows_are_found(practice: House, days: list[int], *, wrong: bool) -> None:
    """Ana was asked today; other matters stand beside it on these days: one a day, three in a week (H52)."""

    def asked_too(found: Evidence) -> Evidence:
        (first,) = (row for row in found.outbox if row.message_class == "outreach" and row.contact_point_id == 1)
        (text,) = found.accepted[first.token]
        begun = found.session.get_one(Conversation, first.conversation_id)
        texts = []
        for number, day in enumerate(days):
            kept = {"state": "ended", "appointment_id": None, "follow_up_id": None, "appointment_version": None}
            talk = Conversation(**(_values(begun) | kept))
            found.session.add(talk)
            found.session.flush()
            new = {"key": f"tests:{number}", "token": f"tests{number}", "carrier_id": f"tests{number}"}
            found.session.add(Outbound(**(_values(first) | new | {"conversation_id": talk.id})))
            texts.append(replace(text, at=text.at + timedelta(days=day), status_callback=f"http://x/?m=tests{number}"))
        found.session.flush()
        return replace(found, truth=replace(found.truth, accepted=[*found.truth.accepted, *texts]))

    with suppress(Undone), db.transaction("tests.asked_too") as session:
        assert ("I10" in _names(violations(asked_too(evidence(practice, session))))) is wrong
        raise Undone


def _values(row: Base) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs if each.key != "id"}


def test_a_form_that_counts_twice_is_found(practice: House) -> None:
    with db.transaction("tests.twice") as session:
        for _ in range(2):
            timeline.append(session, "number:1", "note_written", "staff:1", item=1, form="a-form")
    assert "I16" in broken(practice)


def test_a_file_that_stays_in_the_spool_is_found(practice: House) -> None:
    assert practice.settings.spool_dir is not None
    (practice.settings.spool_dir / f"{NOBODYS}.sealed").write_bytes(b"k1:whatever")
    assert "I13" in broken(practice)


def test_words_of_a_patient_in_a_log_are_found(practice: House) -> None:
    assert "I17" in broken(practice, lambda found: replace(found, places={"a log": b"my chest hurts"}))


def test_an_answer_without_a_row_is_found(practice: House) -> None:
    def answered(found: Evidence) -> Evidence:
        first = found.truth.webhooks[0]
        return replace(found, truth=replace(found.truth, webhooks=[replace(first, sid=NOBODYS)]))

    def reported(found: Evidence) -> Evidence:
        first = found.truth.callbacks[0]
        return replace(found, truth=replace(found.truth, callbacks=[replace(first, sid=NOBODYS)]))

    assert "I18" in broken(practice, answered)
    assert "I18" in broken(practice, reported)
