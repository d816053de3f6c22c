"""Limits on what we begin: so many texts a day, and so many of them that fail (H55, H56).

When one is passed the auditor raises a task, and while that is open nothing that we begin leaves (app.outreach.pauses).
Whoever closes it lets it go on: it is counted anew from then.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock, local_times
from app.messaging import outbox
from app.models.outbox import Outbound
from app.models.practice import Practice
from app.settings import Settings
from escalation_desk.models import DeskItem

LATELY = timedelta(minutes=10)
FEWEST, ONE_IN = 5, 20
"""Fewer failures than this are single numbers; above one in twenty it is the carrier, or our registration with it."""
NEWEST = 2000
"""So many of the newest texts are looked at for failures, and for the day's four times its limit: no look reads all."""


def texts_failing(session: Session) -> int:
    """How many texts of the last minutes failed, when that is more than one in twenty of them."""
    since = max(clock.now() - LATELY, _let_go_on(session, "audit_texts_failing"))
    sent, failed = _of_newest(session, NEWEST, since, of_class=None)
    return failed if failed >= FEWEST and failed * ONE_IN > sent else 0


def too_many_texts(session: Session, settings: Settings) -> int:
    """How many texts of those that we begin left today, once that is as many as the settings allow."""
    zone = ZoneInfo(session.scalar(select(Practice.time_zone).limit(1)) or "UTC")
    midnight, _ = local_times.day_around(clock.now(), zone)
    since = max(midnight, _let_go_on(session, "audit_too_many_texts"))
    sent, _ = _of_newest(session, 4 * settings.most_texts_a_day, since, of_class="outreach")
    return sent if sent >= settings.most_texts_a_day else 0


def _of_newest(session: Session, newest: int, since: datetime, of_class: outbox.MessageClass | None) -> tuple[int, int]:
    """Texts to patients that left since then, and those of them that failed."""
    columns = Outbound.message_class, Outbound.state, Outbound.claimed_at, Outbound.text_name
    recent = select(*columns).order_by(Outbound.id.desc()).limit(newest).subquery()
    query = select(func.count(), func.count().filter(recent.c.state == "failed")).where(
        recent.c.claimed_at >= since, recent.c.text_name.not_in(outbox.PAGES)
    )
    if of_class is not None:
        query = query.where(recent.c.message_class == of_class)
    sent, failed = session.execute(query).one()
    return sent, failed


def _let_go_on(session: Session, reason: str) -> datetime:
    """When a person last closed the task."""
    closed = select(func.max(DeskItem.closed_at)).where(DeskItem.reason == reason)
    return session.scalar(closed) or datetime.min.replace(tzinfo=UTC)
