"""The jobs a doorbell may ask for: each takes one integer id and looks at that row; nothing else ever runs (H72)."""

import signal
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import redis
from redis.client import Pipeline
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job

from app import queue, settings
from app.delivery import sending
from app.log import error_name, log
from app.messaging.gateway import Gateway
from app.settings import Settings

PAUSE = 1.0
LONGEST_PAUSE = 5.0
LISTENS_FOR = 1
"""Seconds; then it looks whether its shift is over. RQ gives a Redis that says nothing ten more."""
LARGEST_ID = 2**31 - 1


def send(outbound_id: int) -> int:
    """Look at one text of the outbox, and at what else waits for its number."""
    current = settings.current()
    return sending.send_row(_gateway(current), current, outbound_id)


ALLOWED: Mapping[str, Callable[[int], object]] = {"app.jobs.send": send}


class Ring(NamedTuple):
    """What one doorbell asks for."""

    name: str
    row_id: int


class Doorbell(Job):
    """A job of which only the name and its one argument are read; whatever else stands in Redis may have been
    written by others, and RQ would act on it: callbacks by import path, web addresses to call, retries (F2)."""

    def restore(self, raw_data: Any) -> None:
        """Take in nothing but the data."""
        known = {name: value for name, value in raw_data.items() if name in (b"data", "data")}
        super().restore(known)


class Shift:
    """From when a process begins to answer the doorbell until it is told to stop. RQ's own handler would break off a
    text in the carrier's hands, of which nobody then knows whether it left (H48); this one only takes note."""

    over = False

    def begin(self) -> None:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._end)

    def _end(self, *_: object) -> None:
        self.over = True


class DoorbellWorker(SimpleWorker):
    """Answers allow-listed doorbells in this process, which has the app imported; refuses the rest.

    RQ's own execution is never reached: it resolves names, calls callbacks, and keeps the text of an error,
    which may hold a patient's words, in Redis (H33). Nor are its commands by way of Redis, by which whoever writes
    there could stop us (F2).
    """

    job_class = Doorbell
    dequeue_timeout = LISTENS_FOR
    max_connection_wait_time = LONGEST_PAUSE
    shift = Shift()

    def subscribe(self) -> None:
        """Hear no commands."""

    def check_for_suspension(self, burst: bool) -> None:
        """Nobody suspends us by a word in Redis."""

    def _install_signal_handlers(self) -> None:
        """They are the shift's, which outlives a worker that lost Redis."""

    def execute_job(self, job: Job, queue: Any) -> None:
        """Answer one doorbell and forget it; the sweeper covers what could not be done."""
        ring = _read(job)
        if ring is None:
            log.error("job_refused", job="unknown")
        else:
            _answer(ring)
        IntermediateQueue(queue.key, self.connection).remove(job.id)
        self.connection.delete(job.key)

    def run_maintenance_tasks(self) -> None:
        """Forget doorbells that were taken and not answered; RQ would fetch and revive them, and the sweeper has
        been by already."""
        for one in self.queues:
            self.connection.delete(IntermediateQueue.get_intermediate_queue_key(one.key))

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        """The next doorbell; one that cannot even be fetched is passed over and ends nobody's work."""
        while True:
            try:
                return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
            except (redis.ResponseError, ValueError, TypeError, KeyError, AttributeError) as error:
                log.error("job_refused", job="unreadable", error=error_name(error))
                time.sleep(PAUSE)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ's loop comes by here between any two doorbells, and whenever it has listened in vain."""
        if self.shift.over:
            raise StopRequested
        super().heartbeat(timeout, pipeline)


def work(*, burst: bool = False) -> None:
    """Answer the doorbell until told to stop, and finish what is in hand; with `burst`, until the queue is empty.

    RQ's worker ends when Redis is away; ours begins anew. Whatever starts processes may have given up by the time
    Redis is back (Procfile, app.demo.supervisor), and then nobody would answer any more.
    """
    if burst:
        _worker().work(burst=True, logging_level="WARNING")
        return
    DoorbellWorker.shift = shift = Shift()
    shift.begin()
    while not shift.over:
        try:
            _worker().work(logging_level="WARNING")
        except redis.RedisError as error:
            log.warning("doorbell_away", error=error_name(error), seconds=PAUSE)
        if not shift.over:
            time.sleep(PAUSE)


def _worker() -> DoorbellWorker:
    return DoorbellWorker([queue.QUEUE], connection=queue.connection(), serializer="json", worker_ttl=60)


def _read(job: Job) -> Ring | None:
    """The doorbell, if it is one of ours: an allowed name, one row's id, nothing more."""
    try:
        name, args, others = job.func_name, job.args, (job.instance, job.kwargs)
    except Exception as error:  # noqa: BLE001  (whatever it is, it is not ours)
        log.warning("job_unreadable", error=error_name(error))
        return None
    if not isinstance(name, str) or name not in ALLOWED or others != (None, {}):
        return None
    if not isinstance(args, list) or len(args) != 1:
        return None
    row_id = args[0]
    return Ring(name, row_id) if type(row_id) is int and 0 < row_id <= LARGEST_ID else None


def _answer(ring: Ring) -> None:
    try:
        ALLOWED[ring.name](ring.row_id)
    except Exception as error:  # noqa: BLE001  (the sweeper comes by; one row's trouble ends nobody's work)
        log.error("job_failed", job=ring.name, id=ring.row_id, error=error_name(error))


@lru_cache(maxsize=1)
def _gateway(current: Settings) -> Gateway:
    return Gateway(current)
