"""A new data key while texts come and go: nothing is lost, no entry changes, and then the old key can go (H74)."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from app import anchors, clock, db, proxies, sealing, spool
from app.cli.main import cli
from app.models.conversations import Conversation, Exchange
from app.models.outbox import Outbound
from app.models.patients import ContactPoint, Patient
from app.models.practice import GoAhead
from app.models.recordings import CallRecording
from app.models.records import Entry
from app.outreach import follow_ups, pauses, snow_day_slots, snow_days
from app.outreach.follow_ups import Need
from app.scheduling import waitlist
from app.scheduling.wishes import Wishes
from app.settings import Settings
from app.upkeep import resealing
from app.web import second_factor
from escalation_desk import proposals
from escalation_desk.models import DeskItem
from escalation_desk.proposals import Decision
from tests.doors.twilio import new_sid, post, text_form
from tests.house import House, house_settings
from tests.people import Colleague, Person, patient, visit

pytestmark = pytest.mark.slow

K1 = house_settings().data_keys.get_secret_value()
K2 = "k2:" + "7b" * 32


def keys(house: House, data_keys: str) -> None:
    """Every process of the house starts again with these."""
    sealing.start(data_keys, house.settings.index_key.get_secret_value())


def entries(house: House) -> list[tuple[str, int, bytes]]:
    return sorted((entry.stream, entry.position, entry.digest) for entry in house.rows_of(Entry))


def flaws(house: House) -> list[anchors.Flaw]:
    with db.reading("tests.flaws") as session:
        return list(anchors.verify(session, house.settings.anchor_dir))


@pytest.fixture
def busy(house: House, ana: Person, rosa: Person, nora: Colleague) -> House:
    """A practice with something in every sealed column."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    ana.texts("1\0")
    ana.reads("confirmed")
    rosa.texts("me duele el pecho")
    rosa.reads("911")
    (item,) = nora.sees()
    nora.settles(item, "advised_by_phone", "she has a cold")
    rosa.calls()
    visit(house, ana, days=3)
    with db.transaction("tests.propose") as session:
        proposals.propose(session, [1], "marked", nora.id)
        proposals.decide(session, 1, nora.id, Decision("taken", "one of them", "symptom", "said so on the phone"))
        waitlist.ask(session, 1, Wishes(), "staff", "agent", said="rides the bus")
        session.add(CallRecording(call_id=1, offered_at=clock.now(), sound="UklGRg=="))
        session.get_one(Conversation, 1).saved = '{"days": "Monday"}'
        second_factor.begin(session, nora.id)
        pauses.begin(session, "recalls", "the letters are being rewritten", nora.id)
        session.scalars(select(GoAhead)).one().kept = "in each chart"
        gone = snow_day_slots.Wanted(house.on(3, 0).date())
        snow_days.declare(session, "form:a", gone, "the boiler burst", 1, nora.id)
        carla = proxies.Details(name="Carla", relation="daughter", number="+12025550188", may_hear="visits")
        proxies.add(session, 1, carla, nora.id)
        day = follow_ups.today(session)
        follow_ups.capture(session, Need(key="a", patient_id=1, kind="lab", owner="nurses", due_on=day, note="b"), None)
    return house


def test_every_sealed_column_is_known_and_filled(busy: House) -> None:
    assert {place.name for place in resealing.places()} == {
        "contact_point.number", "desk_draft.words", "desk_item.note", "exchange.body", "exchange.raw",
        "exchange.reading", "exchange.said", "follow_up.note", "list_proposal.entry", "list_proposal.why",
        "conversation.saved",
        "outbox.body", "patient.birth_date", "patient.name", "sealed_text.words", "waitlist_request.said",
        "second_factor.secret", "pause.reason", "proxy.name", "proxy.relation", "proxy.number", "go_ahead.kept",
        "snow_day.reason", "call_recording.sound",
    }  # fmt: skip
    with db.reading("tests.filled") as session:
        for place in resealing.places():
            found = session.execute(select(place.column).where(place.column.is_not(None))).first()
            assert found is not None or place.name.startswith("desk_"), place.name


def test_after_resealing_the_old_key_can_go(busy: House, ana: Person) -> None:
    before, count = entries(busy), resealing.by_key()["k1"]
    keys(busy, f"{K2},{K1}")
    assert resealing.seal_all_anew() == count
    assert resealing.by_key().keys() == {"k2"}
    assert resealing.seal_all_anew() == 0
    keys(busy, K2)
    assert set(entries(busy)) - set(before) == {entry for entry in entries(busy) if entry[0] == "practice"}
    assert set(before) <= set(entries(busy)), "no entry changed"
    assert flaws(busy) == []
    assert sorted(row.name for row in busy.rows(Patient)) == ["Ana López", "Rosa Jiménez"]
    ana.texts("my chest hurts")
    ana.reads("911")


