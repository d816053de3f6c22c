"""After a run: every fault off, everything that is due is done, and then every invariant."""

import contextlib
import time

import redis
from sqlalchemy import select

from app import clock, create_app, db, settings, ticker
from app.messaging.gateway import Gateway
from app.models.outbox import Outbound
from app.models.records import Entry
from app.rehearsal.evidence import Evidence
from app.rehearsal.invariants import violations
from app.settings import Settings
from app.simulator import truth
from app.ticker import Duty
from app.watchers import auditor
from tests.door import Door
from tests.faults.nemesis.bots import Memory
from tests.faults.nemesis.fleet import Fleet
from tests.faults.nemesis.practice import NUMBERS

ROUNDS = (0, 60, 60, 120, 700, 120, 1300, 120, 60)
"""Seconds by which time moves on between rounds: past every lease, and past the half hour after which people hear of a
text that may or may not have left."""

BY_THE_CLOCK = ("I5", "I9")
"""They say which of two happenings was first by the clocks of two processes. A run in which clocks are wrong cannot be
asked that; every other run can."""
MARKS = (*NUMBERS, "López", "chest hurts", "me duele", "two of my pills", "Thank you, we will call you")
TRIES = 5
NEEDS_A_NURSE = frozenset({"escalation_late", "escalation_unanswered", "quarantine_unread"})
"""What the auditor finds with right when nobody works at the desk any more."""


def broken(practice: Fleet, memory: Memory, *, clocks_lied: bool) -> list[str]:
    """Violations, as sentences. The processes are ended; one of our own does what is left to do."""
    with (practice.folder / "closing.log").open("w") as log, contextlib.redirect_stderr(log):
        return _broken(practice, memory, clocks_lied)


def _broken(practice: Fleet, memory: Memory, clocks_lied: bool) -> list[str]:
    practice.end(but_carrier=True)
    practice.bring_out()
    current = _settings(practice)
    clock.use(practice.clock.now)
    door = Door()
    try:
        door.open(create_app(current))
        practice.front.far = [("127.0.0.1", int(door.url.rpartition(":")[2]))]
        _calm_down(practice, current)
        practice.members["carrier"].wanted = False
        return _judge(practice, current, memory, clocks_lied)
    finally:
        door.close()
        db.stop()
        settings.use(None)
        clock.use(None)


def _settings(practice: Fleet) -> Settings:
    out = practice.folder / "out"
    changed = {"SPOOL_DIR": str(out / "spool")}
    if practice.postgres is None:
        changed["DATABASE_URL"] = f"sqlite:///{out / 'handrail.db'}"
    return practice.settings(**changed)


def _calm_down(practice: Fleet, current: Settings) -> None:
    """What the tickers do, again and again while time goes by; the carrier tells what became of the texts."""
    gateway = Gateway(current)
    for seconds in ROUNDS:
        practice.clock.set("everybody", practice.clock.get("everybody") + seconds)
        for duty in ticker.duties(gateway, current):
            _do(duty)
        time.sleep(1.6)


def _do(duty: Duty) -> None:
    """As the ticker does it: on a machine that stood still for a while the database may be away once more."""
    for _ in range(TRIES):
        try:
            duty.act()
        except db.DATABASE_AWAY:
            continue
        return
    raise TimeoutError(f"{duty.name} does not get through to the database, though nothing torments it any more")


def _judge(practice: Fleet, current: Settings, memory: Memory, clocks_lied: bool) -> list[str]:
    with db.reading("nemesis.judge") as session:
        evidence = Evidence(
            session, truth.read(practice.folder / "carrier.jsonl"), clock.now(), current.spool_dir, current.anchor_dir,
            marks=MARKS, places=_places(practice),
        )  # fmt: skip
        found = violations(evidence)
    found = [one for one in found if not (clocks_lied and one.startswith(BY_THE_CLOCK))]
    found += [f"the auditor still finds {name}" for name in auditor.audit(current) if name not in NEEDS_A_NURSE]
    return found + _promises(memory)


def _places(practice: Fleet) -> dict[str, bytes]:
    """Where nobody's name, number or words may stand: the logs and the queue."""
    logs = {path.name: path.read_bytes() for path in practice.folder.glob("*.log")}
    with redis.Redis.from_url(practice.bell.url) as client:
        queue = b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())
    return {**logs, "valkey": queue}


def _promises(memory: Memory) -> list[str]:
    """What was promised over HTTP stands, and nothing was shown that is nobody's business (I16, I18)."""
    found = [f"an answer shows a trace: {answer}" for answer in memory.unseemly]
    with db.reading("nemesis.promises") as session:
        staffs = select(Outbound.key, Outbound.desk_item_id, Outbound.body).where(Outbound.key.startswith("staff:"))
        said = session.execute(staffs).all()
        closings = select(Entry.details).where(Entry.kind == "closed")
        closed = {details["item"] for details in session.scalars(closings)}
    keys = {row.key for row in said}
    lost = [
        form
        for form, item, body in memory.written
        if f"staff:{form}" not in keys  # the same words from another form a moment before were answered “sent already”
        and not any(row.desk_item_id == item and row.body.endswith(body) for row in said)
    ]
    found += [f"a reply that was taken is not in the outbox: {form}" for form in lost]
    return found + [f"item {item} was closed, and was not" for item in memory.closed if item not in closed]
