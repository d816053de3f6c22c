"""The database is gone: the door still reads, answers, keeps the words, and takes them in once it is back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app import crash, db, sealing, settings, spool
from app.inbound import outage
from app.models.conversations import Exchange
from app.models.patients import ConsentEvent
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, Colleague, Person, phone, visit
from tests.spool.files import lying
from tests.web.browsing import signed_in


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
    assert (item.patient_id, item.rank) == (ana.patient_id, 0), "as grave as if nothing had been away"
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


def test_a_broken_spool_file_is_set_aside_and_holds_up_nobody(house: House, ana: Person, nora: Colleague) -> None:
    with database_gone(house):
        broken = ana.handset.texts("I feel dizzy")
        ana.handset.texts("I feel faint")
        ana.reads("911")
        ana.reads("911")
    assert house.settings.spool_dir is not None
    (house.settings.spool_dir / f"{broken}.sealed").write_bytes(b"k1:torn")
    assert outage.replay(house.settings.spool_dir) == 1
    assert lying(house.settings.spool_dir) == (0, 1)
    assert sorted(item.kind for item in house.rows(DeskItem)) == ["task", "words"]


def test_a_broken_spool_file_is_the_nurses_to_know_of(house: House, ana: Person, nora: Colleague) -> None:
    """P4: somebody wrote and nobody can read it; told once, however often the file is tried."""
    with database_gone(house):
        broken = ana.handset.texts("my chest hurts")
        ana.reads("911")
    assert house.settings.spool_dir is not None
    (house.settings.spool_dir / f"{broken}.sealed").write_bytes(b"k1:torn")
    for _ in range(3):
        assert outage.replay(house.settings.spool_dir) == 0
    (task,) = nora.sees("nurses")
    assert (task.key, task.reason) == (f"spool:{broken}", "spool_file_broken")
    assert (task.contact_point_id, task.patient_id) == (None, None)
    assert lying(house.settings.spool_dir) == (0, 1)
    at_desk = signed_in(house, "nell", "nurse")
    assert "kept while the record was away" in at_desk.page("/desk/nurses")
    assert "kept while the record was away" in at_desk.page(f"/desk/items/{task.id}")


def test_words_that_cannot_be_taken_in_reach_the_nurses_from_the_spool(
    house: House, ana: Person, nora: Colleague
) -> None:
    """The number's own row is beyond reading; the words and the number stand in the task."""
    with db.transaction("tests.spoil") as session:
        session.execute(text("update contact_point set number = :spoilt where id = 1"), {"spoilt": b"gone:xxxx"})
    ana.handset.texts("my chest hurts")
    ana.reads("911")
    assert house.settings.spool_dir is not None
    for _ in range(2):
        outage.replay(house.settings.spool_dir)
    (task,) = nora.sees("nurses")
    assert (task.reason, task.note) == ("spool_file_not_taken_in", f"{ANAS}: my chest hurts")


def test_a_broken_file_keeps_no_later_copy_of_the_text_out(house: House, ana: Person, nora: Colleague) -> None:
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
        first = ana.reads("911")
        assert house.settings.spool_dir is not None
        (house.settings.spool_dir / f"{sid}.sealed").write_bytes(b"k1:torn")
        for _ in range(2):
            house.carrier.redeliver(sid)
            assert ana.reads("911") == first
    assert sorted(spool.keys(house.settings.spool_dir)) == [sid, f"{sid}again"]
    assert outage.replay(house.settings.spool_dir) == 1
    assert [row.key for row in house.rows(Exchange)] == [sid]
    assert sorted(item.kind for item in nora.sees("nurses")) == ["task", "words"]


def test_two_replays_and_two_doors_at_once_lose_and_double_nothing(house: House) -> None:
    """P6: a second ticker, or a carrier that delivers twice at the same moment, is normal."""
    ana, directory = phone(house, ANAS), house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sids = [ana.handset.texts(f"hello {number}") for number in range(6)]
        with ThreadPoolExecutor(4) as doors:
            list(doors.map(lambda at: house.carrier.redeliver(sids[at % 6]), range(12)))
    assert sorted(spool.keys(directory)) == sorted(sids)
    assert not list(directory.glob("*.part"))
    with ThreadPoolExecutor(2) as tickers:
        list(tickers.map(outage.replay, [directory, directory]))
    assert list(spool.keys(directory)) == []
    assert sorted(row.key for row in house.rows(Exchange)) == sorted(sids)


@pytest.mark.parametrize("words", ["STOP", "please stop texting me", "BAJA"])
def test_a_stop_in_an_outage_is_answered_by_the_carrier_alone(house: House, ana: Person, words: str) -> None:
    """P9: no text of ours after it; the wish is kept, and counts once the database is back."""
    with database_gone(house):
        ana.handset.texts(words)
        ours = [one for one in ana.handset.reads() if "our system" in one or "911" in one]
    assert ours == []
    assert house.settings.spool_dir is not None
    assert outage.replay(house.settings.spool_dir) == 1
    assert [(event.kind, event.source) for event in house.rows(ConsentEvent)] == [("opt_out", "patient")]


def test_a_symptom_beside_the_stop_is_answered_all_the_same(house: House, ana: Person) -> None:
    with database_gone(house):
        ana.handset.texts("stop texting me, my chest hurts")
        ana.reads("911")


# --- Exactly once, whatever dies -----------------------------------------------------------------------------------


