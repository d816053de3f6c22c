"""Which words are said: those in force; a damaged set changes nothing, and a talk keeps the words it began with."""

import re
import shutil
from pathlib import Path

import pytest

from app import clock, db
from app.library import activation, versions
from app.models.calls import OutgoingCall
from app.models.records import LibraryVersion
from dialogs.engine.files import BESIDE_THE_ENGINE
from dialogs.engine.model import DialogFaults
from escalation_desk.models import DeskItem
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "dialogs"
    copied.mkdir()
    for path in BESIDE_THE_ENGINE.glob("*.toml"):
        shutil.copy(path, copied)
    return copied


def _changes(path: Path, old: str, new: str) -> None:
    body = path.read_text("utf-8")
    assert old in body
    path.write_text(body.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("file", "body", "said"),
    [
        ("confirm", b"", "“title” is missing"),
        ("confirm", b"\xff\xfe\x00", "cannot be read as text"),
        ("confirm", b"[states.ask\nsay.en = 1", r"cannot be read: .* \(at line 1, column 12\)"),
        ("_always", b"#" * 10_000_000, "longer than 100,000 letters"),
        ("cadences", b"a = " + b"[" * 90_000, "nested too deeply"),
    ],
    ids=["empty", "no text", "damaged", "huge", "hostile"],
)
@pytest.mark.of_words
def test_a_damaged_file_is_refused_whole_and_what_was_in_force_goes_on(
    house: House, ana: Person, folder: Path, file: str, body: bytes, said: str
) -> None:
    (folder / f"{file}.toml").write_bytes(body)
    _changes(folder / "callback.toml", "When may we call?", "At what hour may we call?")
    before = len(house.rows(LibraryVersion))
    for _ in range(2):
        with pytest.raises(DialogFaults, match=said):
            activation.activate(folder, reviewer="Nora Whitaker, RN")
    (task,) = house.rows(DeskItem)
    assert (task.list, task.reason) == ("front_desk", "dialogs_refused")
    assert re.search(said, task.note or ""), "told once, in the words of the fault"
    assert len(house.rows(LibraryVersion)) == before, "not even the sound part of it"
    booked = visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    ana.texts("1")
    ana.reads("is confirmed")
    assert appointment(booked).confirmed_at is not None


def test_a_talk_keeps_its_words_and_the_next_has_the_new_ones(
    house: House, ana: Person, rosa: Person, folder: Path
) -> None:
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1 to confirm")
    _changes(folder / "confirm.toml", "{practice}: Gracias. Su cita", "{practice}: Muchas gracias. Su cita")
    _changes(folder / "confirm.toml", "{practice}: Thank you. Your visit on", "{practice}: Many thanks. Your visit on")
    assert activation.activate(folder, reviewer="Nora Whitaker, RN")[0] == "confirm v2"
    ana.texts("1")
    ana.reads("Thank you. Your visit on")
    visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1 para confirmar")
    rosa.texts("1")
    rosa.reads("Muchas gracias. Su cita")
    newest = [row for row in house.rows(LibraryVersion) if (row.name, row.version) == ("confirm", 2)]
    assert [row.reviewer for row in newest] == ["Nora Whitaker, RN"]


def test_an_answer_by_text_ends_the_calls_that_would_follow(house: House, ana: Person, fran: Colleague) -> None:
    """And by a call the texts: tests/voice/test_outgoing.py."""
    ana.agrees_to_calls(would_rather=False)
    booked = visit(house, ana, days=2, hour=10)
    house.tick()
    ana.reads("Reply 1")
    house.passes(hours=24)
    ana.reads("Reply 1")
    ana.texts("yes")
    ana.reads("is confirmed")
    for _ in range(6):
        house.passes(hours=2)
    assert appointment(booked).confirmed_at is not None
    assert not house.rows(OutgoingCall)
    assert fran.sees("front_desk") == []
    ana.nothing_more()


def test_a_version_that_was_rolled_back_is_never_in_force(house: House, folder: Path) -> None:
    """SQLite gives its id to the next version, so an id alone does not tell what a process has read (P8)."""
    body = (folder / "callback.toml").read_text("utf-8")
    with db.transaction("tests.in_vain") as session:
        versions.keep(session, versions.DIALOG_KIND, "in_vain", body, "0" * 64, "the tests", clock.now())
        assert "in_vain" in versions.in_force(session).dialogs
        session.rollback()
    with db.transaction("tests.kept") as session:
        versions.keep(session, versions.DIALOG_KIND, "kept", body, "1" * 64, "the tests", clock.now())
    with db.reading("tests.looks") as session:
        assert {"in_vain", "kept"} & set(versions.in_force(session).dialogs) == {"kept"}
