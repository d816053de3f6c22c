"""Figures for those who watch over an installation: counts and ages by words of our own lists, nothing of a patient."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app import clock, db, queue, spool
from app.log import error_name, log
from app.models.conversations import Exchange
from app.models.outbox import CLASSES, Outbound
from app.settings import Settings
from app.upkeep import restorations
from app.watchers import heartbeats
from escalation_desk.models import LISTS, DeskItem


class Practice(Collector):
    """The practice as Prometheus sees it, looked up at each scrape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """With the database gone the rest is told all the same: the spool matters most just then."""
        yield from _spool(self._settings.spool_dir)
        up = {"redis": queue.answers(), "database": True}
        try:
            with db.reading("metrics.collect") as session:
                sends = self._settings.sends and not restorations.held(session)
                yield _one("handrail_sending", "1 when texts other than safety texts may leave", sends)
                yield from [*_exchanges(session), *_outbox(session), *_desk(session), *_rounds(session)]
        except SQLAlchemyError as error:
            log.error("metrics_without_database", error=error_name(error))
            up["database"] = False
        yield _gauge("handrail_up", "1 when it answers", ["part"], [([part], there) for part, there in up.items()])


def _spool(directory: Path | None) -> Iterator[Metric]:
    heap = spool.heap(directory) if directory is not None else spool.EMPTY
    yield _one("handrail_spool_files", "Texts kept aside that are not taken in yet", heap.files)
    yield _one("handrail_spool_bytes", "How large they are together", heap.size)
    yield _one("handrail_spool_oldest_seconds", "Age of the oldest", _age(heap.oldest))
    yield _one("handrail_spool_set_aside_files", "Texts kept aside that cannot be opened", heap.set_aside)


def _exchanges(session: Session) -> Iterator[Metric]:
    rows = session.execute(
        select(Exchange.lane, Exchange.outcome, func.count()).group_by(Exchange.lane, Exchange.outcome)
    )
    texts = CounterMetricFamily("handrail_texts", "Texts taken in", labels=["lane", "outcome"])
    for lane, outcome, count in rows:
        texts.add_metric([lane or "", outcome or ""], count)
    yield texts


def _outbox(session: Session) -> Iterator[Metric]:
    rows = session.execute(
        select(Outbound.state, Outbound.message_class, func.count()).group_by(Outbound.state, Outbound.message_class)
    ).all()
    yield _gauge(
        "handrail_outbox", "Texts of ours", ["state", "message_class"],
        [([state, message_class], count) for state, message_class, count in rows],
    )  # fmt: skip
    unknown = sum(count for state, _, count in rows if state == "unknown")
    yield _one("handrail_unknown", "Texts of which nobody knows whether they left", unknown)
    due = (
        select(Outbound.message_class, func.min(Outbound.not_before))
        .where(Outbound.state == "pending", Outbound.not_before <= clock.now())
        .group_by(Outbound.message_class)
    )
    oldest = {row[0]: row[1] for row in session.execute(due)}
    yield _gauge(
        "handrail_outbox_oldest_due_seconds", "How long the oldest text that may go has waited", ["message_class"],
        [([message_class], _age(oldest.get(message_class))) for message_class in CLASSES],
    )  # fmt: skip


def _desk(session: Session) -> Iterator[Metric]:
    rows = session.execute(
        select(DeskItem.list, func.count(), func.min(DeskItem.opened_at))
        .where(DeskItem.state != "closed")
        .group_by(DeskItem.list)
    )
    found = {name: (count, _age(since)) for name, count, since in rows}
    counts = [([name], found.get(name, (0, 0.0))[0]) for name in LISTS]
    ages = [([name], found.get(name, (0, 0.0))[1]) for name in LISTS]
    yield _gauge("handrail_desk_items", "Items that are not closed", ["list"], counts)
    yield _gauge("handrail_desk_oldest_seconds", "Age of the oldest of them", ["list"], ages)


def _rounds(session: Session) -> Iterator[Metric]:
    watchers = heartbeats.everyone(session)
    lag = [([each.name], _age(each.at)) for each in watchers]
    yield _gauge("handrail_watcher_lag_seconds", "Since a watcher finished its last round", ["watcher"], lag)
    ticks = CounterMetricFamily("handrail_watcher_rounds", "Rounds a watcher has finished", labels=["watcher"])
    for each in watchers:
        ticks.add_metric([each.name], each.rounds)
    yield ticks


def _age(since: datetime | None) -> float:
    """Seconds; 0 when there is none."""
    return max(0.0, (clock.now() - since).total_seconds()) if since is not None else 0.0


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=float(value))


def _gauge(name: str, says: str, labels: list[str], values: Iterable[tuple[list[str], float]]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=labels)
    for label, value in values:
        family.add_metric(label, float(value))
    return family
