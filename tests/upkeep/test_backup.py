"""`handrail backup`: one file with all that cannot be made again, made while texts come in; refusals in a sentence."""

import hashlib
import json
import os
import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import anchors, spool
from app.cli.main import cli
from app.upkeep import backups, dumps, vault
from app.upkeep.backups import BackupRefused
from app.upkeep.dumps import DumpFailed
from tests.doors.twilio import new_sid, post, text_form
from tests.house import House
from tests.people import ANAS, Person
from tests.upkeep.practice import BACKUP_KEY, find_own_postgres_programs, with_backup_key


@pytest.fixture
def kept(house: House, ana: Person, monkeypatch: pytest.MonkeyPatch) -> House:
    """A practice with a text in its record and one in its spool, and all a backup needs."""
    find_own_postgres_programs(monkeypatch)
    with_backup_key(house)
    ana.texts("my chest hurts")
    ana.reads("911")
    assert house.settings.spool_dir is not None
    spool.keep(house.settings.spool_dir, "SM" + "7" * 32, {"body": "kept aside"})
    return house


def parts(path: Path) -> dict[str, bytes]:
    return {name: b"".join(data) for name, data in vault.read(path, BACKUP_KEY)}


def test_it_holds_database_anchors_and_spool_and_is_shut(kept: House, tmp_path: Path) -> None:
    made = backups.make(kept.settings, tmp_path / "one.backup")
    found = parts(made.path)
    assert list(found) == ["about.json", "anchors.jsonl", f"spool/SM{'7' * 32}.sealed", "database"]
    about = json.loads(found["about.json"])
    assert (about["made_at"], about["database"]) == (kept.clock().isoformat(), dumps.kind(kept.settings.database_url))
    assert b'"number:1"' in found["anchors.jsonl"], "the record is anchored as it is backed up, whatever the hour"
    assert len(found["database"]) > 1000
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    for plain in (b"SQLite format", b"PGDMP", b"Nora", b"contact_point"):
        assert plain not in made.path.read_bytes()


def test_it_is_checksummed_as_the_usual_tool_does(kept: House, tmp_path: Path) -> None:
    made = backups.make(kept.settings, tmp_path / "one.backup")
    digest = hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert (tmp_path / "one.backup.sha256").read_text() == f"{digest}  one.backup\n"
    assert (made.digest, made.size) == (digest, made.path.stat().st_size)


def test_into_a_folder_it_takes_the_name_of_its_moment(kept: House, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = backups.make(kept.settings, folder)
    assert made.path.name == "handrail-20261123T160000Z.backup"
    with pytest.raises(BackupRefused, match="There is something at"):
        backups.make(kept.settings, folder)
    assert len(list(folder.iterdir())) == 2


def test_nothing_is_left_beside_the_database(kept: House, tmp_path: Path) -> None:
    anchors.write(kept.settings.anchor_dir)
    before = set(kept.directory.rglob("*"))
    backups.make(kept.settings, tmp_path / "away.backup")
    assert {path.name for path in set(kept.directory.rglob("*")) - before} == {"away.backup", "away.backup.sha256"}


@pytest.mark.slow
def test_while_it_is_made_texts_come_in_as_before(kept: House, tmp_path: Path) -> None:
    """Nobody waits for it, and it is the record at one moment: the proof of it finds no flaw (test_restore.py)."""
    stop, answers = threading.Event(), []

    def texts() -> None:
        while not stop.is_set():
            answers.append(post(kept, text_form("my chest hurts", MessageSid=new_sid(), From=ANAS)).status)

    texting = threading.Thread(target=texts)
    texting.start()
    try:
        made = [backups.make(kept.settings, tmp_path / "first.backup")]
        while len(answers) < 8:
            made.append(backups.make(kept.settings, tmp_path / f"{len(made)}.backup"))
    finally:
        stop.set()
        texting.join()
    assert set(answers) == {200}
    assert all(list(backups.names(each.path, BACKUP_KEY))[-1] == backups.DATABASE for each in made)


def test_the_hourly_anchor_goes_on(kept: House, tmp_path: Path) -> None:
    backups.make(kept.settings, tmp_path / "one.backup")
    assert not anchors.write_if_due(kept.settings.anchor_dir)
    kept.clock.passes(hours=1)
    assert anchors.write_if_due(kept.settings.anchor_dir)


# --- Refusals -------------------------------------------------------------------------------------------------------


def test_without_a_key_there_is_none(kept: House, tmp_path: Path) -> None:
    with_backup_key(kept, "")
    with pytest.raises(BackupRefused, match=r"BACKUP_KEY is not set\. Make one with `openssl rand -hex 32`"):
        backups.make(kept.settings, tmp_path / "one.backup")
    assert not (tmp_path / "one.backup").exists()


def test_a_pg_dump_that_is_missing_or_too_old_is_said_plainly(
    kept: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dumps.kind(kept.settings.database_url) == "sqlite":
        pytest.skip("SQLite needs no program")
    old = tmp_path / "old"
    old.mkdir()
    (old / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    (old / "pg_dump").chmod(0o755)
    monkeypatch.setattr(dumps, "ELSEWHERE", "nowhere/*")
    for path in ("", str(old)):
        monkeypatch.setenv("PATH", path)
        with pytest.raises(DumpFailed, match=r"There is no pg_dump of PostgreSQL \d+ or newer here\. Install"):
            backups.make(kept.settings, tmp_path / "one.backup")
    assert not (tmp_path / "one.backup").exists()


def test_a_pg_dump_that_fails_leaves_nothing_and_is_said(
    kept: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dumps.kind(kept.settings.database_url) == "sqlite":
        pytest.skip("SQLite needs no program")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pg_dump").write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 99" && exit\n'
        "echo half\necho 'pg_dump: error: the disk is full' >&2\nexit 1\n"
    )
    (broken / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(DumpFailed, match="pg_dump failed: pg_dump: error: the disk is full"):
        backups.make(kept.settings, tmp_path / "one.backup")
    assert [path.name for path in tmp_path.glob("*one.backup*")] == []


def test_an_empty_database_is_not_backed_up(kept: House, tmp_path: Path) -> None:
    from app import db

    db.start(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(BackupRefused, match="The database is empty"):
        backups.make(kept.settings, tmp_path / "one.backup")


def test_the_command_says_where_it_is_and_what_to_keep(
    kept: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = CliRunner().invoke(cli, ["backup", str(tmp_path / "one.backup")])
    assert done.exit_code == 0, done.output
    assert f"{tmp_path}/one.backup: " in done.output
    assert "read back whole. sha256 " in done.output
    assert "Keep BACKUP_KEY, DATA_KEYS and INDEX_KEY" in done.output
    again = CliRunner().invoke(cli, ["backup", str(tmp_path / "one.backup")])
    assert (again.exit_code, "There is something at" in again.output) == (1, True)
    nowhere = CliRunner().invoke(cli, ["backup", "/nowhere/at/all.backup"])
    assert (nowhere.exit_code, "cannot be written to" in nowhere.output) == (1, True)
    for secret in (BACKUP_KEY, "5a5a5a"):
        assert secret not in done.output
