"""`handrail doctor` tells what is well and what is not, each in a sentence with what to do, and no secret (P11)."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text, update
from werkzeug.serving import make_server

from app import anchors, clock, db, queue, settings, spool
from app.cli.main import cli
from app.models.conversations import Conversation
from app.models.practice import Practice
from app.watchers import heartbeats
from tests.doors.twilio import new_sid
from tests.house import TOKEN, House, ObedientClock, house_settings
from tests.people import Person, visit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


class Real(ObedientClock):
    """The hour it is, more or less: the carrier's own clock tells the doctor."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))
        self.apart = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.apart


@pytest.fixture
def well(house: House) -> House:
    """A practice with nothing wrong, at the hour it really is."""
    house.clock = Real()
    clock.use(house.clock)
    change(house, alarm_url="http://127.0.0.1:1/ring")
    anchors.write_if_due(house.settings.anchor_dir)
    for name in ("sweeper", "auditor"):
        heartbeats.beat(name)
    return house


def change(house: House, **changed: Any) -> None:
    house.settings = house.settings.model_copy(update=changed)
    house.settings.__dict__.pop("auth_tokens", None)
    settings.use(house.settings)


def examined() -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["doctor"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout


def sql(statement: str, **values: object) -> None:
    with db.transaction("tests.doctor_sql") as session:
        session.execute(text(statement), values)


def test_a_practice_that_is_well(well: House, ana: Person) -> None:
    code, said = examined()
    assert code == 0, said
    assert "BAD" not in said
    for part in (
        "Settings: they are whole", "Database: ", "Keys: k1 seals.", "Redis: it answers.", "is reached, and refuses",
        "Carrier: it opens to us.", "Clock: ours goes with the carrier's.", "Spool: it can be written to and is empty.",
        "Anchors: the record is anchored hourly.", "sweeper went round 0 s ago", "Quarantine: nothing is unread in it.",
        "Sending: on; 0 texts wait.", "In force: book_follow_up v1, ", " confirm v1, ",
        "fixed texts v1, word lists", "Alarm: somebody outside",
    ):  # fmt: skip
        assert part in said
    assert ("Clock: ours goes with the database's." in said) == (db.engine().dialect.name == "postgresql")
    assert [line for line in said.splitlines() if not line.startswith("ok    ") or not line.endswith(".")] == []


def test_no_secret_and_nothing_of_a_patient_is_said(well: House, ana: Person) -> None:
    """Not even in what goes wrong: with a password in each address, and keys that do not fit."""
    ana.texts("my chest hurts")
    ana.reads("911")
    for url in ("postgresql+psycopg://handrail:pa55word@127.0.0.1:1/handrail", well.settings.database_url):
        change(well, database_url=url, redis_url="redis://:pa55word@127.0.0.1:1/0")
        _, said = examined()
        for secret in ("pa55word", TOKEN, "5a5a5a", "long enough to be one", "López", "+1202555", "chest"):
            assert secret not in said


# --- What is not well -----------------------------------------------------------------------------------------------


def _behind(_: House) -> None:
    sql("update alembic_version set version_num = '0001'")


def _ahead(_: House) -> None:
    sql("update alembic_version set version_num = '9999'")


def _empty(house: House) -> None:
    change(house, database_url=f"sqlite:///{house.directory}/empty.db")


def _gone(house: House) -> None:
    change(house, database_url="sqlite:////nowhere/at/all.db")


def _another_data_key(house: House) -> None:
    change(house, data_keys=SecretStr("k9:" + "9c" * 32))


def _another_index_key(house: House) -> None:
    change(house, index_key=SecretStr("another index key, long enough to be one"))


def _no_redis(house: House) -> None:
    change(house, redis_url="redis://127.0.0.1:1/0")


def _nowhere(house: House) -> None:
    change(house, public_base_url="http://127.0.0.1:1")


def _carrier_gone(house: House) -> None:
    change(house, twilio_api_base_url="http://127.0.0.1:1")


def _wrong_token(house: House) -> None:
    change(house, twilio_auth_token=house_settings(TWILIO_AUTH_TOKEN="a wrong one").twilio_auth_token)


def _fast_clock(house: House) -> None:
    house.clock.apart = timedelta(seconds=9)  # type: ignore[attr-defined]
    for name in ("sweeper", "auditor"):
        heartbeats.beat(name)


def _slow_clock(house: House) -> None:
    house.clock.apart = -timedelta(hours=1)  # type: ignore[attr-defined]


def _no_spool(house: House) -> None:
    change(house, spool_dir=None)


def _no_room_for_the_spool(house: House) -> None:
    (house.directory / "a file").write_text("")
    change(house, spool_dir=house.directory / "a file" / "spool")


def _spool_waits(house: House) -> None:
    assert house.settings.spool_dir is not None
    spool.keep(house.settings.spool_dir, new_sid(), {"body": "hello"})
    then = clock.now().timestamp() - 600
    for path in house.settings.spool_dir.glob("*.sealed"):
        os.utime(path, (then, then))


def _torn_in_the_spool(house: House) -> None:
    assert house.settings.spool_dir is not None
    (house.settings.spool_dir / f"{new_sid()}{spool.ASIDE}").write_bytes(b"torn")


def _old_anchors(house: House) -> None:
    house.clock.apart = timedelta(hours=3)  # type: ignore[attr-defined]


def _anchors_where_nobody_writes(house: House) -> None:
    change(house, anchor_dir=Path("/proc/sys"))


def _anchors_in_a_file(house: House) -> None:
    change(house, anchor_dir=Path("/etc/hostname"))


def _anchors_nowhere(house: House) -> None:
    change(house, anchor_dir=Path("/nowhere/at/all"))


def _never_swept(_: House) -> None:
    sql("delete from heartbeat where name = 'sweeper'")


def _silent_auditor(house: House) -> None:
    house.clock.apart = timedelta(minutes=5)  # type: ignore[attr-defined]
    heartbeats.beat("sweeper")


def _nothing_in_force(_: House) -> None:
    sql("delete from library_version")


def _unreadable(_: House) -> None:
    sql("insert into library_version (kind, name, version, sha256, body, reviewer, activated_at) "
        "values ('dialog', 'confirm', 2, '-', 'not = [toml', 'nobody', :now)", now=str(clock.now()))  # fmt: skip


TROUBLES: list[tuple[Callable[[House], None], str]] = [
    (_behind, "BAD   Database: {place} stands at revision 0001, this Handrail needs"),
    (_ahead, "BAD   Database: {place} stands at revision 9999, this Handrail knows"),
    (_empty, "is empty. Run `handrail migrate`"),
    (_gone, "BAD   Database: SQLite in /nowhere/at/all.db cannot be reached."),
    (_another_data_key, "BAD   Keys: DATA_KEYS does not open what stands in contact_point.number"),
    (_another_index_key, "BAD   Keys: INDEX_KEY is not the one this database was filled with."),
    (_no_redis, "BAD   Redis: it does not answer."),
    (_nowhere, "BAD   Webhooks: http://127.0.0.1:1 cannot be reached from here."),
    (_carrier_gone, "BAD   Carrier: it cannot be reached"),
    (_wrong_token, "BAD   Carrier: it answers 401"),
    (_fast_clock, " s ahead of the carrier's."),
    (_slow_clock, " s behind the carrier's."),
    (_no_spool, "BAD   Spool: SPOOL_DIR is not set"),
    (_no_room_for_the_spool, "BAD   Spool: SPOOL_DIR"),
    (_spool_waits, "BAD   Spool: 1 texts wait ("),
    (_torn_in_the_spool, "BAD   Spool: 1 texts cannot be opened."),
    (_old_anchors, "BAD   Anchors: the last was written 3 h ago."),
    (_anchors_where_nobody_writes, "BAD   Anchors: ANCHOR_DIR /proc/sys cannot be written to."),
    (_anchors_in_a_file, "BAD   Anchors: ANCHOR_DIR /etc/hostname cannot be written to."),
    (_anchors_nowhere, "BAD   Anchors: ANCHOR_DIR /nowhere/at/all cannot be written to."),
    (_never_swept, "BAD   Ticker: its sweeper has never gone round."),
    (_silent_auditor, "BAD   Ticker: its auditor has been silent for 5 min."),
    (_nothing_in_force, "BAD   In force: no dialog"),
    (_unreadable, "BAD   In force: a newer version cannot be read"),
]


@pytest.mark.parametrize(("trouble", "sentence"), TROUBLES, ids=lambda one: getattr(one, "__name__", ""))
def test_each_trouble_is_told_and_ends_with_1(
    well: House, ana: Person, trouble: Callable[[House], None], sentence: str
) -> None:
    sqlite = db.engine().dialect.name == "sqlite"
    parts = db.engine().url
    place = f"SQLite in {parts.database}" if sqlite else f"PostgreSQL “{parts.database}” at {parts.host}"
    trouble(well)
    code, said = examined()
    assert code == 1
    assert sentence.format(place=place) in said
    assert "Alarm: somebody outside" in said, "everything else was looked at"
    db.start(well.settings.database_url)


def test_a_clock_that_differs_from_the_databases_is_told(well: House) -> None:
    if db.engine().dialect.name == "sqlite":
        pytest.skip("a file has no clock of its own")
    _fast_clock(well)
    code, said = examined()
    assert code == 1
    assert "s ahead of the database's. Leases end" in said


def test_unread_quarantine_is_told(well: House, ana: Person) -> None:
    with db.transaction("tests.texts_at_any_hour") as session:
        session.execute(update(Practice).values(quiet_until=time(0), quiet_from=time(0)))
    visit(well, ana)
    well.tick()
    ana.reads("Reply 1")
    with db.transaction("tests.break_dialog_for_doctor") as session:
        session.execute(update(Conversation).values(dialog_version=99))
    ana.texts("1")
    ana.reads("911")
    code, said = examined()
    assert code == 1
    assert "BAD   Quarantine: 1 texts that could not be processed are unread. Tell a nurse now" in said


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sending": False}, "look  Sending: off; 0 texts wait, and only safety texts leave."),
        ({"alarm_url": ""}, "look  Alarm: ALARM_URL is not set"),
        ({"heartbeat_seconds": 0}, "look  Alarm: HEARTBEAT_SECONDS is 0"),
    ],
)
def test_what_somebody_should_know_is_no_failure(well: House, changed: dict[str, object], sentence: str) -> None:
    change(well, **changed)
    code, said = examined()
    assert (code, sentence in said) == (0, True), said


