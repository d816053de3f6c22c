"""The doorbell: Redis carries one integer id at a time and may be lost without losing anything (P6, H60)."""

import json
import secrets
import threading
import time
from collections.abc import Callable
from functools import cache

import redis
from rq import Queue
from rq.job import Job
from sqlalchemy.orm import Session

from app import db
from app.log import error_name, log

QUEUE = "doorbell"
LIVE_CHANNEL = "handrail:live"
REST_AFTER_FAILURE = 5.0
TOLD_WITHIN = 30.0
"""Seconds after which a change that open pages could not be told of is not worth telling: by then an ear that hears
nothing has said so to its pages (app.web.live), and they ask by themselves."""
FORGET_AFTER = 600  # seconds; a lost doorbell costs a sweep, a stale one nothing

_redis: redis.Redis | None = None
_silent_until = 0.0
_untold: dict[str, float] = {}
_untold_lock = threading.Lock()
_telling = False


def start(url: str) -> None:
    """Point this process at Redis; nothing is opened until the first ring."""
    global _redis, _silent_until
    _redis = redis.Redis.from_url(url, socket_connect_timeout=0.3, socket_timeout=1.0)
    _silent_until = 0.0
    _bell.cache_clear()


def connection() -> redis.Redis:
    if _redis is None:
        raise RuntimeError("Redis is not configured: call queue.start first.")
    return _redis


def answers() -> bool:
    """Whether Redis is there now."""
    try:
        return bool(connection().ping())
    except redis.RedisError:
        return False


def ring_later(session: Session, job: str, row_id: int) -> None:
    """Ask a worker, once this transaction holds, to look at row `row_id`; the sweeper looks anyway."""
    db.after_commit(session, f"ring:{job}:{row_id}", lambda _session: ring_now(job, row_id))


def ring_now(job: str, row_id: int) -> None:
    """Put `app.jobs.<job>(row_id)` on the queue, or let it be when Redis is away (the sweeper covers)."""
    attempt(lambda: _enqueue(job, row_id))


def announce_later(session: Session, topic: str) -> None:
    """Tell open screens, once this transaction holds, that `topic` (such as `nurses`) has changed."""
    db.after_commit(session, f"live:{topic}", lambda _session: announce_now(topic))


def announce_now(topic: str) -> None:
    """Tell them now, or as soon as Redis lets us: a page that says it is live must not wait for the next change."""
    if not attempt(lambda: connection().publish(LIVE_CHANNEL, topic)):
        _tell_soon(topic)


def _tell_soon(topic: str) -> None:
    global _telling
    with _untold_lock:
        _untold[topic] = time.monotonic() + TOLD_WITHIN
        if not _telling:
            _telling = True
            threading.Thread(target=_tell_untold, name="untold", daemon=True).start()


def _tell_untold() -> None:
    """Beside whoever had something to tell, who does not wait for it."""
    global _telling
    wait = 0.25
    while True:
        time.sleep(wait)
        wait = min(2 * wait, REST_AFTER_FAILURE)
        with _untold_lock:
            topics = {topic: until for topic, until in _untold.items() if until > time.monotonic()}
            _untold.clear()
            if not topics:
                _telling = False
                return
        _tell_or_keep(topics)


def _tell_or_keep(topics: dict[str, float]) -> None:
    for topic, until in topics.items():
        try:
            connection().publish(LIVE_CHANNEL, topic)
        except redis.RedisError as error:
            log.warning("live_updates_lost", error=error_name(error))
            with _untold_lock:
                _untold.setdefault(topic, until)


def _enqueue(job: str, row_id: int) -> None:
    """The fields of an RQ job that its readers need, and its place in RQ's queue, in one trip: `Queue.enqueue`
    writes eighteen and takes four times as long, in front of a waiting patient (docs/measurements.md)."""
    job_id = secrets.token_hex(16)
    pipe = connection().pipeline(transaction=False)
    data = json.dumps([f"app.jobs.{job}", None, [row_id], {}])
    pipe.hset(Job.key_for(job_id), mapping={"origin": QUEUE, "data": data})
    pipe.expire(Job.key_for(job_id), FORGET_AFTER)
    _bell().push_job_id(job_id, pipeline=pipe)
    pipe.execute()


@cache
def _bell() -> Queue:
    return Queue(QUEUE, connection=connection(), serializer="json")


def attempt(act: Callable[[], object]) -> bool:
    """Whether it was done. After a failure keep quiet for a few seconds, so that a dead Redis never slows the door."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return False
    try:
        act()
    except redis.RedisError as error:
        _silent_until = time.monotonic() + REST_AFTER_FAILURE
        log.warning("doorbell_silent", error=error_name(error), seconds=REST_AFTER_FAILURE)
        return False
    return True
