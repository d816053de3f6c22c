"""Whoever dies at whichever point: nothing is lost, nothing doubled, nobody forgotten (P4, P5, P8, P10; H13)."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app import crash
from app.rehearsal.invariants import RULES
from tests.faults.crashes.life import HarnessFault, live
from tests.faults.crashes.plan import name_of
from tests.faults.crashes.profile import KINDS
from tests.faults.crashes.schedule import Schedule
from tests.guards.source import ROOT, calls, modules, written_out

if TYPE_CHECKING:
    from tests.servers.fixtures import Postgres

ELSEWHERE = {
    "resealing.one": "only while another process has the row: tests/upkeep/test_resealing.py",
    "replies.act": "one row, guarded by its version, and the entry that tells it: tests/desk/test_replies.py",
    "begin_text": "one task and its claim, by a key that counts once: tests/desk/test_beginning.py",
    "day_moves.failed": "one row and its task, by a key that counts once: tests/slots/test_day_moves.py",
    "welcomes.begin": "one row, and a key that is said once for ever: tests/follow_ups/test_welcome.py",
    "dumps.pg_dump": "a program of PostgreSQL's, which the command line starts: tests/upkeep/test_backup.py",
    "dumps.pg_restore": "the same",
    "activation.refused": "one row, by a key of its own, for lists that a person edited: tests/lists/test_in_force.py",
    "changes.write": "who was shown to whom, before the file is written as a whole: tests/files/test_changes.py",
    "lexicon.show": "one entry, before anything is shown at a terminal: tests/lists/test_commands.py",
    "restoring.note": "after the loading, which is all or nothing: tests/upkeep/test_restore.py",
    "offering.let_go": "one row, guarded by its state: tests/slots/test_let_go.py",
    "waitlist.undo": "one transaction, which refuses once its request waits again: tests/slots/test_mistaken.py",
    "apologies.failed": "one row whose patient cannot be named: tests/slots/test_apologies.py",
    "snow_days.failed": "one row whose patient cannot be read: tests/follow_ups/test_snow_day.py",
    "dialling.give_up": "one row whose number cannot be opened: tests/voice/test_outgoing.py",
    "calls.whisper": "her side ends and the next nurse is rung: tests/voice/test_nurse_on_line.py",
    "on_call.on_the_line": "one column, and the entry that tells it: tests/voice/test_nurse_on_line.py",
    "on_call.messages": "one column, and the entry that tells it: tests/voice/test_messages.py",
    "on_call.keep_messages": "one column, and the entry that tells it: tests/voice/test_messages.py",
    "messages.none_yet": "one row, which is looked at again: tests/voice/test_messages.py",
    "messages.in_vain": "one row and its task, by a key that counts once: tests/voice/test_messages.py",
    "sound.message": "one column, and the entry that tells it: tests/voice/test_messages.py",
    **dict.fromkeys(
        (
            "messages.reported",
            "messages.keep",
            "messages.removed",
            "recordings.of_call",
            "recordings.remove",
            "recordings.look_removed",
            "gateway.sound",
        ),
        "the ticker comes again, and nothing is there twice: tests/voice/test_messages.py",
    ),
    **dict.fromkeys(
        ("calls.quarantine", "calls.ended", "calls.connected", "calls.owed"),
        "no carrier brings a call again, and its caller is owed one: tests/voice/test_deaths.py",
    ),
    **dict.fromkeys(
        (
            "waited.found",
            "waited.doubt",
            "waited.withhold",
            "comparing.lost",
            "comparing.nobodys",
            "comparing.number",
            "comparing.end",
        ),
        "a person runs it, and again when it was cut off, at each of these: tests/upkeep/test_comparing.py",
    ),
}
"""What no journey comes by, and why."""
PAIRS = 300
"""On each database; what an hour for all proofs leaves."""
MAY_DIE_AT = ("db.transaction", "db.outside")


def proof(postgres: "Postgres", file: Path, *arguments: str) -> dict[str, Any]:
    """Run the harness in a process of its own, since whoever forks must have no threads; what it wrote down."""
    command = [sys.executable, "-m", "tests.faults", "--profile", "crashes", "--seed", "1", *arguments]
    ended = subprocess.run(
        [*command, "--postgres", postgres.url, "--json", str(file)], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode == 0, f"{ended.stdout[-8000:]}\n{ended.stderr[-4000:]}"
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["crashes"]
    assert report["violations"] == []
    return report


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_sample_of_deaths_breaks_nothing(tmp_path: Path, postgres: "Postgres") -> None:
    """A few deaths on every journey, on both databases; and every transaction and way out is on some journey."""
    report = proof(postgres, tmp_path / "faults.json", "--how-much", "sample")
    assert report["schedules"]["sqlite rehearsals"] == report["journeys"]
    assert report["faults"] > 20
    met = {name_of(point) for point in report["points"]}
    assert may_die_at() - met == set(ELSEWHERE), (
        "no journey of tests/faults/crashes/journeys comes by here: give it one"
    )
    assert "door:half_answered" in report["points"]


@pytest.mark.prove
@pytest.mark.long(minutes=30)
@pytest.mark.timeout(5400)
@pytest.mark.parametrize("database", KINDS)
def test_every_death_and_the_days_second_deaths_break_nothing(postgres: "Postgres", database: str) -> None:
    """Every point of every journey that leaves a world of its own, and of the ordered pairs some, other ones each day
    (H13: 0 violations). All points and all pairs are a night's work: `make nightly`, decision 0062."""
    day = str(datetime.now(UTC).date().toordinal())
    some = ("--how-much", "prove", "--seed", day, "--pairs", str(PAIRS), "--jobs", "1", "--database", database)
    report = proof(postgres, ROOT / f"faults.{database}.json", *some)
    assert report["schedules"][f"{database} singles"] > 1200
    assert report["schedules"][f"{database} pairs"] == PAIRS