def test_a_batch_that_is_cut_off_is_begun_again(busy: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches: what a first run did stays, and a second one does the rest."""
    monkeypatch.setattr(resealing, "WINDOW", 3)
    monkeypatch.setattr(resealing, "BATCH", 2)
    keys(busy, f"{K2},{K1}")
    (place,) = (place for place in resealing.places() if place.name == "sealed_text.words")
    window = next(resealing._windows(place))
    with db.transaction("tests.half") as session:
        assert resealing._batch(session, place, [found for _, found in window[:1]]) == 1
    assert resealing.by_key()["k2"] == 1
    resealing.seal_all_anew()
    assert resealing.by_key().keys() == {"k2"}
    assert flaws(busy) == []


def test_a_row_that_somebody_has_for_long_holds_up_nothing_and_is_come_back_to(
    busy: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "ROUNDS", 1)
    if busy.settings.database_url.startswith("sqlite"):
        pytest.skip("on SQLite one writer holds the whole file")
    keys(busy, f"{K2},{K1}")
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with db.transaction("tests.hold") as session:
            session.execute(select(ContactPoint.id).where(ContactPoint.id == 1).with_for_update())
            held.set()
            assert go_on.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    resealing.seal_all_anew()
    assert resealing.by_key()["k1"] == 1
    go_on.set()
    holder.join()
    resealing.seal_all_anew()
    assert resealing.by_key().keys() == {"k2"}


def test_texts_in_flight_lose_nothing(house: House) -> None:
    """All four steps of a change of keys while texts come in, four at a time."""
    numbers = [patient(house, f"Nr {number}", f"+1202555{1000 + number}").handset.number for number in range(4)]
    answers: dict[str, int] = {}
    changed = threading.Event()

    def send(number: str) -> None:
        while not changed.is_set():
            time.sleep(0.05)
            sid = new_sid()
            answers[sid] = post(house, text_form(f"my chest hurts {sid}", MessageSid=sid, From=number)).status

    def reached(count: int) -> None:
        while len(answers) < count:
            time.sleep(0.005)

    with ThreadPoolExecutor(len(numbers)) as crowd:
        texting = [crowd.submit(send, number) for number in numbers]
        try:
            for count, data_keys in ((20, f"{K1},{K2}"), (40, f"{K2},{K1}")):
                reached(count)
                keys(house, data_keys)
            reached(60)  # whoever began with the old order has ended
            resealing.seal_all_anew()
            assert resealing.by_key().keys() == {"k2"}
            keys(house, K2)
            reached(len(answers) + 20)
        finally:
            changed.set()
        for each in texting:
            each.result()
    assert set(answers.values()) == {200}
    exchanges = house.rows(Exchange)
    assert {exchange.key for exchange in exchanges} == set(answers)
    assert all(exchange.body == f"my chest hurts {exchange.key}" for exchange in exchanges)
    assert {item.reason for item in house.rows(DeskItem)} == {"emergency"}, "none had to be quarantined"
    written = house.rows(Outbound)
    assert sorted(text.exchange_id or 0 for text in written) == [exchange.id for exchange in exchanges]
    assert all("911" in text.body for text in written)
    assert flaws(house) == []


# --- The command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def command(busy: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """`handrail reseal` finds this house's settings, with a new key in front."""
    from app import settings

    changed = {"data_keys": house_settings(DATA_KEYS=f"{K2},{K1}").data_keys}
    monkeypatch.setattr(settings, "current", lambda: busy.settings.model_copy(update=changed))
    return busy


def run() -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["reseal"])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_says_when_the_old_key_can_go(command: House) -> None:
    count = resealing.by_key()["k1"]
    code, said, complaints = run()
    assert (code, complaints) == (0, "")
    assert f"k2 seals. {count:,} values were sealed anew." in said
    assert "Nothing is sealed with k1 any more." in said
    assert run()[1].startswith("k2 seals. 0 values were sealed anew.")


@pytest.mark.parametrize(
    ("junk", "sentence"),
    [
        (b"gone:" + b"x" * 40, "1 values open with none of DATA_KEYS."),
        (b"k1:" + b"x" * 40, "1 values are still sealed with k1"),
    ],
)
def test_what_does_not_open_keeps_the_old_key(command: House, junk: bytes, sentence: str) -> None:
    with db.transaction("tests.junk") as session:
        session.execute(text("update patient set name = :junk where id = 1"), {"junk": junk})
    code, _, complaints = run()
    assert code == 1
    assert sentence in complaints
    assert resealing.by_key()["k2"] > 10, "the rest was sealed anew all the same"


def test_words_in_the_spool_keep_the_old_key(command: House) -> None:
    spool_dir = _spool_of(command.settings)
    spool.keep(spool_dir, new_sid(), {"body": "hello"})
    code, _, complaints = run()
    assert code == 1
    assert "1 texts lie in SPOOL_DIR" in complaints


def _spool_of(settings: Settings) -> Path:
    assert settings.spool_dir is not None
    return settings.spool_dir
