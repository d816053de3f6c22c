"""How much slower than the barest signed door is Handrail's, and how long does a patient wait?

Closed loop: floor and Handrail by turns in the same run, eight connections, a Valkey beside Handrail's door.
Open loop: 20 texts a second with carrier, worker and ticker as processes of their own, as in production.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import click

from app.demo.ports import free_port
from tests.benchmarks import practice, stage, texts
from tests.benchmarks.figures import machine, percentile
from tests.servers import valkey

CONNECTIONS = 8
RATE = 20.0
ROUNDS = 3
NOWHERE = "redis://127.0.0.1:1/0"
CARRIER = (sys.executable, "-P", "-m", "app.simulator.server")
FLOOR = "tests.benchmarks.floor:create_floor()"
DRAINS_WITHIN = 30.0
WARM_UP = 50  # texts before the clock starts, in every round
GOALS = {"ratio": ">= 0.30", "door_p50_ms": "<= 50", "door_p99_ms": "<= 300"}


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--seconds", default=8.0, show_default=True, help="Length of one closed-loop round.")
@click.option("--open-seconds", default=30.0, show_default=True, help="Length of the open loop.")
@click.option("--patients", default=4000, show_default=True, help="Patients with a live conversation.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Where to write the figures.")
def main(database: str, seconds: float, open_seconds: float, patients: int, json_path: Path | None) -> None:
    """Measure the door for inbound texts beside its floor."""
    kinds = ["sqlite", "postgresql"] if database == "both" else [database]
    found: dict[str, Any] = {"machine": machine(), "goals": GOALS}
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="handrail-benchmark-") as name:
            found[kind] = _measure(kind, Path(name), seconds, open_seconds, patients)
        _show(kind, found[kind])
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measure(kind: str, folder: Path, seconds: float, open_seconds: float, patients: int) -> dict[str, Any]:
    def fill(url: str) -> None:
        practice.seed(stage.settings_of(stage.environment(folder, url, NOWHERE, free_port())), patients)

    with stage.databases(kind, folder) as databases:
        databases.fill(fill)
        throughput = _by_turns(databases, folder, seconds, patients)
        return throughput | _open_loop(databases, folder, open_seconds, patients)


def _by_turns(databases: stage.Databases, folder: Path, seconds: float, patients: int) -> dict[str, Any]:
    """Texts a second of floor and Handrail, one round each by turns; every round begins on a fresh database."""
    floor, ours = [], []
    for _ in range(ROUNDS):
        with _door(folder, databases.empty(), FLOOR) as env:
            floor.append(_rate(folder, env, seconds, patients)[0])
        with _door(folder, databases.copy()) as env:
            rate, count = _rate(folder, env, seconds, patients)
        stage.expect_confirmations(env["DATABASE_URL"], count)
        ours.append(rate)
    ratios = [mine / theirs for mine, theirs in zip(ours, floor, strict=True)]
    return {
        "floor_per_second": [round(rate, 1) for rate in floor],
        "handrail_per_second": [round(rate, 1) for rate in ours],
        "floor_median": round(median(floor), 1),
        "handrail_median": round(median(ours), 1),
        "ratio": round(median(ratios), 3),
    }


@contextlib.contextmanager
def _door(folder: Path, database_url: str, application: str = "app:create_app()") -> Iterator[dict[str, str]]:
    """A door with its own doorbell and nobody to answer it; yields its settings."""
    with valkey.running() as doorbell:
        env = stage.environment(folder, database_url, doorbell.url, free_port())
        with stage.running(stage.door_command(env, application), env, env["PORT"]):
            yield env


def _rate(folder: Path, env: dict[str, str], seconds: float, patients: int) -> tuple[float, int]:
    """Texts a second over `seconds`, each from another patient, after a short warm-up; and how many in all."""
    _load(folder, env, range(WARM_UP), "closed", CONNECTIONS, 60)
    run = _load(folder, env, range(WARM_UP, patients), "closed", CONNECTIONS, seconds)
    return len(run["answers"]) / float(run["seconds"]), WARM_UP + len(run["answers"])


def _open_loop(databases: stage.Databases, folder: Path, seconds: float, patients: int) -> dict[str, Any]:
    """Waiting times at a steady rate; the reply is looked up in the carrier's own ledger."""
    last = min(patients, WARM_UP + int(RATE * seconds))
    with contextlib.ExitStack() as house:
        doorbell = house.enter_context(valkey.running())
        env = stage.environment(folder, databases.copy(), doorbell.url, free_port())
        house.enter_context(stage.running(CARRIER, env, env["SIM_PORT"]))
        house.enter_context(stage.running(stage.door_command(env), env, env["PORT"]))
        for name in ("worker", "ticker"):
            house.enter_context(stage.running([*stage.HANDRAIL, name], env))
        ledger = Path(env["SIM_LEDGER"])
        # until the last of the first replies is there, the worker may still be starting
        _replies(ledger, _load(folder, env, range(WARM_UP), "open", RATE, WARM_UP / RATE))
        run = _load(folder, env, range(WARM_UP, last), "open", RATE, seconds)
        replies = _replies(ledger, run)
    stage.expect_confirmations(env["DATABASE_URL"], last)
    return _waits([answer["took"] for answer in run["answers"]], replies)


