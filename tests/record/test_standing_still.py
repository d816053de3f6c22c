"""A process that stands still in the middle of a transaction finds its connection gone: the database is away, no more.

A patient's text is then kept in the spool and taken in as any other; no nurse is told that it could not be read.
"""

import time
from typing import Any

import pytest
from sqlalchemy import text

from app import db, engines
from app.inbound import outage, readings
from app.models.conversations import Exchange
from tests.house import House
from tests.people import Person
from tests.servers.fixtures import Postgres

pytestmark = pytest.mark.slow
STILL = 0.5


def soon_given_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connect anew, with less patience for a connection that does nothing; by an address that no engine is kept for."""
    monkeypatch.setattr(engines, "IDLE_MS", 100)
    db.start(f"{url}?application_name=stands_still")


def select_stand_still_select() -> None:
    with db.transaction("tests.stands_still") as session:
        session.execute(text("SELECT 1"))
        time.sleep(STILL)
        session.execute(text("SELECT 1"))


def test_it_counts_as_the_databases_absence(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres.fresh()
    soon_given_up(url, monkeypatch)
    try:
        with pytest.raises(db.DATABASE_AWAY) as gone:
            select_stand_still_select()
        assert db.gone(gone.value)
    finally:
        db.stop()
        postgres.drop(url)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_text_is_taken_in_as_any_other(house: House, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    soon_given_up(house.settings.database_url, monkeypatch)
    of_text = readings.of_text

    def slowly(*args: Any, **named: Any) -> Any:
        time.sleep(STILL)
        return of_text(*args, **named)

    with monkeypatch.context() as still:
        still.setattr(readings, "of_text", slowly)
        ana.texts("thanks")
    ana.reads("We have your message")
    assert not house.rows(Exchange)
    assert house.settings.spool_dir
    assert outage.replay(house.settings.spool_dir) == 1
    (exchange,) = house.rows(Exchange)
    assert (exchange.lane, exchange.outcome) == ("routine", "courtesy")
