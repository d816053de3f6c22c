"""After a run: every fault off, everything that is due is done, and then every invariant."""

import contextlib
import time
from collections import Counter
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import defer

from app import anchors, auditor, clock, create_app, db, settings, ticker
from app.messaging.gateway import Gateway
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.settings import Settings
from app.simulator import truth
from app.simulator.truth import Text, Truth
from escalation_desk.models import DeskItem
from tests.door import Door
from tests.faults.nemesis.bots import Memory
from tests.faults.nemesis.fleet import Fleet

ROUNDS = (0, 60, 60, 120, 700, 120, 1300, 120, 60)
"""Seconds by which time moves on between rounds: past every lease, and past the half hour after which people hear of a
text that may or may not have left."""

NEEDS_A_NURSE = frozenset({"escalation_late", "quarantine_unread"})
"""What the auditor finds with right when nobody works at the desk any more."""


def broken(practice: Fleet, memory: Memory) -> list[str]:
    """Violations, as sentences. The processes are ended; one of our own does what is left to do."""
    with (practice.folder / "closing.log").open("w") as log, contextlib.redirect_stderr(log):
        return _broken(practice, memory)


def _broken(practice: Fleet, memory: Memory) -> list[str]:
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
        return _judge(practice, current, memory)
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
            duty.act()
        time.sleep(1.6)


def _judge(practice: Fleet, current: Settings, memory: Memory) -> list[str]:
    happened = truth.read(practice.folder / "carrier.jsonl")
    with db.reading("nemesis.judge") as session:
        flaws = [
            f"{flaw.stream}, {flaw.position}: {flaw.sentence}" for flaw in anchors.verify(session, current.anchor_dir)
        ]
    unsettled = [f"the auditor still finds {name}" for name in auditor.audit(current) if name not in NEEDS_A_NURSE]
    return [
        *map(str, happened.gaps), *flaws, *unsettled, *_promises(memory), *_taken_in(happened), *_sent_once(happened)
    ]  # fmt: skip


def _promises(memory: Memory) -> list[str]:
    """What was promised over HTTP stands, and nothing was shown that is nobody's business (I16, I18)."""
    found = [f"an answer shows a trace: {answer}" for answer in memory.unseemly]
    with db.reading("nemesis.promises") as session:
        keys = set(session.scalars(select(Outbound.key).where(Outbound.key.startswith("staff:"))))
        closed = set(session.scalars(select(DeskItem.id).where(DeskItem.closed_at.is_not(None))))
    lost = [form for form in memory.written if f"staff:{form}" not in keys]
    found += [f"a reply that was taken is not in the outbox: {form}" for form in lost]
    return found + [f"item {item} was closed, and was not" for item in memory.closed if item not in closed]


def _taken_in(happened: Truth) -> list[str]:
    """Every text that a patient sent is there, whatever became of its webhook (I1, I18)."""
    with db.reading("nemesis.taken_in") as session:
        there = set(session.scalars(select(Exchange.key)))
    answered = {hook.sid for hook in happened.webhooks if hook.http == HTTPStatus.OK}
    lost = [text.sid for text in happened.inbound if text.sid not in there]
    return [f"text {sid} {'was answered with 200 and ' if sid in answered else ''}is nowhere" for sid in lost]


def _sent_once(happened: Truth) -> list[str]:
    """At most once, and everything that may have left is known to a person (I3, I13)."""
    sent = Counter(_token(text) for text in happened.accepted)
    with db.reading("nemesis.sent_once") as session:
        rows = list(session.scalars(select(Outbound).options(defer(Outbound.body))))
        told = set(session.scalars(select(DeskItem.key)))
    return [
        f"text {row.id} is {row.state} ({row.reason}) and stands {sent[row.token]} times in the ledger"
        for row in rows
        if not _is_right(row, sent[row.token], told)
    ]


def _token(text: Text) -> str:
    """Ours, by which the ledger names a row of the outbox; an answer by TwiML has none."""
    return parse_qs(urlsplit(text.status_callback or "").query).get("m", [""])[0]


def _is_right(row: Outbound, times: int, told: set[str | None]) -> bool:
    if row.state in ("pending", "sending"):
        return False
    if row.state == "unknown":
        return times <= 1 and f"unknown:{row.id}" in told
    if row.state in ("accepted", "sent", "delivered"):
        return times == 1
    return times == 0 if row.state == "withheld" else times <= 1
