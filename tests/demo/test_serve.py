"""The web process: gunicorn takes the arguments we give it, and bad settings stop it with a sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.processes import gunicorn_arguments
from app.demo.environment import environment
from app.demo.home import Home
from app.demo.ports import answers, free_port
from app.demo.supervisor import Child, Supervisor

pytestmark = pytest.mark.slow


def test_gunicorn_serves_the_house_and_stops(tmp_path: Path) -> None:
    port = free_port()
    said: list[str] = []
    supervisor = Supervisor(said.append, lambda _name, line: said.append(line))
    with Home(tmp_path / ".demo") as home:
        env = environment(home, port=port, valkey_port=free_port(), carrier_port=free_port())
        serve = [sys.executable, "-P", "-m", "app.cli", "serve"]
        try:
            supervisor.start([Child("web", serve, env, ready=lambda: answers(f"http://127.0.0.1:{port}/healthz"))])
        finally:
            supervisor.stop()
    assert said == []


def test_serve_refuses_bad_settings(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HANDRAIL_MODE": "live"}
    serve = [sys.executable, "-P", "-m", "app.cli", "serve"]
    refused = subprocess.run(serve, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "DATABASE_URL is not set" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_thread_is_one_open_desk() -> None:
    command = " ".join(gunicorn_arguments("127.0.0.1:8100"))
    assert "--workers 1 --threads 256 --graceful-timeout 3" in command
