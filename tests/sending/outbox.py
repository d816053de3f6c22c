"""Texts of every class in the outbox, carriers that misbehave, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from app import contact_points, db
from app import settings as house_settings
from app.messaging import gateway as gateways
from app.messaging import outbox
from app.messaging.gateway import Gateway
from app.models.outbox import Outbound
from app.models.patients import ContactPoint
from app.simulator import manners
from app.simulator.server import serve
from tests.doors.twilio import Answer, post
from tests.house import ACCOUNT, House


def write(house: House, number: str, message_class: outbox.MessageClass, body: str = "Hello", **more: Any) -> int:
    """One text of a class, pending, beside whatever dialogs write; returns its row."""
    with db.transaction("tests.write") as session:
        point = contact_points.lock(session, number)
        row_id = outbox.post(session, outbox.Draft(
            key=f"test:{message_class}:{sha256(body.encode()).hexdigest()}", message_class=message_class,
            contact_point_id=point.id, body=body, language="en", text_name="test", **more,
        ))  # fmt: skip
    assert row_id is not None
    return row_id


def row(row_id: int) -> Outbound:
    with db.reading("tests.row") as session:
        return session.get_one(Outbound, row_id)


def point(house: House, number: str) -> ContactPoint:
    (found,) = [row for row in house.rows(ContactPoint) if row.number == number]
    return found


def accepted(house: House) -> list[str]:
    """The bodies the carrier ever accepted from us: its ledger, not our belief."""
    return [entry["body"] for entry in house.carrier.books.entries()
            if entry["event"] == "message" and entry["direction"] != "inbound"]  # fmt: skip


def report(house: House, outbound: Outbound, sid: str, status: str, code: str = "") -> Answer:
    """A status callback as Twilio posts it."""
    form = {"AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": status, "SmsSid": sid, "SmsStatus": status}
    if code:
        form["ErrorCode"] = code
    return post(house, form, target=f"/twilio/status?m={outbound.token}")


def switch_sending(house: House, on: bool) -> None:
    house.settings = house.settings.model_copy(update={"sending": on})
    house_settings.use(house.settings)


def impatient(house: House, monkeypatch: Any, seconds: float = 0.4) -> None:
    """The time limits of the real client, shortened: the carrier answers too late for it."""
    monkeypatch.setattr(gateways, "SECONDS", seconds)
    monkeypatch.setattr(manners, "STALL_SECONDS", 4 * seconds)
    house.gateway = Gateway(house.settings)


@contextmanager
def carrier_down(house: House) -> Iterator[None]:
    """Nothing listens at the carrier's address while the block runs."""
    port = int(house.carrier_server.url.rpartition(":")[2])
    house.carrier_server.stop()
    try:
        yield
    finally:
        house.carrier_server = serve(house.carrier, port)
