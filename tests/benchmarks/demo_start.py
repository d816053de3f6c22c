"""How long from `make demo` on a fresh clone to the first answered text, and how long from a restart?

The clone has a home of its own; only the package caches (pip, uv) are the ones of whoever measures: warm.
"""

import http.client
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from app.demo.ports import LOOPBACK, answers, free_port
from tests.benchmarks.figures import machine
from tests.benchmarks.stage import ROOT

GOALS = {"first_answer_seconds": "<= 90", "restart_seconds": "<= 5"}
GIVES_UP_AFTER = 600.0
STOPS_WITHIN = 20.0
LOOKS_EVERY = 0.05
T = TypeVar("T")


@click.command()
@click.option("--text", default="1", show_default=True, help="What the patient writes.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Where to write the figures.")
def main(text: str, json_path: Path | None) -> None:
    """Time the demo on a fresh clone of the last commit."""
    found: dict[str, Any] = {"machine": machine(), "goals": GOALS}
    with tempfile.TemporaryDirectory(prefix="handrail-demo-") as name:
        clone, home = Path(name) / "handrail", Path(name) / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        port = free_port()
        with _demo(clone, home, port) as began:
            _until(lambda: answers(f"http://{LOOPBACK}:{port}/healthz"))
            found["desk_seconds"] = round(time.monotonic() - began, 1)
            _be_answered(port, text)
            found["first_answer_seconds"] = round(time.monotonic() - began, 1)
        with _demo(clone, home, port) as began:
            _until(lambda: answers(f"http://{LOOPBACK}:{port}/healthz"))
            found["restart_seconds"] = round(time.monotonic() - began, 1)
            _be_answered(port, text)
            found["restart_answer_seconds"] = round(time.monotonic() - began, 1)
    for name, value in found.items():
        if name.endswith("seconds"):
            click.echo(f"  {name:<24} {value:>8}  {GOALS.get(name, '')}")
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _demo(clone: Path, home: Path, port: int) -> Iterator[float]:
    """`make demo` while the block runs, then Ctrl-C; yields when it was started (monotonic seconds)."""
    env = {"PATH": _bare_path(), "HOME": str(home), "PORT": str(port), "LANG": "C.UTF-8", **_caches()}
    said = clone.parent / "said.txt"
    began = time.monotonic()
    with said.open("ab") as output:
        process = subprocess.Popen(
            ["make", "demo"], cwd=clone, env=env, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            yield began
        except TimeoutError as late:
            raise click.ClickException(
                f"{late} What the demo said:\n{said.read_text(errors='replace')[-4000:]}"
            ) from late
        finally:
            os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _bare_path() -> str:
    """Without our own .venv: the clone has to make its own."""
    return os.pathsep.join(part for part in os.environ["PATH"].split(os.pathsep) if ".venv" not in part)


def _caches() -> dict[str, str]:
    """The warm package caches, and whatever says where packages come from."""
    own = {"PIP_CACHE_DIR": str(Path.home() / ".cache" / "pip"), "UV_CACHE_DIR": str(Path.home() / ".cache" / "uv")}
    given = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_", "PYENV_"))}
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    configured = Path.home() / ".config" / "pip" / "pip.conf"
    return own | ({"PIP_CONFIG_FILE": str(configured)} if configured.exists() else {}) | given | proxies


def _be_answered(port: int, text: str) -> None:
    """Wait until some patient has been asked, answer from her phone, and wait for the reply on it."""
    asked = _until(lambda: _asked(port))
    handset, received = asked["id"], asked["received"]
    _call(port, "POST", "/phone/texts", {"handset": handset, "body": text})
    _until(lambda: next(one for one in _handsets(port) if one["id"] == handset)["received"] > received)


def _asked(port: int) -> dict[str, Any] | None:
    """A handset whose last text is a question of ours."""
    return next((one for one in _handsets(port) if "Reply 1 " in one["last"]), None)


def _handsets(port: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _call(port, "GET", "/phone/view").get("handsets", [])
    return found


def _call(port: int, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
    try:
        body = None if content is None else json.dumps(content)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        said = answer.read()
        result: dict[str, Any] = json.loads(said) if answer.status in (200, 201) else {}
        return result
    finally:
        connection.close()


def _until(look: Callable[[], T | None]) -> T:
    """What `look` sees once it sees something. Raises TimeoutError."""
    deadline = time.monotonic() + GIVES_UP_AFTER
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(LOOKS_EVERY)
    raise TimeoutError(f"Nothing after {GIVES_UP_AFTER:.0f} s.")


if __name__ == "__main__":
    main()
