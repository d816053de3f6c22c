"""The sweep and the ticker's other duties: one row's trouble holds up nobody else's safety (H61, P9)."""

from dataclasses import dataclass, field

import psycopg
import pytest
from sqlalchemy import text as sql
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import db, engines
from app.messaging.answers import Accepted
from app.models.outbox import Outbound
from app.outreach import reminders
from app.simulator.faults import Fault
from app.watchers import sweeper
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import ANAS, Colleague, Person, patient, visit
from tests.sending.outbox import accepted, carrier_down, row, write

GONE = b"gone:xxxxxxxxxxxxxxxxxxxxxxxxxxxx"
"""Sealed with a key that nobody has any more."""


def _spoil(table: str, column: str, row_id: int) -> None:
    with db.transaction("tests.spoil") as session:
        row = sql(f"update {table} set {column} = :gone where id = :id")  # noqa: S608  (names of this file only)
        session.execute(row, {"gone": GONE, "id": row_id})


def _only_on_postgresql(house: House) -> str:
    if engines.is_sqlite(house.settings.database_url):
        pytest.skip("on SQLite one writer holds the whole file")
    return house.settings.database_url.replace("+psycopg", "")


@dataclass
class Interrupted:
    """A carrier during whose first text somebody else writes of her chest."""

    writes: Person
    order: list[str] = field(default_factory=list)

    def send_text(self, to: str, *_: object) -> Accepted:
        if not self.order:
            self.writes.handset.texts("my chest hurts")
        self.order.append(to)
        return Accepted(f"SM{len(self.order):032x}")


def test_a_hand_off_written_meanwhile_goes_next(house: House, ana: Person) -> None:
    """P9: not after all the reminders that this sweep had found before it."""
    for number in range(4):
        visit(house, patient(house, f"Nr {number}", f"+1202555012{number}"), days=1, hour=10 + number)
    reminders.begin_due()
    carrier = Interrupted(ana)
    assert sweeper.sweep(carrier, house.settings) == 5  # type: ignore[arg-type]
    assert carrier.order.index(ANAS) == 1


def test_a_hand_off_goes_between_the_texts_of_one_number(house: House, ana: Person, rosa: Person) -> None:
    for number in range(3):
        write(house, rosa.handset.number, "reply", f"answer {number}")
    carrier = Interrupted(ana)
    sweeper.sweep(carrier, house.settings)  # type: ignore[arg-type]
    assert carrier.order == [rosa.handset.number, ANAS, rosa.handset.number, rosa.handset.number]


