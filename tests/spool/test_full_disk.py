"""The spool's disk is full or read-only: every duty goes on, a person is told, and it ends when the disk is well."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event

from app import anchors, create_app, db, sealing, settings, spool, starting, ticker
from app.inbound import outage
from app.models.conversations import Exchange
from app.spool import NoSpool
from app.ticker import Duty
from app.upkeep import disks
from app.watchers import auditor, heartbeats
from escalation_desk import items
from escalation_desk.models import DeskItem
from tests.alarm.pager import Pager
from tests.alarm.test_spooled import soon
from tests.benchmarks import stage
from tests.house import House, house_environment
from tests.journeys.test_outage import database_gone
from tests.people import ANAS, Colleague, Person
from tests.sending.outbox import row, write
from tests.spool.disk import SmallDisk, small_disk
from tests.spool.files import lying

pytestmark = pytest.mark.slow

FULL = ["audit_spool_unwritable"]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallDisk]:
    monkeypatch.setattr(disks, "LEAST_FREE", 0)
    with small_disk(tmp_path / "disk", "8m") as made:
        if made is None:
            pytest.skip("this machine lets nobody but root mount a disk")
        yield made


@pytest.fixture
def spool_there(house: House, disk: SmallDisk) -> Path:
    """The house's spool lies on the small disk."""
    directory = disk.folder / "spool"
    directory.mkdir()
    change(house, spool_dir=directory)
    return directory


def change(house: House, **changed: object) -> None:
    house.settings = house.settings.model_copy(update=changed)
    settings.use(house.settings)


def duty(house: House, name: str) -> Duty:
    (found,) = (each for each in ticker.duties(house.gateway, house.settings) if each.name == name)
    return found


def audit(house: House) -> list[str]:
    heartbeats.beat(heartbeats.SWEEPER)
    return auditor.audit(house.settings)


def told(house: House) -> list[str]:
    return [item.reason for item in house.rows(DeskItem) if (item.key or "").startswith("audit:")]


# --- A start -------------------------------------------------------------------------------------------------------


def test_no_door_opens_on_a_full_disk_and_ticker_and_worker_start_all_the_same(
    house: House, disk: SmallDisk, spool_there: Path
) -> None:
    disk.fill()
    with pytest.raises(NoSpool, match="cannot be written to: No space left on device"):
        create_app(house.settings)
    starting.start(house.settings)
    text = write(house, ANAS, "reply")
    for each in ticker.duties(house.gateway, house.settings):
        if not each.apart:
            each.act()
    assert row(text).state != "pending"


@pytest.mark.of_words
@pytest.mark.parametrize("name", ["ticker", "worker"])
def test_a_real_process_started_on_a_full_disk_sends(
    house: House, disk: SmallDisk, spool_there: Path, name: str, valkey_url: str
) -> None:
    disk.fill()
    env = house_environment(
        DATABASE_URL=house.settings.database_url, REDIS_URL=valkey_url, PUBLIC_BASE_URL=house.door.url,
        TWILIO_API_BASE_URL=house.carrier_server.url, SPOOL_DIR=str(spool_there),
        ANCHOR_DIR=str(house.directory / "anchors"),
    )  # fmt: skip
    house.clock.at -= timedelta(days=30)  # the process has the machine's own time
    with stage.running([*stage.HANDRAIL, name], env):
        text = write(house, ANAS, "safety")
        sent = soon(lambda: row(text).state != "pending", within=30)
    assert sent


# --- Who is told ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_a_person_is_told_once_and_rung_until_the_disk_is_well(
    house: House, disk: SmallDisk, spool_there: Path, fran: Colleague, pager: Pager, how: str
) -> None:
    pager.belongs_to(house)
    assert audit(house) == []
    _break(disk, how)
    assert [audit(house), audit(house)] == [["spool_unwritable"]] * 2
    assert [item.reason for item in fran.sees("front_desk")] == FULL
    house.clock.passes(minutes=15)
    audit(house)
    _mend(disk, how)
    house.clock.passes(seconds=30)
    assert audit(house) == []
    assert pager.reasons == ["all_is_well", "something_is_wrong", "something_is_wrong", "all_is_well"]
    assert told(house) == FULL
    assert fran.sees("front_desk") == [], "it closes with the fault"


def _break(disk: SmallDisk, how: str) -> None:
    return disk.fill() if how == "full" else disk.only_read()


def _mend(disk: SmallDisk, how: str) -> None:
    return disk.empty() if how == "full" else disk.only_read(yes=False)


def test_the_desk_says_so_in_words(house: House, disk: SmallDisk, spool_there: Path) -> None:
    from tests.web.browsing import signed_in

    disk.fill()
    audit(house)
    assert "no words could be kept" in signed_in(house, "finn", "front_desk").page("/desk/front-desk")