@pytest.fixture
def stranger_at_the_door() -> Iterator[Callable[[str, int, int], str]]:
    """Something else that answers at PUBLIC_BASE_URL; call it with what it says of its health and to a text."""
    servers = []

    def serve(health: str, healthy: int, unsigned: int) -> str:
        app = Flask(__name__)
        app.add_url_rule("/healthz", view_func=lambda: (health, healthy, {"Location": "/elsewhere"}))
        app.add_url_rule("/twilio/sms", "sms", lambda: ("", unsigned), methods=["POST"])
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (("hello", 200, 403), "/healthz answers 200 and not as Handrail does."),
        (("ok", 302, 403), "/healthz answers 302 and not as Handrail does."),
        (("ok", 502, 403), "/healthz answers 502 and not as Handrail does."),
        (("ok", 200, 200), "answers an unsigned text with 200 instead of 403."),
        (("ok", 200, 500), "answers an unsigned text with 500 instead of 403."),
    ],
)
def test_something_else_at_our_address_is_told(
    well: House, stranger_at_the_door: Callable[..., str], answers: tuple[str, int, int], sentence: str
) -> None:
    change(well, public_base_url=stranger_at_the_door(*answers))
    code, said = examined()
    assert code == 1
    assert sentence in said


@pytest.mark.slow
def test_with_bad_settings_it_says_which_and_ends_with_1(tmp_path: Path) -> None:
    """As a process of its own, since the command would otherwise take ours."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HANDRAIL_MODE": "live", "DATA_KEYS": "hunter2"}
    asked = [sys.executable, "-P", "-m", "app.cli", "doctor"]
    done = subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert "BAD   Settings: DATABASE_URL is not set: please set it (see .env.example)." in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_redis_is_left_as_it_was(well: House) -> None:
    examined()
    assert queue.connection().dbsize() == 0
