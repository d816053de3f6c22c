"""Starts the real processes as children of one that has everything imported, so that a restart costs little.

`python -m tests.faults.nemesis.nursery` reads one order a line, as JSON, and answers each with one line. A child is a
process as any other: of its own group and session, with memory, connections and a log of its own, and it runs
`handrail serve|worker|ticker` or the stand-in carrier as from the command line. Only the cost of importing is spared,
which would be most of what two cores can do in a run of many kills.

The dead are buried only when their successor is born: until then nobody else on this machine can get their number, and
no signal of the nemesis can reach a process that is not ours.

What differs from a real start: the clock is the machine's and an offset (offset.py), and whoever waits for the
carrier's answer waits 3 seconds instead of 10, so that a fault that takes that long fits into a short run.
"""

import ctypes
import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, TextIO

import app.demo.seed
import app.jobs
import app.simulator.server
import app.starting
import app.ticker
import app.web.building
import app.webhooks.sms
import app.webhooks.status
from app import clock, settings
from app.inbound import readings
from app.messaging import gateway
from app.simulator import manners
from tests.faults.nemesis import practice
from tests.faults.nemesis.offset import Offsets

ANSWER_SECONDS, STALL_SECONDS = 3, 4.0
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Carry out orders until nobody gives any more; the children end with us."""
    orders, answers = _speak_privately()
    readings.get_ready()
    gc.freeze()
    _say(answers, {"ready": os.getpid()})
    for line in orders:
        order = json.loads(line)
        if order["instead_of"] is not None:
            os.waitpid(order["instead_of"], 0)
        _say(answers, {"pid": _born(order)})


def _speak_privately() -> tuple[TextIO, TextIO]:
    """Standard input and output under numbers that no child inherits."""
    orders, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return os.fdopen(orders, "r"), os.fdopen(answers, "w")


def _say(answers: TextIO, what: dict[str, Any]) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()


def _born(order: dict[str, Any]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _live(order, parent)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  (the end of the process: its log has it)
        sys.excepthook(*sys.exc_info())
        code = 1
    else:
        code = 0
    sys.stderr.flush()
    os._exit(code)


def _live(order: dict[str, Any], parent: int) -> None:
    """{name, role, env, log, clock, names, instead_of}: become this process."""
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        return
    os.closerange(3, 256)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(order["env"])
    offsets, name = Offsets(Path(order["clock"]), order["names"]), order["name"]
    clock.use(lambda: offsets.now(name))
    gateway.SECONDS, manners.STALL_SECONDS = ANSWER_SECONDS, STALL_SECONDS
    _run(order["role"])


def _run(role: str) -> None:
    sys.argv = ["handrail", role]
    if role == "carrier":
        app.simulator.server.main()
        return
    if role == "furnish":
        practice.furnish(settings.current(), clock.now())
        (Path(os.environ["ANCHOR_DIR"]).parent / "furnished").touch()
        return
    from app.cli.main import main as handrail

    handrail()


if __name__ == "__main__":
    main()
