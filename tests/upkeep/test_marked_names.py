"""Marked names through every path: none of them stands anywhere but in the database and the spool, sealed there too
(P11, H33)."""

import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect, text

from app import anchors, db, queue, settings, starting
from app.inbound import outage
from app.models.conversations import Exchange
from app.simulator.faults import Fault
from app.upkeep import backups, doctor, restoring
from app.watchers import auditor
from tests.house import House
from tests.journeys.test_outage import database_gone
from tests.people import Colleague, Person, patient
from tests.sending.outbox import accepted, write
from tests.sending.test_worker import until, worker
from tests.upkeep.test_metrics import TOKEN, scrape
from tests.web.browsing import signed_in

MARK = re.compile(rb"zyqwhim|vorpquill|202555[2-3]\d\d\d|blorpache", re.IGNORECASE)
ADDRESS = re.compile(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"')
WAYS = 5
MANY = pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(900)])


class Places(dict[str, bytes]):
    """What was found at each place that a name must not reach."""

    def add(self, place: str, content: bytes | str) -> None:
        self[place] = self.get(place, b"") + (content.encode() if isinstance(content, str) else content)

    def marked(self) -> dict[str, list[bytes]]:
        return {place: MARK.findall(content)[:3] for place, content in self.items() if MARK.search(content)}


@pytest.mark.slow
@pytest.mark.parametrize("many", [10, MANY])
def test_no_marked_name_stands_anywhere_but_sealed(
    many: int, careful: House, nora: Colleague, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """A fifth by the door while the carrier fails, a fifth by the spool, a fifth by a database that refuses them in
    mid-sentence, a fifth by the carrier's list, and a fifth by processing that breaks."""
    caplog.set_level(logging.DEBUG)
    places = Places()
    crowd = [
        patient(careful, f"Zyqwhim{at:03} Vorpquill{at:03}", f"+1202555{2000 + at}", "en" if at % 3 else "es")
        for at in range(many)
    ]
    _write(careful, crowd, places, monkeypatch)
    _take_in(careful, many)
    _open_pages(careful, nora, places)
    _look_after(careful, places)
    _send(careful, crowd[0], places)
    _back_up_and_restore(careful, elsewhere, tmp_path, places)
    seen = capfd.readouterr()
    places.add("output", seen.out + seen.err)
    others = ("urllib3", "werkzeug")  # they speak of the stand-in's own addresses
    ours = [record.getMessage() for record in caplog.records if record.name.split(".")[0] not in others]
    places.add("log", "\n".join(ours))
    assert {"text_spooled", "text_fetched", "text_quarantined"} <= set(
        re.findall(r"text_\w+", (places["log"] + places["output"]).decode())
    )
    assert places.marked() == {}


def _write(house: House, crowd: Sequence[Person], places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    for at, person in enumerate(crowd[0::WAYS]):
        house.carrier.faults.arm(list(Fault)[4 + at % 10])
        _texts(person)
    assert house.settings.spool_dir is not None
    with database_gone(house):
        _all_text(crowd[1::WAYS])
        kept = list(house.settings.spool_dir.iterdir())
        assert len(kept) >= len(crowd[1::WAYS])
        for path in kept:
            places.add("spool", path.read_bytes() + path.name.encode())
    with _table_away():
        _all_text(crowd[2::WAYS])
    for person in crowd[3::WAYS]:
        house.carrier.faults.arm(Fault.INBOUND_LOST)
        _texts(person)
    with monkeypatch.context() as broken:
        broken.setattr("app.inbound.receiving.outcomes.decide", _breaks)
        _all_text(crowd[4::WAYS])
    bell = queue.connection()
    places.add("queue", b"".join(bytes(key) + (bell.dump(key) or b"") for key in bell.scan_iter()))


def _texts(person: Person) -> None:
    person.handset.texts(f"my chest hurts, blorpache, it is Zyqwhim{person.handset.number[-3:]}")


def _all_text(people: Sequence[Person]) -> None:
    for person in people:
        _texts(person)


@contextmanager
def _table_away() -> Iterator[None]:
    """The database answers, and refuses each text with a sentence of its own that quotes the statement."""
    with db.transaction("tests.away") as session:
        session.execute(text("ALTER TABLE exchange RENAME TO exchange_away"))
    yield
    with db.transaction("tests.back") as session:
        session.execute(text("ALTER TABLE exchange_away RENAME TO exchange"))


def _breaks(*_: object) -> str:
    raise ZeroDivisionError("Zyqwhim000 wrote of her blorpache")


def _take_in(house: House, many: int) -> None:
    """Spool, quarantine and the carrier's list: all are in the database in the end, each once."""
    assert house.settings.spool_dir is not None
    while outage.replay(house.settings.spool_dir):
        pass
    for _ in range(3):
        house.passes(minutes=3)
    assert len(house.rows(Exchange)) == many


def _send(house: House, to: Person, places: Places) -> None:
    """By a worker of its own, while it can and while the database refuses it."""
    house.clock.at = datetime.now(UTC)  # it knows no other time
    with worker(house):
        sent = "It is Vorpquill000 to whom we write"
        waiting = write(house, to.handset.number, "reply", sent)
        until(lambda: bool(_rings(waiting)) and sent in accepted(house), "the worker sent nothing")
        with _table_away():
            _rings(waiting)
            time.sleep(1)
    places.add("a worker's output", (house.directory / "worker.log").read_bytes())


def _rings(row_id: int) -> int:
    queue.ring_now("send", row_id)
    return row_id


def _open_pages(house: House, nora: Colleague, places: Places) -> None:
    desk = signed_in(house, "nell", "nurse")
    for path in ("/desk/nurses", "/patients", *(f"/desk/items/{item.id}" for item in nora.sees()[:20])):
        places.add("addresses", "\n".join(ADDRESS.findall(desk.page(path))))


def _look_after(house: House, places: Places) -> None:
    auditor.audit(house.settings)
    house.settings = house.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    settings.use(house.settings)
    places.add("doctor", "\n".join(line.sentence for line in doctor.examine()))
    places.add("figures", scrape(house))
    anchors.write(house.settings.anchor_dir)
    places.add("anchors", (house.settings.anchor_dir / anchors.FILE).read_bytes())


def _back_up_and_restore(house: House, elsewhere: str, folder: Path, places: Places) -> None:
    made = backups.make(house.settings, folder / "one.backup")
    places.add("backup", made.path.read_bytes())
    places.add("database", _everything())
    db.stop()
    house.settings = house.settings.model_copy(update={"database_url": elsewhere})
    settings.use(house.settings)
    restoring.restore(house.settings, made.path)
    starting.start(house.settings)
    places.add("restored database", _everything())


def _everything() -> str:
    """All that stands in the tables, as it stands there."""
    with db.reading("tests.everything") as session:
        tables = inspect(session.connection()).get_table_names()
        return "\n".join(repr(row) for name in tables for row in session.execute(text(f'SELECT * FROM "{name}"')))  # noqa: S608
