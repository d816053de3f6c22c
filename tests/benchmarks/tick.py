"""What a tick costs when thousands are due in one hour, and that the cost follows what is due and not the panel.

`python -m tests.benchmarks.tick --patients 50000 --database both`
"""

import cProfile
import json
import pstats
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from app import db, queue, starting
from app.models.outbox import Outbound
from app.outreach import loops, reminders
from app.settings import Settings
from escalation_desk.models import DeskItem
from tests.benchmarks import figures, panel, stage
from tests.servers import valkey

DUTIES: dict[str, Callable[[], int]] = {"visits": reminders.begin_due, "follow-ups": loops.look_due}
MOST_ROUNDS = 100


@click.command()
@click.option("--patients", multiple=True, type=int, default=(50_000,), show_default=True)
@click.option("--due", default=2_000, show_default=True, help="Of each kind, in one hour.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--rounds", default=1, show_default=True, help="Each on a fresh copy of the database.")
@click.option("--profile", is_flag=True, help="List where the time goes.")
@click.option("--json", "told", type=click.Path(path_type=Path), help="Write the figures there.")
def main(
    patients: tuple[int, ...], due: int, database: str, rounds: int, profile: bool, told: Path | None
) -> None:  # fmt: skip
    """Seed a panel, let everything that is due come due, and time the rounds of the ticker that see to it."""
    found: list[dict[str, object]] = []
    for kind in ("sqlite", "postgresql") if database == "both" else (database,):
        for many in patients:
            found += [_shown(row) for row in _measure(kind, many, due, rounds, profile=profile)]
    if told is not None:
        told.write_text(json.dumps({"machine": figures.machine(), "rows": found}, indent=1), encoding="utf-8")


def _measure(kind: str, patients: int, due: int, rounds: int, *, profile: bool) -> list[dict[str, object]]:
    with (
        tempfile.TemporaryDirectory(prefix="handrail-tick-") as name, valkey.running() as server,
        stage.databases(kind, Path(name)) as databases,
    ):  # fmt: skip

        def settings_of(url: str) -> Settings:
            return stage.settings_of(stage.environment(Path(name), url, server.url, 1))

        databases.fill(lambda url: panel.seed(settings_of(url), patients, due, server.url))
        about = {"database": kind, "patients": patients, "due": due}
        return [
            {**about, **row}
            for _ in range(rounds)
            for row in _round(settings_of(databases.copy()), server.url, due, profile=profile)
        ]  # fmt: skip


def _round(settings: Settings, redis_url: str, due: int, *, profile: bool) -> list[dict[str, object]]:
    starting.start(settings)
    queue.start(redis_url)
    found = [{"asked": asked, **_timed(duty, due, profile=profile)} for asked, duty in DUTIES.items()]
    db.stop()
    return found


def _timed(duty: Callable[[], int], due: int, *, profile: bool) -> dict[str, object]:
    """Rounds until none finds anything to do; then one more, for what a round costs with nothing due."""
    before, said = _decided(), [0]
    event.listen(Engine, "before_cursor_execute", lambda *_: said.__setitem__(0, said[0] + 1))
    seen = cProfile.Profile(time.process_time)
    began, processor = time.perf_counter(), time.process_time()
    if profile:
        seen.enable()
    for _ in range(MOST_ROUNDS):
        if duty() == 0:
            break
    seen.disable()
    took, worked, statements = time.perf_counter() - began, time.process_time() - processor, said[0]
    began = time.perf_counter()
    duty()
    idle = time.perf_counter() - began
    if profile:
        pstats.Stats(seen).sort_stats("cumulative").print_stats(90)
    if _decided() - before != due:
        raise RuntimeError(f"of {due} that were due {_decided() - before} were seen to")
    return {"seconds": round(took, 2), "processor": round(worked, 2), "statements_each": round(statements / due, 2),
            "nothing_due_ms": round(idle * 1000, 1)}  # fmt: skip


def _decided() -> int:
    """Texts that were written, and tasks: every due one is either."""
    with db.reading("benchmarks.decided") as session:
        texts = session.scalar(select(func.count()).select_from(Outbound).where(Outbound.state == "pending")) or 0
        return texts + (session.scalar(select(func.count()).select_from(DeskItem)) or 0)


def _shown(row: dict[str, object]) -> dict[str, object]:
    click.echo(json.dumps(row))
    return row


if __name__ == "__main__":
    main()
