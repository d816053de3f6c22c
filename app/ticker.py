"""The ticker: our own loop that does what is due, with or without Redis; two of them running is normal (P6)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app import anchors, db, spool
from app.calls import dialling, looking, messages, outgoing, reports
from app.delivery import evidence, unreported
from app.inbound import outage
from app.log import error_name, log
from app.messaging.gateway import Gateway
from app.on_call import climbing
from app.outreach import apologies, called_off, day_moves, loops, reminders, welcomes
from app.scheduling import offering
from app.settings import Settings
from app.watchers import auditor, sweeper
from app.watchers.reconciler import EVERY, Reconciler
from escalation_desk import sampling

PAUSE = 1.0


@dataclass
class Duty:
    """Something done again and again: `every` seconds of this machine's steady clock. `apart`: it waits for somebody
    else's server, so it has a thread of its own, and nothing else waits for it."""

    name: str
    every: float
    act: Callable[[], object]
    apart: bool = False
    due: float = field(default=0.0)
    under_way: threading.Thread | None = field(default=None, repr=False)


def duties(gateway: Gateway, settings: Settings) -> list[Duty]:
    """All the ticker does. The sweep comes every five seconds; no text waits longer than fifteen (DESIGN 7)."""
    return [
        Duty("sweep", 5, lambda: sweeper.sweep(gateway, settings)),
        Duty("spool", 5, Spool(settings).replay),
        Duty("alarm", 5, lambda: _ring(settings), apart=True),
        Duty("evidence", 15, lambda: evidence.look(gateway, settings), apart=True),
        Duty("unreported", 60, lambda: unreported.ask(gateway), apart=True),
        Duty("reconciler", EVERY, Reconciler(gateway, settings).run, apart=True),
        Duty("day moves", 5, day_moves.work),
        Duty("apologies", 5, apologies.work),
        Duty("outreach", 10, reminders.begin_due),
        Duty("follow-ups", 10, loops.look_due),
        Duty("snow days", 5, called_off.work),
        Duty("welcomes", 30, welcomes.begin_due),
        Duty("ladder", 5, climbing.climb),
        Duty("page_tests", 600, climbing.try_phones),
        Duty("offers", 5, offering.work),
        Duty("claims", 5, sweeper.release_claims),
        Duty("silences", 15, sweeper.end_silences),
        Duty("calls", 15, reports.settle),
        Duty("calls out", 1, lambda: dialling.dial(gateway, settings), apart=True),
        Duty("calls unreported", 30, lambda: looking.look(gateway, settings), apart=True),
        Duty("calls over", 15, outgoing.settle),
        Duty("messages", 5, lambda: messages.look(gateway), apart=True),
        Duty("old messages", 3600, messages.forget),
        Duty("sample", 600, sampling.draw_due),
        Duty("audit", 30, lambda: auditor.audit(settings)),
        Duty("anchors", 60, lambda: anchors.write_if_due(settings.anchor_dir)),
    ]


def run(settings: Settings, stop: threading.Event) -> None:
    """Go round until `stop` is set."""
    gateway = Gateway(settings)
    todo = duties(gateway, settings)
    while not stop.wait(PAUSE):
        once(todo, time.monotonic())


def once(todo: list[Duty], now: float) -> None:
    """Do what is due; a duty that fails is logged, tried again next time, and holds up no other."""
    for duty in todo:
        if duty.due > now or (duty.under_way is not None and duty.under_way.is_alive()):
            continue
        duty.due = now + duty.every
        if duty.apart:
            duty.under_way = threading.Thread(target=_do, args=(duty,), name=duty.name, daemon=True)
            duty.under_way.start()
        else:
            _do(duty)


def _do(duty: Duty) -> None:
    try:
        duty.act()
    except db.DATABASE_AWAY as error:
        log.error("duty_without_database", name=duty.name, error=error_name(error))
    except Exception as error:  # noqa: BLE001  (the ticker must outlive any one duty)
        log.error("duty_failed", name=duty.name, error=error_name(error))


class Spool:
    """Takes in what was kept. What was set aside has another try at each start, or as soon after it as the disk allows:
    the other duties do not wait for that."""

    def __init__(self, settings: Settings) -> None:
        self._directory, self._prepared = settings.spool_dir, False

    def replay(self) -> None:
        if self._directory is None:
            return
        if not self._prepared:
            self._prepared = _prepare(self._directory)
        outage.replay(self._directory)


def _prepare(directory: Path) -> bool:
    """Whether it could be made ready; while it cannot, the auditor finds so, and tells a person."""
    try:
        spool.prepare(directory)
    except spool.NoSpool as error:
        log.error("spool_unwritable", error=error_name(error))
        return False
    return True


def _ring(settings: Settings) -> None:
    if settings.spool_dir is not None:
        outage.ring_if_wanted(settings.spool_dir)
