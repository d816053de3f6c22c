"""How long does a caller wait for each sentence, while fifty others talk to the practice?

So many callers at once, each from another number: ring, choose the language, ask about the visit, enter the birth date,
confirm, hang up; between the sentences each listens for a while, as whoever listens must. Web process, database and a
Valkey as in production. Beside it, in the same run: callers who have the practice to themselves.
"""

import contextlib
import json
import secrets
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import click

from app.demo.ports import LOOPBACK, free_port
from app.simulator.signing import signature
from tests.benchmarks import practice, stage, texts
from tests.benchmarks.figures import machine, percentile
from tests.house import ACCOUNT, CLINIC, TOKEN
from tests.servers import valkey

NOWHERE = "redis://127.0.0.1:1/0"
KEYS = {"en": ("1", "1", "02031961", "1"), "es": ("2", "1", "02031961", "1")}
CONFIRMED = {"en": "confirmed", "es": "confirmada"}
ALONE = 10
"""Callers who have the practice to themselves, before the others come."""
GOALS = {"p99_ms": "<= 300"}


class Caller(NamedTuple):
    """Whose telephone it is, and what is pressed on it in turn."""

    number: str
    language: str


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--at-once", default=50, show_default=True, help="Callers who talk at the same time.")
@click.option("--calls", default=200, show_default=True, help="Calls in all.")
@click.option("--listens", default=4.0, show_default=True, help="Seconds between an answer and the next key.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Where to write the figures.")
def main(database: str, at_once: int, calls: int, listens: float, json_path: Path | None) -> None:
    """Measure the door for calls."""
    found: dict[str, Any] = {"machine": machine(), "goals": GOALS}
    for kind in ["sqlite", "postgresql"] if database == "both" else [database]:
        with tempfile.TemporaryDirectory(prefix="handrail-benchmark-") as name:
            found[kind] = _measure(kind, Path(name), at_once, calls, listens)
        click.echo(f"{kind}: {json.dumps(found[kind])}")
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measure(kind: str, folder: Path, at_once: int, calls: int, listens: float) -> dict[str, Any]:
    callers = [Caller(texts.number(place), "en" if place % 4 else "es") for place in range(ALONE + calls)]
    with _door(kind, folder, len(callers)) as address:
        alone = _talked(address, callers[:ALONE], 1, 0)
        together = _talked(address, callers[ALONE:], at_once, listens)
    figures: dict[str, Any] = {"calls": calls, "at_once": at_once, "answers": len(together)}
    for name, took in (("alone", alone), ("together", together)):
        for share in (0.5, 0.99):
            figures[f"{name}_p{share * 100:.0f}_ms"] = round(percentile(took, share) * 1000, 1)
    return figures


@contextlib.contextmanager
def _door(kind: str, folder: Path, patients: int) -> Iterator[str]:
    """The address of a practice that has just asked all of them."""
    with stage.databases(kind, folder) as databases, valkey.running() as doorbell:
        filling = stage.environment(folder, "", NOWHERE, free_port())
        databases.fill(lambda url: practice.seed(stage.settings_of({**filling, "DATABASE_URL": url}), patients))
        env = stage.environment(folder, databases.copy(), doorbell.url, free_port())
        with stage.running(stage.door_command(env), env, env["PORT"]):
            yield f"http://{LOOPBACK}:{env['PORT']}"


def _talked(address: str, callers: Sequence[Caller], at_once: int, listens: float) -> list[float]:
    """Seconds that each answer took. Raises RuntimeError if a call did not end with a visit confirmed."""
    waiting, took, odd = iter(callers), list[float](), list[str]()
    turn = threading.Lock()

    def one_after_another(late: float) -> None:
        time.sleep(late)
        while True:
            with turn:
                caller = next(waiting, None)
            if caller is None or odd:
                return
            try:
                took.extend(_one_call(address, caller, listens))
            except (OSError, RuntimeError, ET.ParseError) as problem:
                odd.append(f"{caller}: {problem!r}")

    threads = [
        threading.Thread(target=one_after_another, args=(listens * place / at_once,)) for place in range(at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if odd:
        raise RuntimeError("\n".join(odd))
    return took


def _one_call(address: str, caller: Caller, listens: float) -> list[float]:
    sid, url, took, said = "CA" + secrets.token_hex(16), f"{address}/twilio/voice", [], ""
    for digits in ("", *KEYS[caller.language]):
        if digits:
            time.sleep(listens)
        began = time.monotonic()
        answer = _post(url, _form(sid, caller.number, "in-progress" if digits else "ringing", digits))
        took.append(time.monotonic() - began)
        response = ET.fromstring(answer)  # noqa: S314  (our own answer)
        said = " ".join("".join(response.itertext()).split())
        gather = response.find("Gather")
        url = url if gather is None else _there(address, gather.get("action", ""))
    if CONFIRMED[caller.language] not in said:
        raise RuntimeError(f"ended with {said!r}")
    _post(f"{address}/twilio/status", _form(sid, caller.number, "completed", ""))
    return took


def _there(address: str, action: str) -> str:
    asked = urlsplit(action)
    return f"{address}{asked.path}?{asked.query}"


def _form(sid: str, number: str, status: str, digits: str) -> dict[str, str]:
    form = {
        "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "CallSid": sid, "CallStatus": status, "Called": CLINIC,
        "Caller": number, "Direction": "inbound", "From": number, "To": CLINIC,
    }  # fmt: skip
    return {**form, "Digits": digits} if digits else form


def _post(url: str, form: dict[str, str]) -> bytes:
    headers = {"X-Twilio-Signature": signature(TOKEN, url, form)}
    with urlopen(Request(url, urlencode(form).encode(), headers), timeout=30) as answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    main()
