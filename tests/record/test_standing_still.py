"""A process that stands still in the middle of a transaction finds its connection gone: the database is away, nothing
else. A patient's text is then kept in the spool and taken in as any other, and no nurse is told that it could not be read."""

import time

import pytest
from sqlalchemy import text

from app import db, engines, outage, readings
from app.models.conversations import Exchange
from tests.house import House
from tests.people import Person
from tests.servers.fixtures import Postgres


def stand_still(*_: object, **__: object) -> None:
    time.sleep(0.5)


@pytest.mark.slow
def test_it_counts_as_the_databases_absence(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "IDLE_MS", 100)
    url = postgres.fresh()
    db.start(url)
    try:
        with pytest.raises(db.DATABASE_AWAY) as gone, db.transaction("tests.stands_still") as session:
            session.execute(text("SELECT 1"))
            stand_still()
            session.execute(text("SELECT 1"))
        assert db.gone(gone.value)
    finally:
        db.stop()
        postgres.drop(url)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_text_is_taken_in_as_any_other(house: House, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "IDLE_MS", 100)
    db.start(house.settings.database_url)
    of_text = readings.of_text
    monkeypatch.setattr(readings, "of_text", lambda *args, **named: [stand_still(), of_text(*args, **named)][1])
    ana.texts("thanks")
    monkeypatch.undo()
    ana.reads("We have your message")
    db.start(house.settings.database_url)
    assert not house.rows(Exchange)
    assert house.settings.spool_dir
    assert outage.replay(house.settings.spool_dir) == 1
    (exchange,) = house.rows(Exchange)
    assert (exchange.lane, exchange.outcome) == ("routine", "dialog_step")
