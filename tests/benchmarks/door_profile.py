"""Where the time of one routine text goes: its SQL statements one by one, and the functions it spends its time in.

`python -m tests.benchmarks.door_profile` uses a SQLite file and no server: the WSGI application is called directly.
"""

import cProfile
import json
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import click
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from app import create_app, db
from tests.benchmarks import practice, stage, texts
from tests.servers import valkey

PARTS = (
    ("signature", "app/webhooks/signature.py", "genuine"),
    ("form", "app/webhooks/form.py", "inbound_text"),
    ("classifier", "escalation_desk/classifier.py", "read"),
    ("sealing", "app/sealing.py", "seal"),
    ("unsealing", "app/sealing.py", "unseal"),
    ("blind index", "app/sealing.py", "blind_index"),
    ("timeline chain", "app/timeline.py", "_chain"),
    ("digests", "app/timeline.py", "digest"),
    ("dialog and reply", "app/talk/conversations.py", "answer"),
    ("wording the reply", "app/talk/saying.py", "words"),
    ("outbox", "app/messaging/outbox.py", "post"),
    ("doorbell", "app/queue.py", "ring_now"),
    ("all of receive", "app/inbound/receiving.py", "receive"),
    ("all of the request", "flask/app.py", "wsgi_app"),
)
"""Name, file and function of what is listed; some contain others."""


@click.command()
@click.option("--texts", "count", default=300, show_default=True)
@click.option("--functions", default=40, show_default=True, help="How many functions to list.")
def main(count: int, functions: int) -> None:
    """Send routine texts through the application and list where their time goes."""
    with tempfile.TemporaryDirectory(prefix="handrail-profile-") as name, valkey.running() as server:
        folder = Path(name)
        env = stage.environment(folder, f"sqlite:///{folder}/handrail.db", server.url, 1)
        settings = stage.settings_of(env)
        practice.seed(settings, 2 * count + 2)
        client = create_app(settings).test_client()
        lines = _lines(folder, env["PUBLIC_BASE_URL"], 2 * count + 2)
        first = _timed(lambda: _post(client, lines[0]))
        click.echo(f"first text of this process: {first:.0f} ms")
        with _statements() as said:
            _post(client, lines[1])
        _show_statements(said)
        waits = [_timed(lambda line=line: _post(client, line)) for line in lines[2 : count + 2]]  # type: ignore[misc]
        click.echo(f"\na routine text without a server: median {median(waits):.2f} ms")
        _show_profile(client, lines[count + 2 :], functions)
        db.stop()
        stage.expect_confirmations(env["DATABASE_URL"], 2 * count + 2)


def _lines(folder: Path, base_url: str, count: int) -> list[list[str]]:
    path = folder / "texts.jsonl"
    texts.write(path, base_url, (texts.number(place) for place in range(count)))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _post(client: FlaskClient, line: list[str]) -> TestResponse:
    _, _, form, signature = line
    answer = client.post(
        texts.PATH,
        data=form,
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )
    assert answer.status_code == 200, answer.status
    return answer


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


@contextmanager
def _statements() -> Iterator[list[tuple[str, float]]]:
    """Every statement sent to the database meanwhile, BEGIN and COMMIT among them, with its milliseconds."""
    said: list[tuple[str, float]] = []
    began: list[float] = []

    def before(*_: object) -> None:
        began.append(time.perf_counter())

    def after(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append((" ".join(statement.split()), (time.perf_counter() - began.pop()) * 1000))

    def committed(_connection: object) -> None:
        said.append(("COMMIT (its time stands in the profile)", 0.0))

    heard: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", before),
        ("after_cursor_execute", after),
        ("commit", committed),
    ]
    for name, listener in heard:
        event.listen(Engine, name, listener)
    yield said
    for name, listener in heard:
        event.remove(Engine, name, listener)


def _show_statements(said: list[tuple[str, float]]) -> None:
    click.echo(f"\n{len(said)} statements:")
    for place, (statement, took) in enumerate(said, 1):
        start, _, rest = statement.partition(" FROM ")
        short = statement[:100] if not rest else f"{start[:30]} … FROM {rest[:90]}"
        click.echo(f"  {place:>2}  {took:6.2f} ms  {short}")


def _show_profile(client: FlaskClient, lines: list[list[str]], functions: int) -> None:
    profile = cProfile.Profile(time.process_time)  # what others do on this machine does not count
    profile.enable()
    for line in lines:
        _post(client, line)
    profile.disable()
    stats = pstats.Stats(profile)
    click.echo("\nmilliseconds of processor a text, with all it calls (cProfile makes everything slower by about two):")
    for name, file, function in PARTS:
        taken = _cumulative(stats, file, function)
        click.echo(f"  {name:<20} {taken / len(lines) * 1000:7.3f}")
    for order in ("tottime", "cumulative"):
        stats.sort_stats(order).print_stats(functions)


def _cumulative(stats: pstats.Stats, file: str, function: str) -> float:
    found: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = stats.stats  # type: ignore[attr-defined]
    return sum(row[3] for (path, _, name), row in found.items() if path.endswith(file) and name == function)


if __name__ == "__main__":
    main()