def test_a_long_sweep_leaves_the_rest_to_the_next(house: House, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    write(house, ANAS, "reply")
    monkeypatch.setattr(sweeper, "SWEEP_SECONDS", 0.0)
    assert sweeper.sweep(house.gateway, house.settings) == 0
    monkeypatch.undo()
    house.work()
    ana.reads("Hello")


@pytest.mark.slow
def test_a_locked_number_does_not_stop_the_others(house: House, ana: Person, rosa: Person) -> None:
    """A process was suspended with its transaction open: Rosa's hand-off leaves all the same."""
    url = _only_on_postgresql(house)
    ana.handset.texts("I feel dizzy")
    rosa.handset.texts("my chest hurts")
    with psycopg.connect(url) as stuck:
        stuck.execute("select id from contact_point where id = 1 for update")
        sweeper.sweep(house.gateway, house.settings)
        rosa.reads("911")
        stuck.rollback()
    house.work()
    ana.reads("nurse")


@pytest.mark.parametrize("code", ["55P03", "57014", "40P01"])
def test_rows_in_somebodys_hands_are_not_a_database_that_is_gone(code: str) -> None:
    busy = psycopg.errors.lookup(code)()
    assert not db.gone(OperationalError("select", None, busy))


@pytest.mark.parametrize(
    "error", [OperationalError("select", None, psycopg.OperationalError("no route")), PoolTimeout("all taken")]
)
def test_a_lost_connection_and_an_empty_pool_are(error: Exception) -> None:
    assert db.gone(error)
    assert not db.gone(ValueError("a broken row"))


def test_a_transaction_that_stands_still_gives_its_locks_up(house: House) -> None:
    _only_on_postgresql(house)
    with db.reading("tests.idle_limit") as session:
        assert session.scalar(sql("show idle_in_transaction_session_timeout")) == "10s"


def test_an_unreadable_text_that_was_on_its_way_stops_nobody(house: House, ana: Person, rosa: Person) -> None:
    ana.handset.texts("zxqv blorp")
    with db.transaction("tests.on_its_way") as session:
        session.execute(update(Outbound).values(state="sending", lease_until=house.clock()))
    _spoil("outbox", "body", 1)
    rosa.handset.texts("my chest hurts")
    house.work()
    rosa.reads("911")


@pytest.mark.slow
def test_an_unreadable_text_goes_to_a_person_and_its_number_hears_the_rest(
    house: House, ana: Person, fran: Colleague
) -> None:
    lost = write(house, ANAS, "reply", "lost")
    kept = write(house, ANAS, "reply", "kept")
    _spoil("outbox", "body", lost)
    house.work()
    ana.reads("kept")
    with db.reading("tests.set_aside") as session:
        of_lost = session.execute(sql("select state, reason from outbox where id = :id"), {"id": lost}).one()
    assert tuple(of_lost) == ("failed", "unreadable")
    assert [item.reason for item in fran.sees("front_desk")] == ["text_unreadable"]
    house.work()
    assert accepted(house) == ["kept"]
    assert row(kept).state == "delivered"


def test_an_unreadable_hand_off_is_told_to_the_nurses(house: House, ana: Person, nora: Colleague) -> None:
    ana.handset.texts("my chest hurts")
    _spoil("outbox", "body", 1)
    house.work()
    assert [item.reason for item in nora.sees("nurses")] == ["emergency", "text_unreadable"]
    ana.nothing_more()


def test_an_unreadable_note_does_not_keep_all_claims(house: House, ana: Person, rosa: Person, nora: Colleague) -> None:
    """H14: the note is not even opened."""
    ana.texts("I feel dizzy")
    rosa.texts("me duele la cabeza")
    ana.reads("nurse")
    rosa.reads("911")
    for item in nora.sees():
        nora.claims(item)
    _spoil("desk_item", "note", 1)
    house.clock.passes(hours=1)
    assert sweeper.release_claims() == 2
    with db.reading("tests.claims_open") as session:
        assert session.scalars(sql("select state from desk_item")).all() == ["open", "open"]


def test_an_unreadable_number_does_not_stop_outreach(house: House, ana: Person, rosa: Person) -> None:
    visit(house, ana, days=1, hour=9)
    visit(house, rosa, days=1, hour=11)
    _spoil("contact_point", "number", 1)
    reminders.begin_due()
    house.work()
    rosa.reads("Responda 1")
    reasons = {item.reason for item in house.rows(DeskItem)}
    assert reasons & {"confirm_by_phone_could_not_be_asked", "text_unreadable"}, reasons


def test_an_unknown_that_was_told_costs_nothing_more(house: House, ana: Person, fran: Colleague) -> None:
    """Each task that is refused by its key would use up one number of the sequence, every five seconds."""
    _only_on_postgresql(house)
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    write(house, ANAS, "reply")
    house.work()
    house.passes(minutes=5)
    house.passes(minutes=6)
    assert [item.reason for item in fran.sees("front_desk")] == ["unknown_whether_sent"]
    used = _used_up()
    for _ in range(5):
        sweeper.sweep(house.gateway, house.settings)
    assert _used_up() == used


def _used_up() -> int:
    with db.reading("tests.sequence") as session:
        return int(session.scalar(sql("select last_value from desk_item_id_seq")) or 0)


def test_an_unknown_hand_off_is_told_to_the_nurses(house: House, ana: Person, nora: Colleague) -> None:
    ana.handset.texts("my chest hurts")
    house.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    house.work()
    house.passes(minutes=5)
    house.passes(minutes=6)
    assert [item.reason for item in nora.sees("nurses")] == ["emergency", "unknown_whether_sent"]


def test_a_text_of_which_we_never_heard_is_told_of_in_half_a_day(house: House, ana: Person, nora: Colleague) -> None:
    """The callback came while the database was away, and the carrier cannot be asked either (TWILIO 3.1)."""
    ana.handset.texts("my chest hurts")
    house.carrier.handset(ANAS, kind="dead")
    sweeper.sweep(house.gateway, house.settings)
    db.start("sqlite:////nowhere/at/all.db")
    house.carrier.pump()
    db.start(house.settings.database_url)
    with carrier_down(house):
        house.passes(hours=11)
        assert [item.reason for item in nora.sees("nurses")] == ["emergency"]
        for _ in range(2):
            house.passes(hours=2)
            assert [item.reason for item in nora.sees("nurses")] == ["emergency", "never_reported"]
    assert row(1).state == "accepted"