class PowerCut(BaseException):
    """Ends whatever is going on; nothing may take it for an error of its own."""


@contextmanager
def power_cut_at(point: str) -> Iterator[None]:
    """The first process that comes to this point ends there."""

    def watch(here: str) -> None:
        if here == point:
            crash.arm(None)
            raise PowerCut

    crash.arm(watch)
    with pytest.raises(PowerCut):
        yield
    crash.arm(None)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["begun", "before_commit", "committed", "done"])
def test_a_ticker_that_dies_while_it_takes_words_in_is_followed_by_one_that_ends_it(
    house: House, ana: Person, nora: Colleague, step: str
) -> None:
    """Between the commit and the end of the file, too: the row's key makes the second time nothing."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
        ana.reads("911")
    with power_cut_at(f"inbound.receive:{step}"):
        outage.replay(directory)
    assert list(spool.keys(directory)) == [sid]
    assert outage.replay(directory) == 1
    assert lying(directory) == (0, 0)
    house.work()
    ana.nothing_more()
    assert [row.key for row in house.rows(Exchange)] == [sid]
    (item,) = nora.sees("nurses")
    assert item.reason == "emergency"


def test_a_door_that_dies_while_it_keeps_words_is_followed_by_the_carriers_next_try(house: House, ana: Person) -> None:
    """The whole file that was left counts; the carrier's other copy is a repeat."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        sid = ana.handset.texts("hello")
        ana.reads("our system is slow")
        kept = directory / f"{sid}.sealed"
        kept.rename(directory / f"{sid}.sealed-7-7.part")
        house.carrier.redeliver(sid)
        ana.reads("our system is slow")
    assert outage.replay(directory) == 1
    assert (lying(directory), list(directory.iterdir())) == ((0, 0), [])
    assert [row.key for row in house.rows(Exchange)] == [sid]


def test_while_the_database_is_away_a_round_asks_for_it_once(house: House, ana: Person) -> None:
    """Each file would wait for it, and everything else the ticker does with them."""
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        for number in range(5):
            ana.handset.texts(f"hello {number}")
            ana.reads("911")
        asked: list[str] = []
        crash.arm(lambda point: asked.append(point) if point.startswith("inbound.receive") else None)
        assert outage.replay(directory) == 0
        crash.arm(None)
    assert lying(directory) == (5, 0)
    assert asked == ["inbound.receive:begun"]
    assert outage.replay(directory) == 5


def test_a_long_outage_comes_back_in_rounds(house: House, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = house.settings.spool_dir
    assert directory is not None
    with database_gone(house):
        for number in range(3):
            ana.handset.texts(f"hello {number}")
            ana.reads("911")
    monkeypatch.setattr(outage, "ROUND_SECONDS", 0.0)
    assert outage.replay(directory) == 0
    monkeypatch.undo()
    assert outage.replay(directory) == 3


def test_a_file_from_another_key_comes_in_once_that_key_is_back(house: House, ana: Person, nora: Colleague) -> None:
    """A person was told; then DATA_KEYS is mended and the processes start again."""
    directory = house.settings.spool_dir
    assert directory is not None
    ours, index = house.settings.data_keys.get_secret_value(), house.settings.index_key.get_secret_value()
    with database_gone(house):
        sealing.start("lost:" + "a5" * 32, index)
        sid = ana.handset.texts("my chest hurts")
        ana.reads("911")
    sealing.start(ours, index)
    assert outage.replay(directory) == 0
    assert lying(directory) == (0, 1)
    assert [item.reason for item in nora.sees("nurses")] == ["spool_file_broken"]
    sealing.start(f"{ours},lost:{'a5' * 32}", index)
    spool.prepare(directory)
    assert outage.replay(directory) == 1
    assert [row.key for row in house.rows(Exchange)] == [sid]
    assert sorted(item.reason for item in nora.sees("nurses")) == ["emergency", "spool_file_broken"]
    sealing.start(ours, index)


def test_a_file_whose_content_is_no_text_of_ours_comes_before_a_person(
    house: House, ana: Person, nora: Colleague
) -> None:
    """An older or newer Handrail kept it; it opens, and is not understood."""
    directory = house.settings.spool_dir
    assert directory is not None
    spool.keep(directory, "SM" + "3" * 32, {"words": "hello", "of": "another version"})
    with database_gone(house):
        ana.handset.texts("hello")
        ana.reads("911")
    assert outage.replay(directory) == 1
    assert lying(directory) == (0, 1)
    assert [item.reason for item in nora.sees("nurses")] == ["spool_file_broken"]


# --- Nowhere to keep words -----------------------------------------------------------------------------------------


def test_without_a_spool_the_door_says_503_and_the_carrier_keeps_the_words(house: House, ana: Person) -> None:
    settings.use(house.settings.model_copy(update={"spool_dir": None}))
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
    assert [attempt.status for attempt in house.carrier.attempts(sid)] == [503]
    ana.nothing_more()
    settings.use(house.settings)


def test_a_spool_that_takes_nothing_any_more_says_503_too(house: House, ana: Person) -> None:
    directory = house.settings.spool_dir
    assert directory is not None
    directory.rmdir()
    with database_gone(house):
        sid = ana.handset.texts("my chest hurts")
    assert [attempt.status for attempt in house.carrier.attempts(sid)] == [503]
    directory.mkdir()
