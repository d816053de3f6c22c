"""Real processes get a new data key and token while a thousand texts are in flight: none lost, none doubled (H74)."""

import contextlib
import itertools
import json
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests
from sqlalchemy import select

from app import anchors, db, starting
from app.demo.ports import free_port
from app.models.conversations import Exchange
from app.simulator.carrier import Carrier
from app.simulator.server import serve
from app.simulator.signing import signature
from app.upkeep import resealing
from escalation_desk.models import DeskItem
from tests.benchmarks import practice, stage
from tests.benchmarks.texts import PATH, fields, number
from tests.house import ACCOUNT, CLINIC, TOKEN
from tests.servers.valkey import Valkey

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]
TEXTS, PATIENTS, AT_ONCE = 1000, 1600, 24
K1, K2 = "k1:" + "5a" * 32, "k2:" + "7b" * 32
NEXT_TOKEN = "the token that is promoted while texts come in"
STEPS = (
    {"DATA_KEYS": f"{K1},{K2}", "TWILIO_AUTH_TOKEN": f"{NEXT_TOKEN},{TOKEN}"},
    {"DATA_KEYS": f"{K2},{K1}", "TWILIO_AUTH_TOKEN": f"{NEXT_TOKEN},{TOKEN}"},
    {"DATA_KEYS": K2, "TWILIO_AUTH_TOKEN": NEXT_TOKEN},
)


class Fleet:
    """Two web processes, a worker and a ticker, each started anew with other settings while the others go on."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.ports = [env["PORT"], str(free_port())]
        self._running: dict[str, contextlib.ExitStack] = {}
        for name in ("web 0", "web 1", "worker", "ticker"):
            self._start(name)

    def change(self, changed: dict[str, str]) -> None:
        self.env = {**self.env, **changed}
        for name in list(self._running):
            self._running.pop(name).close()
            self._start(name)

    def stop(self) -> None:
        for each in self._running.values():
            each.close()

    def _start(self, name: str) -> None:
        kept = self._running[name] = contextlib.ExitStack()
        if name.startswith("web"):
            env = {**self.env, "PORT": self.ports[int(name[-1])]}
            kept.enter_context(stage.running(stage.door_command(env), env, env["PORT"]))
        else:
            kept.enter_context(stage.running([*stage.HANDRAIL, name], self.env))


class Crowd:
    """Patients who answer, some at once. A text that one web process does not take is brought to the other, as a
    carrier and its proxy do; `answered` holds those that were taken, by MessageSid."""

    def __init__(self, fleet: Fleet, base_url: str) -> None:
        self.answered: dict[str, str] = {}
        self.token = TOKEN
        self._fleet, self._base_url = fleet, base_url
        self._patients = iter(range(PATIENTS))
        self._next, self._done = threading.Lock(), threading.Event()
        self._threads = [threading.Thread(target=self._text) for _ in range(AT_ONCE)]
        for thread in self._threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        while len(self.answered) < count and any(thread.is_alive() for thread in self._threads):
            time.sleep(0.05)

    def stop(self) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _text(self) -> None:
        while not self._done.is_set():
            with self._next:
                patient = next(self._patients, None)
            if patient is None:
                return
            form = fields(number(patient), "1")
            self._bring(form)
            time.sleep(2)

    def _bring(self, form: dict[str, str]) -> None:
        for port in itertools.islice(itertools.cycle(self._fleet.ports), 600):
            headers = {
                "X-Twilio-Signature": signature(self.token, self._base_url + PATH, form),
                "Content-Type": "application/x-www-form-urlencoded",
            }
            with contextlib.suppress(requests.RequestException):
                address = f"http://127.0.0.1:{port}{PATH}"
                if requests.post(address, urlencode(form), headers=headers, timeout=15).status_code == 200:
                    self.answered[form["MessageSid"]] = form["From"]
                    return
            time.sleep(0.1)


@pytest.fixture
def town(elsewhere: str, own_valkey: Valkey, tmp_path: Path) -> Iterator[tuple[Fleet, Carrier]]:
    """A practice in which everybody has just been asked, its processes, and a carrier whose token can be promoted."""
    env = stage.environment(tmp_path, elsewhere, own_valkey.url, 1)
    carrier = Carrier(
        ACCOUNT, TOKEN, env["PUBLIC_BASE_URL"] + PATH, numbers=[CLINIC], ledger=tmp_path / "carrier.jsonl"
    )
    served = serve(carrier)
    carrier.run()
    env["TWILIO_API_BASE_URL"] = served.url
    practice.seed(stage.settings_of(env), PATIENTS)
    fleet = Fleet(env)
    yield fleet, carrier
    fleet.stop()
    served.stop()
    carrier.close()


def reseal(fleet: Fleet) -> str:
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(stage.ROOT), **fleet.env}
    done = subprocess.run([*stage.HANDRAIL, "reseal"], env=env, capture_output=True, text=True, cwd=stage.ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def replies(carrier: Carrier) -> Counter[str]:
    return Counter(entry["to"] for entry in carrier.books.entries()
                   if entry["event"] == "message" and entry["direction"] != "inbound")  # fmt: skip


def wait_for_replies(carrier: Carrier, count: int) -> Counter[str]:
    deadline = time.monotonic() + 120
    while sum((seen := replies(carrier)).values()) < count and time.monotonic() < deadline:
        time.sleep(0.5)
    return seen


def test_a_thousand_texts_in_flight_through_a_change_of_keys_and_token(town: tuple[Fleet, Carrier]) -> None:
    fleet, carrier = town
    crowd = Crowd(fleet, fleet.env["PUBLIC_BASE_URL"])
    try:
        crowd.wait_for(50)
        fleet.change(STEPS[0])
        carrier.account.auth_token = crowd.token = NEXT_TOKEN
        fleet.change(STEPS[1])
        assert "Nothing is sealed with k1 any more." in reseal(fleet)
        fleet.change(STEPS[2])
        crowd.wait_for(max(TEXTS, len(crowd.answered) + 50))
    finally:
        crowd.stop()
    asked = Counter(crowd.answered.values())
    assert len(asked) >= TEXTS, "texts were in flight to the end"
    seen = wait_for_replies(carrier, len(asked))
    fleet.stop()
    current = starting.start(stage.settings_of(fleet.env))
    with db.reading("tests.rotation") as session:
        keys = set(session.scalars(select(Exchange.key)))
        outcomes = Counter(session.scalars(select(Exchange.outcome)))
        tasks = list(session.scalars(select(DeskItem.reason)))
        flaws = list(anchors.verify(session, current.anchor_dir))
    assert keys == set(crowd.answered), "each text is one row"
    assert outcomes == {"dialog_step": len(asked)}, json.dumps(outcomes)
    assert seen == asked, f"each was answered once: {(seen - asked) + (asked - seen)}"
    assert set(tasks) <= {"audit_nobody_on_call"}, "nobody sits at this desk; nothing else is a task"
    assert resealing.by_key().keys() == {"k2"}
    assert flaws == []
    db.stop()
