"""Rows that break the processing of a text: her words reach a nurse all the same, and others go on (H61, P1)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import wordfreq
from sqlalchemy import delete, update

from app import db
from app.library import word_lists
from app.models.conversations import Conversation
from app.models.practice import GoAhead, Location, Practice
from app.models.records import LibraryVersion
from escalation_desk import classifier, lexicon, ordinary
from tests.house import House
from tests.people import Colleague, Person, appointment, visit


@pytest.fixture
def broken_lists(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A practice whose word lists and words of every day nobody can read, as after a disk's fault: every reading fails,
    and no language can be told."""
    (tmp_path / "symptoms.toml").write_text("not = [toml", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(lexicon, "_FOLDER", tmp_path)
        patch.setattr(word_lists, "_shelf", None)
        patch.setattr(wordfreq, "get_frequency_dict", _unreadable)
        for kept in (lexicon.current, ordinary.shares):
            kept.cache_clear()
        yield house
    for kept in (lexicon.current, ordinary.shares):
        kept.cache_clear()
    word_lists._shelf = None
    classifier.warm()  # as at the opening of a door: else many texts of the next test would load them all at once


def _unreadable(*_: str) -> None:
    raise OSError("the disk has a fault")


@pytest.mark.slow
def test_where_reading_fails_every_text_is_handed_to_a_nurse(broken_lists: House, ana: Person, nora: Colleague) -> None:
    """P1, H01: any failure of the classifier counts as clinical, and moves nothing."""
    booked = visit(broken_lists, ana)
    broken_lists.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("nurse", "911", "Una enfermera o un enfermero")
    assert len(nora.sees("nurses")) == 1
    assert appointment(booked).confirmed_at is None


def _break_the_dialog(house: House) -> None:
    with db.transaction("tests.break_dialog") as session:
        session.execute(update(Conversation).values(dialog_version=99))


def _break_the_fixed_texts(house: House) -> None:
    with db.transaction("tests.break_texts") as session:
        session.execute(update(LibraryVersion).where(LibraryVersion.kind == "always").values(body="not = [toml"))
        session.add(LibraryVersion(kind="dialog", name="other", version=1, sha256="-", body="not = [toml",
                                   reviewer="nobody", activated_at=house.clock()))  # fmt: skip


def test_a_poison_text_becomes_a_nurses_item_and_the_next_patient_is_served(
    house: House, ana: Person, rosa: Person, nora: Colleague
) -> None:
    """H61: the version of the dialog she is in is gone. Her words reach a nurse by the second transaction, with the
    hand-off text, and nobody else notices."""
    visit(house, ana)
    house.tick()
    ana.reads("Reply 1")
    _break_the_dialog(house)
    booked = visit(house, rosa)
    house.tick()
    rosa.reads("Responda 1")
    ana.texts("1")
    ana.reads("nurse", "911")
    assert [item.reason for item in nora.sees("nurses")] == ["could_not_be_processed"]
    rosa.texts("1")
    rosa.reads("confirmada")
    assert appointment(booked).confirmed_at is not None


def test_fixed_texts_that_cannot_be_read_do_not_stop_the_hand_off(house: House, ana: Person, nora: Colleague) -> None:
    """P1: no error switches the hand-off off; the texts that were shipped serve instead."""
    _break_the_fixed_texts(house)
    ana.texts("my chest hurts")
    ana.reads("911")
    assert len(nora.sees("nurses")) == 1


def test_a_practice_that_was_never_set_up_still_hands_over(house: House, stranger: Person, nora: Colleague) -> None:
    with db.transaction("tests.no_practice") as session:
        session.execute(delete(Location))
        session.execute(delete(GoAhead))
        session.execute(delete(Practice))
    stranger.texts("my baby has a fever")
    stranger.reads("(608) 555-0100", "911")
    assert len(nora.sees("nurses")) == 1
