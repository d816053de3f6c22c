"""Live pages: one ear to Redis for the whole process, and a stream of topic names to each open page.

Only names travel (`nurses`, `front_desk`); the page then fetches what it may see. When Redis is away, or too many
pages are open, the stream is refused or ended, and the page asks by itself every few seconds instead.
"""

import contextlib
import queue as queues
import random
import threading
import time
from collections.abc import Iterator

import redis
from flask import Blueprint, Response, abort, render_template

from app import queue
from app.log import error_name, log
from app.settings import WEB_THREADS
from app.web import sign_ins, turns, waiting
from app.web.access import EVERYBODY, allows, me

blueprint = Blueprint("live", __name__)

MOST_STREAMS = WEB_THREADS * 7 // 10
HEART_BEAT = 15.0
BEAT = "beat"
"""An open page answers each beat by asking what waits: so it is known to be awake in a tab whose timers sleep, too."""
STREAM_LIFE = 300.0
"""A stream ends after this many seconds; the browser comes back, and is then asked again who it is."""
APART = 0.4
"""Seconds over which the pages are told of one change, so that they do not all ask in the same moment."""
_CHANCE = random.Random()  # noqa: S311  (no secret; the module's own belongs to everybody in the process)
REST_AFTER_FAILURE = 2.0
TOPICS = {
    "nurse": frozenset({"nurses", "front_desk", "waitlist"}),
    "front_desk": frozenset({"front_desk", "waitlist"}),
    "manager": frozenset({"nurses", "front_desk", "waitlist"}),
    "auditor": frozenset({"nurses", "front_desk", "waitlist"}),
    "admin": frozenset(),
}

Inbox = queues.SimpleQueue[str | None]


class Ear:
    """Listens to Redis in one thread and tells every open page; None in an inbox ends its stream."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inboxes: set[Inbox] = set()
        self._thread: threading.Thread | None = None
        self._hears = threading.Event()

    def join(self) -> Inbox | None:
        """An inbox for one more page; None when there are too many or Redis is away."""
        with self._lock:
            if len(self._inboxes) >= MOST_STREAMS:
                return None
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()
        if not self._hears.wait(timeout=1.0):
            return None
        inbox: Inbox = queues.SimpleQueue()
        with self._lock:
            if not self._hears.is_set():  # lost meanwhile: nobody would tell this page
                return None
            self._inboxes.add(inbox)
        return inbox

    def leave(self, inbox: Inbox) -> None:
        with self._lock:
            self._inboxes.discard(inbox)

    def _listen(self) -> None:
        while True:
            try:
                self._hear()
            except redis.RedisError as error:
                log.warning("live_updates_lost", error=error_name(error))
            with self._lock:
                self._hears.clear()
            self._tell(None)
            time.sleep(REST_AFTER_FAILURE)

    def _hear(self) -> None:
        client = queue.connection()  # held, since a client that nobody holds closes its connections
        ear_of_redis = client.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
        with contextlib.closing(ear_of_redis) as channel:
            channel.subscribe(queue.LIVE_CHANNEL)
            channel.ping()
            self._hears.set()
            asked = False
            while True:
                message = channel.get_message(timeout=HEART_BEAT)
                if message is None:
                    if asked:
                        raise redis.TimeoutError("Redis says nothing any more")
                    channel.ping()
                asked = message is None
                if message is not None and message["type"] == "message":
                    self._tell(message["data"].decode("ascii", "replace"))

    def _tell(self, topic: str | None) -> None:
        with self._lock:
            inboxes = list(self._inboxes)
        for inbox in inboxes:
            inbox.put(topic)


ear = Ear()


@blueprint.get("/live")
@allows(*EVERYBODY, watching=True)
def stream() -> Response:
    """Server-sent events: `event: nurses` whenever the nurses' list has changed, `event: beat` every 15 seconds,
    `event: signed_out` once this sign-in has ended. Holds no database session."""
    turns.give_back()
    inbox = ear.join()
    if inbox is None:
        abort(503)
    ended = sign_ins.ended_topic(me().sign_in_id)
    response = Response(_events(inbox, TOPICS[me().role], ended), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: ear.leave(inbox))
    return response


@blueprint.post("/still-here")
@allows(*EVERYBODY)
def still_here() -> tuple[str, int]:
    """Somebody moves the pointer or types: being let in is what counts."""
    return "", 204


@blueprint.get("/here")
@allows(*EVERYBODY, watching=True)
def here() -> str:
    """Asked by pages that have no list of their own: what waits now. They are left when this browser has been signed
    out."""
    return render_template("counts.html", counts=waiting.waiting() or {})


def _events(inbox: Inbox, topics: frozenset[str], ended: str) -> Iterator[str]:
    ends_at, number = time.monotonic() + STREAM_LIFE, 0
    beats_at = time.monotonic() + HEART_BEAT
    yield "retry: 2000\n\n"
    while (left := ends_at - time.monotonic()) > 0:
        if time.monotonic() >= beats_at:
            beats_at = time.monotonic() + HEART_BEAT
            yield f"event: {BEAT}\ndata: {BEAT}\n\n"
        try:
            topic = inbox.get(timeout=max(0.0, min(beats_at - time.monotonic(), left)))
        except queues.Empty:
            continue
        if topic is None:
            return
        if topic == ended:
            yield "event: signed_out\ndata: signed_out\n\n"
            return
        if topic in topics:
            time.sleep(_CHANCE.uniform(0, APART))
            number += 1
            yield f"event: {topic}\nid: {number}\ndata: {topic}\n\n"
