"""How much a routine text asks of the database, counted (issue 2: at most twenty statements)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from app import db
from app.delivery import receipts
from app.messaging.delivery import Report
from app.simulator.faults import Fault
from tests.doors.twilio import post, text_form
from tests.house import House
from tests.people import ANAS, Person, appointment, visit
from tests.sending.outbox import row, write

MOST = 20
NOT_WORK = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that reaches the driver while the block runs."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(NOT_WORK):
            seen.append(" ".join(statement.split()))

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


def test_confirming_takes_at_most_twenty_statements(house: House, ana: Person, rosa: Person) -> None:
    """From the door to the commit: taken in, read, confirmed, answered, written into the record."""
    visit(house, rosa)
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    rosa.reads("Responda 1")
    post(house, text_form("1", From=rosa.handset.number))  # what is read once for each process has been read
    with counted() as statements:
        assert post(house, text_form("1")).status == 200
    assert appointment(booked).confirmed_at is not None
    assert len(statements) <= MOST, Counter(statement[:60] for statement in statements).most_common()
    house.work()
    ana.reads("confirmed")
    rosa.reads("confirmada")


def _report(house: House, person: Person, body: str) -> list[str]:
    """The three reports of one text, and what they asked."""
    sent = write(house, ANAS, "reply", body)
    house.work()
    text = row(sent)
    assert text.state == "accepted"
    with counted() as statements:
        for status in ("queued", "sent", "delivered"):
            receipts.take(Report(text.token, str(text.carrier_id), status, ""))
    assert row(sent).state == "delivered"
    person.reads(body)
    return statements


def test_what_is_reported_of_a_text_takes_at_most_six_a_report(house: House, ana: Person) -> None:
    """Each text brings three reports, through the door that patients' texts come by."""
    house.carrier.faults.arm(Fault.REPORTS_LOST, None)
    _report(house, ana, "Hello")  # what is read once for each process has been read
    statements = _report(house, ana, "Goodbye")
    assert len(statements) <= 3 * 6, Counter(statement[:60] for statement in statements).most_common()


def test_a_repeat_takes_at_most_five(house: House, ana: Person) -> None:
    form = text_form("thanks")
    post(house, form)
    with counted() as statements:
        post(house, form)
    assert len(statements) <= 5, statements
    house.work()
    ana.handset.reads()
