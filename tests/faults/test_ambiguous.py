"""Sends of which nobody knows at first whether they left: none goes twice, none is forgotten (P5, H48)."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest

from app import contact_points, db
from app.messaging import outbox
from app.models.outbox import Outbound
from app.simulator.faults import Fault
from escalation_desk.models import DeskItem
from tests.house import House
from tests.sending.outbox import impatient

pytestmark = pytest.mark.slow

NUMBERS = tuple(f"+1202555{place:04}" for place in range(200, 240))
BATCH = 200
SEED = 48

ANSWERS = {Fault.ERROR_AFTER_ACCEPT: 0.4, Fault.READ_TIMEOUT: 0.04, Fault.TRUNCATED_ANSWER: 0.5,
           Fault.RESET_AFTER_ACCEPT: 1.0}  # fmt: skip
"""Each text is taken, and none is confirmed: what the first of these leaves over, the next one strikes."""
REPORTS = {Fault.REPORTS_LATE: 0.1, Fault.REPORTS_REVERSED: 0.1, Fault.REPORTS_TWICE: 0.1, Fault.REPORTS_LOST: 0.005,
           Fault.LAST_REPORT_LOST: 0.02}  # fmt: skip


def write_some(count: int, first: int) -> None:
    with db.transaction("tests.write_some") as session:
        for place in range(first, first + count):
            point = contact_points.lock(session, NUMBERS[place % len(NUMBERS)])
            outbox.post(session, outbox.Draft(
                key=f"ambiguous:{place}", message_class="reply", contact_point_id=point.id, body=f"Text {place}",
                language="en", text_name="test",
            ))  # fmt: skip


def tokens_sent(house: House) -> Counter[str]:
    """How often the carrier took each of our texts, by our own token."""
    addresses = [text.status_callback or "" for text in house.carrier.truth().accepted]
    return Counter(parse_qs(urlsplit(address).query)["m"][0] for address in addresses)


@pytest.mark.parametrize(
    "count", [40, pytest.param(2500, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])], ids=["few", "2500"]
)
def test_ambiguous_sends(house: House, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """2,500 on either database are the 5,000 of the issue."""
    impatient(house, monkeypatch, 0.3)
    for fault, chance in {**ANSWERS, **REPORTS}.items():
        house.carrier.faults.arm(fault, None, chance=chance, seed=SEED)
    for first in range(0, count, BATCH):
        write_some(min(BATCH, count - first), first)
        house.work()
        house.passes(minutes=2)
    house.carrier.faults.clear()
    for minutes in (2, 11, 2):
        house.passes(minutes=minutes)
    rows, sent = house.rows(Outbound), tokens_sent(house)
    assert sent == dict.fromkeys((row.token for row in rows), 1), "each left once, and none twice"
    told = {item.key for item in house.rows(DeskItem)}
    hidden = [row.id for row in rows if row.state not in ("sent", "delivered") and f"unknown:{row.id}" not in told]
    assert not hidden
    assert Counter(row.attempts for row in rows) == {1: count}
    assert len(told) <= max(1, count // 100)
