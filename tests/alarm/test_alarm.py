"""The alarm reaches somebody outside, says why and when, and nothing of a patient (P11)."""

import socket
import time
from collections.abc import Iterator

import pytest

from app import alarm, clock, db, settings
from tests.alarm.pager import Pager
from tests.house import MONDAY_TEN, ObedientClock, house_settings


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    clock.use(ObedientClock())
    yield
    clock.use(None)
    settings.use(None)


def rings_at(address: str) -> None:
    settings.use(house_settings(ALARM_URL=address))


def test_it_says_why_and_when_and_nothing_else(pager: Pager) -> None:
    rings_at(pager.url)
    assert alarm.ring("clinical_text_waits")
    assert pager.heard == [{"reason": "clinical_text_waits", "at": "2026-11-23T16:00:00+00:00"}]
    assert MONDAY_TEN.isoformat() == "2026-11-23T10:00:00-06:00"


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_whoever_does_not_say_yes_has_not_heard(pager: Pager, status: int) -> None:
    """A detour is not followed: it may lead out of https."""
    rings_at(pager.url)
    pager.status = status
    assert not alarm.ring("something_is_wrong")
    assert pager.reasons == ["something_is_wrong"]


def test_nobody_there_is_not_heard() -> None:
    rings_at("http://127.0.0.1:1/ring")
    assert not alarm.ring("all_is_well")


def test_somebody_who_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        rings_at(f"http://127.0.0.1:{silent.getsockname()[1]}/ring")
        began = time.monotonic()
        assert not alarm.ring("all_is_well")
        assert time.monotonic() - began < 2


def test_without_an_address_there_is_nobody_to_ring() -> None:
    settings.use(house_settings())
    assert alarm.ring("all_is_well")


def test_it_never_rings_from_inside_a_transaction(pager: Pager, tmp_path: object) -> None:
    """No connection of the database waits for somebody else's server."""
    rings_at(pager.url)
    db.start(f"sqlite:///{tmp_path}/empty.db")
    with db.transaction("tests.ringing"), pytest.raises(RuntimeError, match="inside the transaction"):
        alarm.ring("all_is_well")
    db.stop()
    assert not pager.heard
