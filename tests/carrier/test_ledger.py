"""The ledger is the truth: a carrier opened again on it goes on where it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.simulator import outbound, truth
from app.simulator.account import LiveAccountRefused
from app.simulator.books import INTERRUPTED
from app.simulator.carrier import Carrier
from app.simulator.keywords import STOPPED
from app.simulator.ledger import Ledger, LedgerGap, LedgerInUse
from tests.carrier.conftest import ACCOUNT, OURS, PUBLIC, TOKEN
from tests.carrier.practice import Practice

ANA = "+15005550101"
ROSA = "+15005550102"
Open = Callable[[], Carrier]


def send(carrier: Carrier, to: str, body: str) -> str:
    message = outbound.accept(carrier.books, to=to, sender=OURS, body=body, status_callback=f"{PUBLIC}/twilio/status")
    return message.sid


def test_a_restart_changes_nothing(open_carrier: Open) -> None:
    carrier = open_carrier()
    carrier.handset(ROSA, label="Rosa", kind="landline").texts("hola")
    carrier.handset(ANA, label="Ana").texts("STOP")
    redacted = send(carrier, ROSA, "words")
    carrier.pump()
    carrier.books.record("redact", sid=redacted)
    before = carrier.state

    after = open_carrier().state

    assert after == before
    assert (OURS, ANA) in after.blocked
    assert after.messages[redacted].error_code == 30006
    assert [line.body for line in after.threads[ANA]] == ["STOP", STOPPED]


def test_many_at_once_leave_one_true_ledger(open_carrier: Open, practice: Practice) -> None:
    carrier = open_carrier()
    with ThreadPoolExecutor(8) as people:
        sent = list(people.map(lambda number: send(carrier, ANA, str(number)), range(20)))
        texts = list(people.map(lambda number: carrier.handset(ROSA).texts(str(number)), range(20)))
        list(people.map(lambda _: carrier.pump(), range(4)))
    assert sorted(carrier.handset(ANA).reads(), key=int) == [str(number) for number in range(20)]
    assert sorted(heard.form["MessageSid"] for heard in practice.texts()) == sorted(texts)
    assert practice.callbacks().count(("delivered", "")) == len(sent)
    before = carrier.state
    assert open_carrier().state == before


def test_what_was_on_its_way_arrives_after_a_restart(open_carrier: Open, practice: Practice) -> None:
    send(open_carrier(), ANA, "See you Tuesday.")
    carrier = open_carrier()
    carrier.pump()
    assert carrier.handset(ANA).reads() == ["See you Tuesday."]
    assert practice.callbacks() == [("sent", ""), ("delivered", "")]
    open_carrier().pump()
    assert len(practice.callbacks()) == 2


def test_a_text_cut_off_in_the_air_is_a_failure(open_carrier: Open, practice: Practice) -> None:
    carrier = open_carrier()
    practice.before_answering = carrier.close
    with pytest.raises(ValueError, match="closed"):
        carrier.handset(ANA).texts("hello")
    reopened = open_carrier()
    [text] = reopened.truth().inbound
    [attempt] = reopened.attempts(text.sid)
    assert attempt.problem == INTERRUPTED


def test_a_torn_last_line_is_cut_off_and_told(open_carrier: Open, tmp_path: Path) -> None:
    carrier = open_carrier()
    carrier.handset(ANA, label="Ana")
    carrier.close()
    path = tmp_path / "ledger.jsonl"
    with path.open("ab") as ledger:
        ledger.write(b'{"n":2,"event":"handset","number":"+150')
    assert [str(gap) for gap in truth.read(path).gaps] == [
        "ledger gap after entry 1: the last line is torn (39 bytes)."
    ]
    carrier = open_carrier()
    assert list(carrier.state.handsets) == [ANA]
    carrier.handset(ROSA)
    reopened = open_carrier()
    assert list(reopened.state.handsets) == [ANA, ROSA]
    [gap] = reopened.truth().gaps
    assert str(gap) == (
        "ledger gap after entry 1: the stand-in died while it wrote; 39 bytes of a torn line were cut off."
    )


def test_a_line_that_is_being_written_is_no_gap(carrier: Carrier, tmp_path: Path) -> None:
    carrier.handset(ANA)
    with (tmp_path / "ledger.jsonl").open("ab") as ledger:
        ledger.write(b'{"n":2,"ev')
    assert carrier.truth().gaps == []


def head_lost(path: Path, lines: list[bytes]) -> None:
    path.with_name("ledger.jsonl.head").unlink()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda path, lines: path.write_bytes(b"".join(lines[:-2])), "the end was cut off"),
        (lambda path, lines: path.write_bytes(b"".join(lines[:0])), "the end was cut off"),
        (lambda path, lines: path.write_bytes(b"".join(lines[:2] + lines[3:])), "after entry 2: the next one is 4"),
        (lambda path, lines: path.write_bytes(b"".join(lines[1:])), "after entry 0: the next one is 2"),
        (
            lambda path, lines: path.write_bytes(b"".join([lines[0], b"\x00" * 40 + b"\n", *lines[2:]])),
            "cannot be read",
        ),
        (lambda path, lines: path.write_bytes(b"".join([b'{"event":"handset"}\n', *lines])), "an earlier Handrail"),
        (head_lost, "nobody knows whether the end was cut off"),
    ],
)
def test_a_ledger_that_was_cut_says_so_and_nothing_goes_on_from_it(
    open_carrier: Open, tmp_path: Path, damage: Callable[[Path, list[bytes]], object], sentence: str
) -> None:
    carrier = open_carrier()
    carrier.handset(ANA).texts("hello")
    carrier.handset(ROSA).texts("hola")
    assert carrier.truth().gaps == []
    carrier.close()
    path = tmp_path / "ledger.jsonl"
    damage(path, path.read_bytes().splitlines(keepends=True))
    assert sentence in str(truth.read(path).gaps[0])
    with pytest.raises(LedgerGap, match="cannot be continued: ledger gap"):
        open_carrier()


def test_two_carriers_never_share_a_ledger(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.jsonl")
    with pytest.raises(LedgerInUse):
        Ledger(tmp_path / "ledger.jsonl")
    first.close()
    Ledger(tmp_path / "ledger.jsonl").close()


@pytest.mark.parametrize("sid", ["AC" + "5" * 32, "AC" + "0" * 23 + "1" * 9, ACCOUNT + "0", "ACdemo", ""])
def test_a_live_account_is_refused(tmp_path: Path, sid: str) -> None:
    with pytest.raises(LiveAccountRefused):
        Carrier(sid, TOKEN, f"{PUBLIC}/twilio/sms", numbers=[OURS], ledger=tmp_path / "ledger.jsonl")
    assert not (tmp_path / "ledger.jsonl").exists()


def test_the_demos_account_is_taken(tmp_path: Path) -> None:
    Carrier(ACCOUNT, TOKEN, f"{PUBLIC}/twilio/sms", numbers=[OURS], ledger=tmp_path / "l.jsonl").close()
