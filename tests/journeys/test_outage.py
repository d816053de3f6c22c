"""The database is gone: the door still reads, answers, keeps the words, and takes them in once it is back."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import db, outage, spool
from app.models.conversations import Exchange
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, visit


@contextmanager
def database_gone(house: House) -> Iterator[None]:
    """Nothing answers where the database was."""
    db.start("sqlite:////nowhere/at/all.db")
    yield
    db.start(house.settings.database_url)


def test_a_symptom_during_an_outage_gets_the_emergency_text_and_reaches_the_nurses_later(
    house: House, ana: Person, nora: Colleague
) -> None:
    """H58, P1: no outage switches the line off, and the replay texts nobody twice."""
    with database_gone(house):
        ana.handset.texts("my chest hurts")
        ana.reads("911", "Si es una emergencia")
    assert house.settings.spool_dir is not None
    house.clock.passes(minutes=3)
    assert outage.replay(house.settings.spool_dir) == 1
    assert outage.replay(house.settings.spool_dir) == 0
    house.work()
    ana.nothing_more()
    (item,) = nora.sees("nurses")
    assert item.patient_id == ana.patient_id
    assert "911" in house.rows(Exchange)[0].twiml


def test_a_repeat_during_the_outage_gets_the_same_bytes_and_is_kept_once(house: House, ana: Person) -> None:
    with database_gone(house):
        sid = ana.handset.texts("hello there")
        house.carrier.redeliver(sid)
        first = ana.reads("911")
        assert ana.reads("911") == first  # the carrier took both answers: they are the same bytes
    assert house.settings.spool_dir is not None
    assert list(spool.keys(house.settings.spool_dir)) == [sid]
    outage.replay(house.settings.spool_dir)
    assert [row.key for row in house.rows(Exchange)] == [sid]


def test_words_kept_too_long_never_act_as_a_choice(house: House, ana: Person, fran: Colleague) -> None:
    """DESIGN 2: processed within ten minutes, or a person gets it."""
    from tests.people import appointment

    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    with database_gone(house):
        ana.handset.texts("1")
        ana.reads("our system is slow")
    house.clock.passes(minutes=11)
    assert house.settings.spool_dir is not None
    outage.replay(house.settings.spool_dir)
    house.work()
    assert appointment(booked).confirmed_at is None
    assert [item.reason for item in fran.sees("front_desk")] == ["late_answer"]


def test_the_words_in_the_spool_cannot_be_read_without_the_key(house: House, ana: Person) -> None:
    with database_gone(house):
        ana.handset.texts("hello it is purple-marker here")
        ana.reads("911")
    assert house.settings.spool_dir is not None
    kept = [path.read_bytes() for path in house.settings.spool_dir.iterdir()]
    assert len(kept) == 1
    assert b"purple-marker" not in kept[0]


def test_a_broken_spool_file_stays_and_holds_up_nobody(house: House, ana: Person, nora: Colleague) -> None:
    with database_gone(house):
        broken = ana.handset.texts("I feel dizzy")
        ana.handset.texts("I feel faint")
        ana.reads("911")
        ana.reads("911")
    assert house.settings.spool_dir is not None
    (house.settings.spool_dir / f"{broken}.sealed").write_bytes(b"k1:torn")
    assert outage.replay(house.settings.spool_dir) == 1
    assert list(spool.keys(house.settings.spool_dir)) == [broken]
    assert len(house.rows(DeskItem)) == 1