def may_die_at() -> set[str]:
    """Every transaction and way out of the product, by the name that is written out there, and the spool. What the
    practice simulator does itself is thrown away with its folder."""
    named = {
        written_out(call.args[0], each.name) for each in modules() for name, call in calls(each.tree)
        if name in MAY_DIE_AT and not each.name.startswith("app.rehearsal.")
    }  # fmt: skip
    assert len(named) > 40
    return named | {"spool.keep"}


def passes_three_points() -> str:
    for _ in range(3):
        crash.point("somewhere", "there")
    return "all is well"


def test_a_life_shows_the_points_it_came_by(tmp_path: Path) -> None:
    life = live(passes_three_points, None, tmp_path / "log")
    assert (life.died, life.answer) == (False, "all is well")
    assert life.hits == ("somewhere:there", "somewhere:there#2", "somewhere:there#3")


@pytest.mark.parametrize("point", ["somewhere:there", "somewhere:there#3"])
def test_a_life_ends_where_it_is_told_to(tmp_path: Path, point: str) -> None:
    """At once: not even what stands in `finally` is done."""

    def act() -> None:
        try:
            passes_three_points()
        finally:
            (tmp_path / "finally").touch()

    assert live(act, point, tmp_path / "log").died
    assert not (tmp_path / "finally").exists()


def test_a_life_that_fails_is_the_harness_own_matter(tmp_path: Path) -> None:
    with pytest.raises(HarnessFault, match="ZeroDivisionError"):
        live(lambda: 1 / 0, None, tmp_path / "log")


def test_points_do_nothing_unless_they_are_armed() -> None:
    assert crash._watcher is None
    assert passes_three_points() == "all is well"


def test_a_schedule_is_written_as_it_is_read() -> None:
    text = "postgresql confirm sending.claim:committed unknowns.dead_leases:begun#2"
    assert str(Schedule.parse(text)) == text
    with pytest.raises(ValueError, match="There is no journey nowhere"):
        Schedule.parse("sqlite nowhere")


def test_every_rule_says_which_invariant_it_is() -> None:
    assert [int(name[1:]) for name in RULES] == list(range(1, 19))
    for name, rule in RULES.items():
        assert (rule.__doc__ or "").startswith(f"{name}: ")
