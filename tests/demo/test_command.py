"""`handrail demo`: what cannot be started is refused in a sentence, before anything is touched."""

import os
import socket
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.demo.command import demo
from app.demo.home import Home

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, port: str) -> Result:
    return CliRunner().invoke(demo, ["--folder", str(folder)], env={"PORT": port})


@pytest.mark.parametrize("port", ["abc", "0", "-1", "65536", "8000.5", "٣٠٠٠"])
def test_a_port_that_is_none_is_refused_in_a_sentence(tmp_path: Path, port: str) -> None:
    refused = run(tmp_path / ".demo", port)
    assert refused.exit_code == 1
    assert refused.output.endswith(
        f"Error: PORT is “{port}”; it has to be a number from 1 to 65535, such as 8100.\n"
    ), refused.output
    assert not (tmp_path / ".demo").exists()


def test_a_taken_port_is_refused_with_another_one_to_choose(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        refused = run(tmp_path / ".demo", str(port))
    assert refused.exit_code == 1
    assert f"Port {port} is taken" in refused.output
    assert "Choose another: make demo PORT=" in refused.output


def test_a_second_demo_is_told_where_the_first_one_is(tmp_path: Path) -> None:
    with Home(tmp_path / ".demo") as home:
        home.serves_at("http://127.0.0.1:8000/")
        refused = run(home.folder, "8000")
    assert refused.exit_code == 1
    assert f"A demo is already running from {home.folder}, on http://127.0.0.1:8000/." in refused.output
    assert "Ctrl-C there stops it" in refused.output
    assert "handrail demo --port" in refused.output


@pytest.mark.slow
def test_make_passes_the_sentence_on(tmp_path: Path) -> None:
    env = {**os.environ, "PORT": "abc"}
    made = subprocess.run(["make", "demo"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert made.returncode != 0
    assert "PORT is “abc”" in made.stderr
    assert "Traceback" not in made.stderr