def _waits(door: list[float], replies: dict[str, list[float]]) -> dict[str, Any]:
    figures: dict[str, Any] = {"texts": len(door), "replies": len(replies["delivered"])}
    for name, values in (
        ("door", door),
        ("reply_at_carrier", replies["message"]),
        ("reply_at_handset", replies["delivered"]),
    ):
        figures[f"{name}_p50_ms"] = round(percentile(values, 0.5) * 1000, 1)
        figures[f"{name}_p99_ms"] = round(percentile(values, 0.99) * 1000, 1)
    return figures


def _replies(ledger: Path, run: dict[str, Any]) -> dict[str, list[float]]:
    """Seconds from text to reply: `message` when the carrier took it, `delivered` when the handset showed it."""
    sent_at = {answer["number"]: answer["at"] for answer in run["answers"]}
    deadline = time.monotonic() + DRAINS_WITHIN
    while True:
        found = _in_ledger(ledger, sent_at)
        if len(found["delivered"]) >= len(sent_at) or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def _in_ledger(ledger: Path, sent_at: dict[str, float]) -> dict[str, list[float]]:
    whose: dict[str, str] = {}
    found: dict[str, list[float]] = {"message": [], "delivered": []}
    for line in ledger.read_text(encoding="utf-8").splitlines(keepends=True):
        entry = json.loads(line) if line.endswith("\n") else {}
        if entry.get("event") == "message" and entry["to"] in sent_at:
            whose[entry["sid"]] = entry["to"]
            found["message"].append(_since(entry, sent_at[entry["to"]]))
        elif entry.get("event") == "status" and entry["status"] == "delivered" and entry["sid"] in whose:
            found["delivered"].append(_since(entry, sent_at[whose[entry["sid"]]]))
    return found


def _since(entry: dict[str, Any], began: float) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp() - began


def _load(folder: Path, env: dict[str, str], whose: range, how: str, amount: float, seconds: float) -> dict[str, Any]:
    """Run the load client to its end. Anything but an answer of 200 ends the benchmark."""
    path = folder / "texts.jsonl"
    texts.write(path, env["PUBLIC_BASE_URL"], (texts.number(patient) for patient in whose))
    argv = [sys.executable, "-m", "tests.benchmarks.load", env["PORT"], str(path), how, str(amount), str(seconds)]
    done = subprocess.run(argv, cwd=stage.ROOT, capture_output=True, text=True, check=True)
    run: dict[str, Any] = json.loads(done.stdout)
    if run["problems"]:
        raise RuntimeError(f"{len(run['problems'])} texts were not answered: {sorted(set(run['problems']))[:5]}")
    return run


def _show(kind: str, figures: dict[str, Any]) -> None:
    click.echo(f"\n{kind}")
    for name, value in figures.items():
        click.echo(f"  {name:<24} {value!s:>28}  {GOALS.get(name, '')}")


if __name__ == "__main__":
    main()
