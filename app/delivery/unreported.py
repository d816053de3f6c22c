"""Texts of which the carrier has not said what became are asked about by their ids: a report comes once, and may have
found nobody.

A process that dies with a report in its hands, or a database that is away, loses it for good (TWILIO 1.4). A nurse's
answer that never arrived would then look as if it had (H21). What the carrier does not know either, a person is told
of (app.delivery.unknowns); nothing is ever sent again.
"""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from app import clock, db
from app.delivery import receipts
from app.delivery.unknowns import TIMES_ASKED
from app.log import error_name, log
from app.messaging import delivery
from app.messaging.answers import ListUnreadable
from app.messaging.delivery import FINAL, Report
from app.messaging.gateway import Gateway
from app.models.outbox import Outbound

ASKED_AFTER = (timedelta(minutes=10), timedelta(hours=2), timedelta(hours=11))
"""An end is reported within minutes, or when the text has waited ten hours for a telephone that is off. One that has
none after that never will: some carriers give no receipts (TWILIO 3.1)."""
LOOK_BACK = timedelta(hours=24)
AT_ONCE = 50
FAILS = 3
"""So many texts in a round that cannot be asked about mean that none can be now."""


class Unreported(NamedTuple):
    """A text that the carrier took, and that has no end yet."""

    id: int
    token: str
    carrier_id: str
    looked_for: int


def ask(gateway: Gateway) -> int:
    """Ask what became of those that are due; returns how many have an end now. When the carrier cannot be asked, the
    next round asks."""
    ended = failed = 0
    for text in _due():
        try:
            ended += _ask_about(gateway, text)
        except ListUnreadable as error:
            log.warning("text_unreadable_at_carrier", outbound=text.id, reason=str(error))
            failed += 1
        except Exception as error:  # one text's trouble must not hold up the others, H61
            if db.gone(error):
                raise
            log.error("unreported_failed", outbound=text.id, error=error_name(error))
            if not isinstance(error, db.DATABASE_AWAY):  # else somebody has its rows: the next round
                _count_look(text)
        if failed == FAILS:
            break
    return ended


def _due() -> list[Unreported]:
    columns = (Outbound.id, Outbound.token, Outbound.carrier_id, Outbound.looked_for)
    with db.reading("unreported.due") as session:
        due = session.execute(select(*columns).where(*_is_due()).order_by(Outbound.sent_at, Outbound.id).limit(AT_ONCE))
        return [Unreported._make(row) for row in due]


def _is_due() -> list[ColumnElement[bool]]:
    """Each so often; at once those that a wrong clock has sent in the future."""
    now = clock.now()
    times = [
        (Outbound.looked_for == asked) & (Outbound.sent_at <= now - after) for asked, after in enumerate(ASKED_AFTER)
    ]
    astray = (Outbound.looked_for < TIMES_ASKED) & (Outbound.sent_at > clock.beyond())
    return [
        Outbound.state.in_(("accepted", "sent")), Outbound.carrier_id.is_not(None), or_(*times, astray),
        Outbound.sent_at >= now - LOOK_BACK,
    ]  # fmt: skip


def _ask_about(gateway: Gateway, text: Unreported) -> bool:
    """Whether it has an end. What the carrier says counts like the report that never came, and opens the same next
    step."""
    now = gateway.text(text.carrier_id)
    if now is not None:
        receipts.take(Report(text.token, text.carrier_id, now.status, now.error_code, by="list"))
        if now.status in FINAL:
            return True
    _count_look(text)
    return False


def _count_look(text: Unreported) -> None:
    with db.transaction("unreported.looked") as session:
        delivery.count_look(session, text.id, text.looked_for)
