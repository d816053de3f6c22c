"""Texts take turns at the door, and nobody's text keeps another's out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from app import db, patience, spool
from app.inbound import outage
from app.models.conversations import Exchange
from app.models.outbox import DeliveryEvent, Outbound
from app.models.patients import ContactPoint
from app.web import turns
from tests.house import House
from tests.people import ANAS, Person, patient, phone, visit

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
ROOM = [f"+120255503{number:02}" for number in range(20)]
MANY = 3 * turns.TEXTS_AT_ONCE


@pytest.fixture
def all_taken() -> Iterator[None]:
    """Every turn is another text's."""
    for _ in range(turns.TEXTS_AT_ONCE):
        assert turns._texts.acquire(timeout=1)
    yield
    for _ in range(turns.TEXTS_AT_ONCE):
        turns._texts.release()


@pytest.mark.slow
def test_more_texts_than_turns_are_all_taken_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits long enough. How long that may be on a busy machine is not what is tested."""
    monkeypatch.setattr(patience, "DOOR_SECONDS", 60)
    people = [phone(house, f"+120255502{number:02}") for number in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        list(pool.map(lambda person: person.handset.texts("hello"), people))
    assert len(house.rows(Exchange)) == MANY
    assert turns._texts._value == turns.TEXTS_AT_ONCE
    house.work()
    for person in people:
        person.reads()


def test_a_text_without_a_turn_is_answered_and_kept(
    house: House, ana: Person, all_taken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the database is away (H58): a fixed text at once, and the words in the spool."""
    monkeypatch.setattr(patience, "DOOR_SECONDS", 0.1)
    ana.handset.texts("my chest hurts")
    ana.reads("911")
    assert house.rows(Exchange) == []
    assert house.settings.spool_dir is not None
    assert len(list(spool.keys(house.settings.spool_dir))) == 1
    assert outage.replay(house.settings.spool_dir) == 1
    assert [row.body for row in house.rows(Exchange)] == ["my chest hurts"]


def test_a_report_that_found_no_turn_is_asked_for_and_keeps_no_text_out(
    house: House, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The carrier tells once what became of a text (TWILIO 1.4); whoever was not heard is asked (H21)."""
    monkeypatch.setattr(patience, "DOOR_SECONDS", 0.1)
    with turns._reports:
        ana.texts("hello")
        ana.reads()
    assert {row.state for row in house.rows(Outbound)} == {"accepted"}
    assert house.rows(DeliveryEvent) == []
    monkeypatch.undo()
    house.passes(minutes=11)
    assert {row.state for row in house.rows(Outbound)} == {"delivered"}


def _line(number: str) -> int:
    return hash(number) % turns.LINES


@pytest.mark.slow
@ON_POSTGRESQL
def test_a_number_in_somebodys_hands_keeps_nobody_else_out(house: House, ana: Person) -> None:
    """Her row is locked for longer than the door waits, and she writes again and again (P4)."""
    number = next(number for number in ROOM if _line(number) != _line(ANAS))
    rosa = patient(house, "Rosa Jiménez", number, language="es")
    visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1")
    ana.texts("hello")
    ana.reads()
    with ThreadPoolExecutor(MANY) as pool:
        with db.engine().begin() as somebody:
            somebody.execute(select(ContactPoint.id).where(ContactPoint.id == 1).with_for_update()).one()
            texts = [pool.submit(ana.handset.texts, f"are you there? {number}") for number in range(MANY)]
            rosa.handset.texts("1")
            assert [row.outcome for row in house.rows(Exchange) if row.body == "1"] == ["dialog_step"]
        for sent in texts:
            sent.result()
