"""The jobs a doorbell may ask for: each takes one integer id and looks at that row; nothing else ever runs (H72)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from rq import SimpleWorker
from rq.job import Job

from app import queue, sending, settings
from app.log import error_name, log
from app.messaging.gateway import Gateway


def send(outbound_id: int) -> None:
    """Look at one text of the outbox, and at what else waits for its number. Trouble is left to the sweeper: the
    row is still there, and a trace in the log might hold a patient's words (P11)."""
    try:
        sending.send_row(_gateway(), settings.current(), outbound_id)
    except Exception as error:  # noqa: BLE001
        log.error("doorbell_job_failed", outbound=outbound_id, error=error_name(error))


ALLOWED: Mapping[str, Callable[[int], object]] = {"app.jobs.send": send}


class DoorbellWorker(SimpleWorker):
    """Runs allow-listed jobs with one integer, in this process, which has the app imported; refuses the rest."""

    def execute_job(self, job: Job, queue: Any) -> None:
        """Refuse before anything is resolved or unpickled: Redis may have been written to by others (F2)."""
        if not _is_ours(job):
            log.error("job_refused", job="unknown")
            job.delete()
            return
        super().execute_job(job, queue)


def work(*, burst: bool = False) -> None:
    """Answer the doorbell until told to stop; with `burst`, until the queue is empty."""
    worker = DoorbellWorker(
        [queue.QUEUE], connection=queue.connection(), serializer="json", maintenance_interval=10, worker_ttl=60
    )
    worker.work(burst=burst, logging_level="WARNING")


def _is_ours(job: Job) -> bool:
    return job.func_name in ALLOWED and len(job.args) == 1 and isinstance(job.args[0], int) and not job.kwargs


@cache
def _gateway() -> Gateway:
    return Gateway(settings.current())
