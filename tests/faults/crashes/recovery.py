"""Coming back after a death: the carrier tries again, people press again, the watchers go round, time passes."""

import contextlib
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from sqlalchemy import select

from app import db, queue
from app.models.conversations import Exchange
from app.models.outbox import Outbound
from app.rehearsal.evidence import Evidence
from app.rehearsal.invariants import violations
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

LISTED = timedelta(minutes=3)
"""By then the carrier's list has caught up."""
LONG_ENOUGH = timedelta(minutes=39)
"""After this leases have ended, doubtful texts were looked for twice, people told of them, and claims have lapsed."""
UNREPORTED = timedelta(hours=12, minutes=5)
MARKS = ("López", "Jiménez", "chest hurt", "has a fever", "bakery", "call us now", "Reached her", cast.ANAS[1:],
         cast.ROSAS[1:], cast.STRANGERS[1:])  # fmt: skip


class Again(StrEnum):
    """What the carrier does with what failed to reach us."""

    NEVER = "never"
    ONCE_MORE = "once more"
    TWICE = "and with what reached us, too"


@dataclass(frozen=True)
class Manner:
    """How the world outside comes back; drawn by the seed. A text that is never brought again must be fetched from the
    carrier's list; what we answered may come twice all the same."""

    texts: Again
    reports: Again

    @classmethod
    def drawn(cls, seed: int, schedule: str) -> "Manner":
        chance = random.Random(f"{seed} {schedule}")  # noqa: S311  (no secret)
        return cls(chance.choice(list(Again)), chance.choice([Again.ONCE_MORE, Again.TWICE]))


def come_back(practice: Practice, journey: Journey, manner: Manner) -> None:
    """Everything that happens by itself after a restart, until it is quiet."""
    practice.carrier.wait()
    _bring_again(practice, manner, journey)
    journey.again(practice)
    if queue.connection().llen(f"rq:queue:{queue.QUEUE}"):
        practice.works()
    practice.until_quiet()
    for pause in (LISTED, LONG_ENOUGH):
        practice.clock.passes(seconds=pause.total_seconds())
        practice.looks_in_the_list()
    if _unreported():
        practice.clock.passes(seconds=UNREPORTED.total_seconds())
        practice.until_quiet()
    practice.audits()


def _bring_again(practice: Practice, manner: Manner, journey: Journey) -> None:
    if manner.texts != Again.NEVER and not journey.from_the_list:
        practice.carrier.redeliver(manner.texts == Again.TWICE and not journey.answered_at_the_door)
    practice.carrier.repeat_reports(manner.reports == Again.TWICE)


def judge(practice: Practice, journey: Journey) -> list[str]:
    """What does not hold, now that everything is quiet."""
    settings = practice.world.settings
    with db.reading("tests.judge") as session:
        evidence = Evidence(
            session, practice.carrier.truth(), practice.clock(), settings.spool_dir, settings.anchor_dir,
            marks=MARKS, places={"the log": practice.world.log.read_bytes(), "Redis": b"\n".join(_redis_holds())},
        )  # fmt: skip
        held = _held_of_fetched if _fetched(evidence) and not journey.from_the_list else journey.held
        return [*violations(evidence), *(f"{journey.name}: {each}" for each in held(evidence, practice.notes))]


def _fetched(evidence: Evidence) -> set[str]:
    """Texts that nobody brought to the door. One whose try got no answer may have been taken in, or spooled, before
    the process died: then it says itself that it was not fetched, and its choice counts."""
    brought = {one.sid for one in evidence.truth.webhooks if one.http == HTTPStatus.OK}
    unanswered = {one.sid for one in evidence.truth.webhooks if one.http is None}
    kept = {row.key for row in evidence.rows(Exchange, Exchange.key.in_(unanswered), Exchange.fetched_at.is_(None))}
    return {text.sid for text in evidence.truth.inbound} - brought - kept


def _held_of_fetched(evidence: Evidence, _: Notes) -> Iterator[str]:
    """Words that were fetched late act as no choice: they are with people, or were about consent (DESIGN 2)."""
    for row in evidence.rows(Exchange, Exchange.key.in_(_fetched(evidence))):
        if row.outcome not in ("escalation", "task", "consent"):
            yield f"exchange {row.id} was fetched and ended as {row.outcome}"


def _unreported() -> bool:
    with db.reading("tests.unreported") as session:
        return session.scalar(select(Outbound.id).where(Outbound.state == "accepted").limit(1)) is not None


def _redis_holds() -> Iterator[bytes]:
    """Every key and what stands under it; RQ packs what it keeps of a job."""
    connection = queue.connection()
    for key in connection.scan_iter():
        yield key
        kept: bytes = connection.dump(key) or b""
        yield kept
        packed = connection.hget(key, "data") if connection.type(key) == b"hash" else None
        with contextlib.suppress(zlib.error):
            yield zlib.decompress(packed) if isinstance(packed, bytes) else b""