def test_a_disk_that_is_nearly_full_is_told_before_it_is(
    house: House, disk: SmallDisk, spool_there: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "LEAST_FREE", 4 * 2**20)
    assert audit(house) == []
    (disk.folder / "ballast").write_bytes(b"x" * 5 * 2**20)
    assert audit(house) == ["disk_low"]
    assert told(house) == ["audit_disk_low"]
    disk.empty()
    assert audit(house) == []


def test_a_database_without_room_takes_no_task_and_the_outside_is_rung(
    house: House, tmp_path: Path, pager: Pager, ana: Person
) -> None:
    """It never says that all is well, and it rings once in a quarter of an hour, though the record keeps nothing."""
    if not house.settings.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has a disk of its own")
    pager.belongs_to(house)
    full = tmp_path / "full.db"
    with closing(sqlite3.connect(house.settings.database_url.removeprefix("sqlite:///"))) as there:
        there.execute("VACUUM INTO ?", [str(full)])
    db.start(f"sqlite:///{full}")
    event.listen(db.engine(), "connect", lambda made, _: made.execute("PRAGMA max_page_count = 1"))  # as many as now
    with pytest.raises(db.DATABASE_AWAY, match="full"):
        _raise_tasks_for_ever()
    change(house, spool_dir=Path("/proc/nowhere"))
    for _ in range(3):
        with pytest.raises(db.DATABASE_AWAY, match="full"):
            auditor.audit(house.settings)
    house.clock.passes(minutes=15)
    with pytest.raises(db.DATABASE_AWAY, match="full"):
        auditor.audit(house.settings)
    assert pager.reasons == ["something_is_wrong"] * 2
    db.start(house.settings.database_url)


def _raise_tasks_for_ever() -> None:
    while True:
        with db.transaction("tests.tasks_for_ever") as session:
            items.raise_task(session, f"tests:{uuid4()}", "audit_disk_low", None)


# --- What is kept already ------------------------------------------------------------------------------------------


def test_words_on_a_read_only_disk_are_taken_in_once_and_their_files_go_when_it_is_well(
    house: House, disk: SmallDisk, spool_there: Path, ana: Person, nora: Colleague, pager: Pager
) -> None:
    pager.belongs_to(house)
    with database_gone(house):
        pager.status = 500
        sids = [ana.handset.texts(words) for words in ("my chest hurts", "it burns")]
        for _ in sids:
            ana.reads("911")
        assert soon(lambda: pager.heard != [] and not outage._ringing.locked())
    pager.status, pager.heard = 200, []
    (spool_there / f"SM{'7' * 32}.sealed-7-7.part").write_bytes(b"k1:torn")
    disk.only_read()
    replay, ring = duty(house, "spool").act, duty(house, "alarm").act
    for _ in range(3):
        replay()
        ring()
    assert [exchange.key for exchange in house.rows(Exchange)] == sids
    assert [item.reason for item in nora.sees()] == ["emergency"], "nobody is told that they cannot be taken in"
    assert pager.reasons == ["clinical_text_waits"]
    assert lying(spool_there) == (2, 0)
    disk.only_read(yes=False)
    replay()
    ring()
    assert lying(spool_there) == (0, 1), "what was torn is set aside, and told"
    assert not spool.alarm_wanted(spool_there)
    house.work()


def test_what_was_set_aside_has_another_try_as_soon_as_the_disk_allows(
    house: House, disk: SmallDisk, spool_there: Path, ana: Person
) -> None:
    ours, index = house.settings.data_keys.get_secret_value(), house.settings.index_key.get_secret_value()
    with database_gone(house):
        sealing.start("lost:" + "a5" * 32, index)
        sid = ana.handset.texts("hello it is me")
        ana.reads("911")
    sealing.start(ours, index)
    outage.replay(spool_there)
    sealing.start(f"{ours},lost:{'a5' * 32}", index)
    disk.fill()
    replay = duty(house, "spool").act
    replay()
    assert lying(spool_there) == (0, 1)
    disk.empty()
    replay()
    assert [exchange.key for exchange in house.rows(Exchange)] == [sid]
    assert lying(spool_there) == (0, 0)
    sealing.start(ours, index)


# --- The anchors ---------------------------------------------------------------------------------------------------


def test_a_full_disk_leaves_no_half_anchor_and_a_person_hears_that_none_was_written(
    house: House, disk: SmallDisk, ana: Person
) -> None:
    change(house, anchor_dir=disk.folder)
    ana.texts("my chest hurts")
    ana.reads("911")
    anchors.write(disk.folder)
    disk.fill()
    with pytest.raises(OSError, match="No space left"):
        _write_for_ever(disk.folder)
    with db.reading("tests.no_half_anchor") as session:
        assert list(anchors.verify(session, disk.folder)) == []
    house.clock.passes(hours=2, seconds=1)
    assert "anchors_late" in audit(house)
    assert "audit_anchors_late" in told(house)
    disk.empty()
    assert "anchors_late" not in audit(house)


def _write_for_ever(directory: Path) -> None:
    """On a full disk the last block of a file still has room."""
    while True:
        anchors.write(directory)
