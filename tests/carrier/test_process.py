"""The stand-in as its own process: it starts from settings, refuses what is wrong, ends when told."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.carrier.conftest import ACCOUNT, OURS, PAGER, TOKEN
from tests.carrier.practice import Practice

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def settings(tmp_path: Path, practice: Practice, **changes: str) -> dict[str, str]:
    (tmp_path / "phones.json").write_text(json.dumps([{"number": "+15005550101", "label": "Ana"}]))
    good = {
        "HANDRAIL_MODE": "demo",
        "PUBLIC_BASE_URL": practice.url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": f"{TOKEN},the next one",
        "TWILIO_FROM": OURS,
        "PAGING_FROM": PAGER,
        "SIM_PORT": str(_free_port()),
        "SIM_LEDGER": str(tmp_path / "carrier" / "ledger.jsonl"),
        "SIM_PHONES": str(tmp_path / "phones.json"),
        "PATH": os.environ["PATH"],
    }
    return good | changes


@contextlib.contextmanager
def started(environment: dict[str, str]) -> Iterator[str]:
    """The address of a running stand-in; it must end within seconds of SIGTERM, without complaint."""
    url = f"http://127.0.0.1:{environment['SIM_PORT']}"
    process = subprocess.Popen([sys.executable, "-m", "app.simulator.server"], cwd=ROOT, env=environment)
    try:
        _await_health(url, process)
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
    finally:
        process.kill()
        process.wait()


def test_it_starts_delivers_by_itself_and_goes_on_where_it_was(tmp_path: Path, practice: Practice) -> None:
    environment = settings(tmp_path, practice)
    with started(environment) as url:
        requests.post(f"{url}/phone/texts", json={"handset": "h1", "body": "hello"}, timeout=5)
        assert [heard.form["Body"] for heard in practice.texts()] == ["hello"]
        address = f"{url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        text = {"From": OURS, "To": "+15005550101", "Body": "Hi Ana"}
        assert requests.post(address, text, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 201
        _await_thread(url, ["hello", "Hi Ana"])
    with started(environment) as url:
        _await_thread(url, ["hello", "Hi Ana"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"HANDRAIL_MODE": "live"}, "HANDRAIL_MODE=demo"),
        ({"TWILIO_ACCOUNT_SID": "AC" + "5" * 32}, "looks real"),
        ({"SIM_LEDGER": ""}, "SIM_LEDGER is not set"),
        ({"SIM_PORT": "eighty"}, "SIM_PORT must be a port"),
        ({"SIM_PHONES": "/nowhere"}, "SIM_PHONES names /nowhere"),
    ],
)
def test_it_refuses_in_a_sentence(tmp_path: Path, practice: Practice, changes: dict[str, str], sentence: str) -> None:
    environment = settings(tmp_path, practice, **changes)
    command = [sys.executable, "-m", "app.simulator.server"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _await_health(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        assert process.poll() is None
        with contextlib.suppress(requests.ConnectionError):
            if requests.get(f"{url}/healthz", timeout=1).ok:
                return
        time.sleep(0.05)
    raise AssertionError("the stand-in did not start")


def _await_thread(url: str, bodies: list[str]) -> None:
    for _ in range(100):
        thread = requests.get(f"{url}/phone/view?open=h1", timeout=5).json()["thread"]
        if [line["body"] for line in thread] == bodies:
            return
        time.sleep(0.05)
    raise AssertionError(f"the thread did not become {bodies}")
