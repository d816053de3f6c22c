"""What became of a text: delivery states only move forward, every report is kept (H53)."""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, defer

from app import clock, contact_points, db
from app.messaging import outbox
from app.models.outbox import DeliveryEvent, Outbound

STATE_OF: dict[str, str] = {
    "queued": "accepted",
    "accepted": "accepted",
    "scheduled": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
"""Twilio's message status → ours (TWILIO 3.1)."""

FINAL = frozenset({"delivered", "read", "undelivered", "failed", "canceled"})
"""After these nothing more is reported of a text (TWILIO 3.1)."""

# Each text brings three reports. Built once: building costs more than running (docs/measurements.md).
_NAMED = select(Outbound).where(Outbound.token == bindparam("token")).options(defer(Outbound.body)).with_for_update()

RANK = {"pending": 0, "sending": 0, "unknown": 0, "accepted": 1, "sent": 2, "delivered": 3, "failed": 3}


@dataclass(frozen=True)
class Report:
    """What the carrier says of one text, by a callback or in its list: `token` is ours, from the address it called or
    of the row that the text was found to be; the rest is the carrier's."""

    token: str
    carrier_id: str
    status: str
    error_code: str
    by: Literal["callback", "list"] = "callback"


def record(session: Session, report: Report) -> Outbound | None:
    """Keep the report and move the row forward, never back. Returns the row if this report changed it."""
    contact_points.hold_of_text(session, report.token)
    row = session.scalar(_NAMED, {"token": report.token})
    fresh = db.put(session, DeliveryEvent, {
        "outbound_id": row.id if row else None, "carrier_id": report.carrier_id, "status": report.status,
        "error_code": report.error_code, "at": clock.now(),
    })  # fmt: skip
    state = STATE_OF.get(report.status)
    if row is None or fresh is None or state is None or row.state not in RANK:
        return None
    if RANK[state] <= RANK[row.state]:
        return None
    _move(session, row, state, report)
    return row


def count_look(session: Session, row_id: int, looked_for: int) -> None:
    """The carrier was asked about a text, as often as `looked_for` says before. Guarded, so that two tickers at the
    same moment count one look."""
    seen = update(Outbound).where(Outbound.id == row_id, Outbound.looked_for == looked_for)
    session.execute(seen.values(looked_for=looked_for + 1))


def _move(session: Session, row: Outbound, state: str, report: Report) -> None:
    now = clock.now()
    values: dict[str, Any] = {"state": state, "carrier_id": row.carrier_id or report.carrier_id, "lease_until": None}
    if row.sent_at is None:
        values["sent_at"] = now
    if state in ("delivered", "failed"):
        values["ended_at"] = now
    if state == "failed":
        values |= {"error_code": report.error_code or None, "reason": "carrier_failed"}
    if row.state == "unknown":
        outbox.note(session, row.contact_point_id, row.id, "text_found", by=report.by)
        if state not in ("delivered", "failed"):
            values["looked_for"] = 0  # from now on its end is asked for
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    outbox.note(session, row.contact_point_id, row.id, f"delivery_{state}", code=report.error_code or None)
