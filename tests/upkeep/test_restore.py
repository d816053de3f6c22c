"""A backup comes back whole, into an empty place only, and its hold with it (H64)."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app import anchors, db, settings, spool
from app.cli.main import cli
from app.inbound import outage
from app.inbound.scene import InboundText
from app.models.conversations import Exchange
from app.models.records import Entry
from app.models.staff import SignIn
from app.upkeep import backups, restorations, restoring, vault
from app.upkeep.backups import BackupRefused
from app.upkeep.dumps import DumpFailed
from app.upkeep.vault import VaultBroken
from app.watchers import auditor, heartbeats
from tests.doors.twilio import new_sid
from tests.house import CLINIC, House
from tests.people import ANAS, Colleague, Person
from tests.upkeep.practice import BACKUP_KEY, come_back, compared, flaws, with_backup_key
from tests.web.browsing import signed_in

pytestmark = pytest.mark.slow


def entries(house: House) -> set[tuple[str, int, bytes]]:
    return {(entry.stream, entry.position, entry.digest) for entry in house.rows_of(Entry)}


# --- What comes back ------------------------------------------------------------------------------------------------


def test_the_record_comes_back_as_it_was(careful: House, kept: Path, ana: Person, elsewhere: str) -> None:
    before = entries(careful)
    careful.clock.passes(minutes=5)
    ana.handset.texts("my chest hurts")
    anchors.write(careful.settings.anchor_dir)
    done = come_back(careful, kept, elsewhere)
    assert done.flaws == flaws(careful) == []
    assert {entry for entry in entries(careful) if entry[0] != "practice"} == before
    assert done.backed_up_at == careful.clock() - timedelta(minutes=5)
    assert (done.waited, done.lost) == (1, 4), "received, read, put on the desk, answered"
    aside = list(careful.settings.anchor_dir.glob("anchors-until-*.jsonl"))
    assert len(aside) == 1, "the newer anchors are kept: they tell what was lost"


def test_who_was_signed_in_is_not_any_more(careful: House, kept: Path, tmp_path: Path, elsewhere: str) -> None:
    signed_in(careful, "mia", "manager")
    two = backups.make(careful.settings, tmp_path / "two.backup")
    come_back(careful, two.path, elsewhere)
    assert [each.ended_at for each in careful.rows(SignIn)] == [careful.clock()]


def test_what_the_spool_held_is_taken_in_once(careful: House, ana: Person, tmp_path: Path, elsewhere: str) -> None:
    directory = careful.settings.spool_dir
    assert directory is not None
    text = InboundText(key=new_sid(), from_number=ANAS, to_number=CLINIC, body="hello", received_at=careful.clock())
    outage.answer(text)
    made = backups.make(careful.settings, tmp_path / "one.backup")
    spool.remove(directory, text.key)
    come_back(careful, made.path, elsewhere)
    assert list(spool.keys(directory)) == [text.key]
    outage.replay(directory)
    come_again = backups.make(careful.settings, tmp_path / "two.backup")
    assert [exchange.key for exchange in careful.rows(Exchange)] == [text.key]
    assert not [name for name in backups.names(come_again.path, BACKUP_KEY) if name.startswith("spool/")]


def test_until_it_is_compared_the_front_desk_knows_and_nothing_else_is_wrong(
    careful: House, kept: Path, fran: Colleague, tmp_path: Path, elsewhere: str
) -> None:
    """Dialogs stand still on purpose: the auditor rings nobody for that."""
    come_back(careful, backups.make(careful.settings, tmp_path / "two.backup").path, elsewhere)
    assert [item.reason for item in fran.sees("front_desk")] == ["restored_not_compared"]
    careful.clock.passes(hours=30)
    heartbeats.beat(heartbeats.SWEEPER)
    assert "silence_late" not in auditor.audit(careful.settings)


def test_a_backup_of_a_record_that_was_never_compared_holds_once_more(
    careful: House, kept: Path, tmp_path: Path, elsewhere: str
) -> None:
    with db.transaction("tests.held_before") as session:
        for statement in restoring.hold(careful.settings.database_url, careful.clock() - timedelta(hours=3)):
            session.execute(text(statement))
    come_back(careful, backups.make(careful.settings, tmp_path / "two.backup").path, elsewhere)
    with db.reading("tests.both") as session:
        assert len(restorations.standing(session)) == 2
    compared(careful)
    with db.reading("tests.none") as session:
        assert not restorations.held(session)


# --- Refusals -------------------------------------------------------------------------------------------------------


def test_it_never_goes_where_something_is(careful: House, kept: Path) -> None:
    before = entries(careful)
    with pytest.raises(BackupRefused, match="There is something where DATABASE_URL points"):
        restoring.restore(careful.settings, kept)
    assert entries(careful) == before
    assert list(careful.settings.anchor_dir.glob("anchors-until-*")) == []


def test_it_never_goes_beside_what_an_older_file_left(careful: House, kept: Path, tmp_path: Path) -> None:
    if not careful.settings.database_url.startswith("sqlite"):
        pytest.skip("a matter of SQLite's files")
    (tmp_path / "restored.db-wal").write_bytes(b"of the database before")
    with pytest.raises(BackupRefused, match="with its -wal and -shm"):
        come_back(careful, kept, f"sqlite:///{tmp_path}/restored.db")


def test_another_kind_of_database_is_refused(careful: House, kept: Path, tmp_path: Path) -> None:
    sqlite = careful.settings.database_url.startswith("sqlite")
    other = "postgresql+psycopg://nobody@127.0.0.1:1/x" if sqlite else f"sqlite:///{tmp_path}/restored.db"
    with pytest.raises(BackupRefused, match=r"It is a backup of \w+, and DATABASE_URL names \w+"):
        come_back(careful, kept, other)


@pytest.mark.parametrize("trouble", ["another key", "cut", "changed", "not a backup"])
def test_a_backup_that_is_not_whole_changes_nothing(careful: House, kept: Path, elsewhere: str, trouble: str) -> None:
    whole = kept.read_bytes()
    if trouble == "another key":
        with_backup_key(careful, "d4" * 32)
    elif trouble == "not a backup":
        kept.write_bytes(b"SQLite format 3")
    else:
        kept.write_bytes(whole[:-40] if trouble == "cut" else whole[:-40] + b"x" + whole[-39:])
    with pytest.raises(VaultBroken):
        come_back(careful, kept, elsewhere)
    assert list(careful.settings.anchor_dir.glob("anchors-until-*")) == []
    if elsewhere.startswith("sqlite"):
        assert not Path(elsewhere.removeprefix("sqlite:///")).exists()


def test_a_backup_of_newer_code_is_refused(careful: House, elsewhere: str, tmp_path: Path) -> None:
    with db.transaction("tests.newer") as session:
        session.execute(text("update alembic_version set version_num = '9999'"))
    newer = backups.make(careful.settings, tmp_path / "newer.backup")
    with pytest.raises(BackupRefused, match="It stands at revision 9999, this Handrail knows"):
        come_back(careful, newer.path, elsewhere)


def test_a_load_that_fails_half_way_leaves_an_empty_place(
    careful: House, kept: Path, ana: Person, elsewhere: str, tmp_path: Path
) -> None:
    """Nobody ever finds the database without its hold: all of it stands there, or nothing."""
    parts = {name: b"".join(data) for name, data in vault.read(kept, BACKUP_KEY)}
    broken = tmp_path / "broken.backup"
    vault.write(broken, BACKUP_KEY, [*((name, [data]) for name, data in parts.items() if name != "database"),
                                     ("database", [parts["database"][: len(parts["database"]) // 2]])])  # fmt: skip
    careful.clock.passes(minutes=5)
    ana.handset.texts("my chest hurts")
    anchors.write(careful.settings.anchor_dir)
    with pytest.raises(DumpFailed):
        come_back(careful, broken, elsewhere)
    assert come_back(careful, kept, elsewhere).lost == 4, "the second try knows what the first put aside"
    assert flaws(careful) == []


# --- The commands ---------------------------------------------------------------------------------------------------


def test_the_commands_say_what_happened_and_what_comes_next(careful: House, kept: Path, elsewhere: str) -> None:
    db.stop()
    careful.settings = careful.settings.model_copy(update={"database_url": elsewhere, "sending": False})
    settings.use(careful.settings)
    done = CliRunner().invoke(cli, ["restore", str(kept)])
    assert done.exit_code == 0, done.output
    for part in (
        "The backup of 2026-11-23 16:00 UTC stands in the database.", "1 texts waited in it. None of them goes by",
        "Next: `handrail compare`.", "The record is whole",
    ):  # fmt: skip
        assert part in done.stdout
    doctor = CliRunner().invoke(cli, ["doctor"])
    assert "BAD   Sending: this database was restored and not compared" in doctor.stdout
    too_soon = CliRunner().invoke(cli, ["compare"])
    assert (too_soon.exit_code, "The carrier's list may not hold yet what left last" in too_soon.output) == (1, True)
    careful.clock.passes(minutes=2)
    done = CliRunner().invoke(cli, ["compare"])
    assert done.exit_code == 0, done.output
    for part in (
        "0 had left by then", "1 had not, and were withheld; 0 may have.", "SENDING=on",
    ):  # fmt: skip
        assert part in done.stdout
    again = CliRunner().invoke(cli, ["restore", str(kept)])
    assert (again.exit_code, "There is something where DATABASE_URL points" in again.output) == (1, True)
    assert CliRunner().invoke(cli, ["compare"]).exit_code == 1
