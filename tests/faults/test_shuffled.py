"""Webhooks that come twice or three times and in any order: none is taken in twice, none is lost (H40, H53)."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from app import contact_points, db
from app.inbound import outage
from app.messaging import outbox
from app.models.conversations import Exchange
from app.models.outbox import DeliveryEvent, Outbound
from app.models.records import Entry
from app.simulator.faults import Fault
from escalation_desk.models import DeskItemWords
from tests.doors.twilio import Answer, new_sid, post, text_form
from tests.house import House
from tests.sending.outbox import report

pytestmark = pytest.mark.slow

NUMBERS = tuple(f"+1202555{place:04}" for place in range(300, 340))
WORDS = ("1", "yes", "my chest hurts", "can we do another day?", "me duele la cabeza", "thanks", "STOP", "START", "hm")
COPIES = 3
STATUSES = ("queued", "sent", "delivered")
AT_ONCE = 6
MOST_TRIES = 4

Delivery = Callable[[], Answer]


def arrivals(house: House, count: int, rng: random.Random) -> list[Delivery]:
    """`count` texts, each as often as COPIES says."""
    forms = [text_form(rng.choice(WORDS), From=rng.choice(NUMBERS)) for _ in range(count)]
    return [lambda form=form: post(house, form) for form in forms for _ in range(COPIES)]  # type: ignore[misc]


def reports(house: House, count: int) -> list[Delivery]:
    """What becomes of `count` texts of ours, each status twice; the carrier itself keeps silent about them."""
    house.carrier.faults.arm(Fault.REPORTS_LOST, None)
    with db.transaction("tests.reports") as session:
        for place in range(count):
            point = contact_points.lock(session, NUMBERS[place % len(NUMBERS)])
            outbox.post(session, outbox.Draft(
                key=f"shuffled:{place}", message_class="reply", contact_point_id=point.id, body=f"Text {place}",
                language="en", text_name="test",
            ))  # fmt: skip
    house.work()
    rows = house.rows(Outbound)
    return [
        lambda row=row, status=status: report(house, row, row.carrier_id or new_sid(), status)  # type: ignore[misc]
        for row in rows for status in STATUSES for _ in range(2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "ours"),
    [(20, 10), pytest.param(840, 420, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])],
    ids=["few", "5040"],
)
def test_shuffled_webhooks(house: House, texts: int, ours: int) -> None:
    """3 × 840 + 6 × 420 = 5,040 on either database are the 10,000 of the issue."""
    rng = random.Random(53)  # noqa: S311 reproducible on purpose
    told = reports(house, ours)
    webhooks = [*arrivals(house, texts, rng), *told]
    rng.shuffle(webhooks)
    for _ in range(MOST_TRIES):
        webhooks = refused(webhooks)
    assert not webhooks
    assert house.settings.spool_dir
    outage.replay(house.settings.spool_dir)
    for _ in range(3):
        house.passes(minutes=1)
    once_taken_in(texts)
    assert Counter(row.state for row in house.rows(Outbound)[:ours]) == {"delivered": ours}
    with db.reading("tests.events") as session:
        assert session.scalar(select(func.count()).select_from(DeliveryEvent)) == ours * len(STATUSES)


def refused(webhooks: list[Delivery]) -> list[Delivery]:
    """Post them, several at once. On a machine that has much else to do a few are told to try elsewhere, or later."""
    with ThreadPoolExecutor(AT_ONCE) as carriers:
        answers = carriers.map(lambda deliver: (deliver, deliver().status), webhooks)
    return [deliver for deliver, status in answers if status not in (200, 204)]


def once_taken_in(texts: int) -> None:
    """One row, one entry in the record, one place on the desk and one answer at most, for each text."""
    with db.reading("tests.once") as session:
        rows = session.execute(select(Exchange.id, Exchange.key, Exchange.outcome)).all()
        received = Counter(details["exchange"] for details in session.scalars(
            select(Entry.details).where(Entry.kind == "text_received")
        ))  # fmt: skip
        on_desk = Counter(session.scalars(select(DeskItemWords.exchange_id)))
        answers = Counter(session.scalars(select(Outbound.exchange_id).where(Outbound.exchange_id.is_not(None))))
    assert len(rows) == len({row.key for row in rows}) == texts
    assert all(row.outcome for row in rows)
    assert received == dict.fromkeys((row.id for row in rows), 1)
    assert set(on_desk.values()) | set(answers.values()) <= {1}
