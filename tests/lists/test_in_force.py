"""Versions of the word lists: proved, signed, kept and read by; what is not sound does not serve (H10)."""

import json
import re
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from app import db
from app.cli.main import cli
from app.library import activation, word_lists
from app.models.conversations import Exchange
from app.models.records import Entry, LibraryVersion, SealedText
from app.watchers import auditor
from escalation_desk import lexicon
from escalation_desk.models import DeskItem
from tests.house import House
from tests.journeys.test_outage import database_gone
from tests.lists.folders import MORE, edited, put_in_force, with_town, without_town
from tests.people import Colleague, Person
from tests.screens.desk import one_database

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


def versions(house: House) -> list[LibraryVersion]:
    return house.rows(LibraryVersion, LibraryVersion.kind == word_lists.KIND)


def tasks(house: House) -> list[tuple[str, str]]:
    return [(item.reason, item.note or "") for item in house.rows(DeskItem, DeskItem.kind == "task")]


def test_every_text_is_read_by_the_lists_that_were_activated_last(
    house: House, ana: Person, nora: Colleague, tmp_path: Path
) -> None:
    ana.texts("wuzzlefits")
    ana.reads("person will read")
    assert nora.sees() == []
    active = put_in_force(with_town(tmp_path / "lists"))
    (row,) = versions(house)
    assert (row.version, row.reviewer, row.activated_at) == (1, "Nora Whitaker, RN", house.clock())
    assert lexicon.version_of(row.sha256) == active.version != lexicon.current().version
    ana.texts("the glimmering jar")
    ana.reads("nurse")
    assert len(nora.sees()) == 1
    assert f'"lexicon": "{active.version}"' in (house.rows(Exchange)[-1].reading or "")


@pytest.mark.prove
def test_a_process_that_reads_by_older_lists_goes_on_and_takes_the_new_ones_beside_its_work(
    house: House, ana: Person, tmp_path: Path
) -> None:
    first = put_in_force(without_town(tmp_path / "one"))
    activation.activate(None, with_town(tmp_path / "two"))
    ana.texts("who are you")
    ana.reads("person will read")
    ends_at = time.monotonic() + 60
    with db.reading("tests.until") as session:
        while word_lists.in_force(session).version == first.version:
            assert time.monotonic() < ends_at
            time.sleep(0.05)
    ana.texts("wuzzlefits")
    ana.reads("nurse")
    assert f'"lexicon": "{first.version}"' in (house.rows(Exchange)[0].reading or "")


def test_what_would_reach_no_nurse_any_more_holds_the_lists_back_until_somebody_answers_for_it(
    house: House, ana: Person, tmp_path: Path
) -> None:
    active = put_in_force(with_town(tmp_path / "with"))
    ana.texts("wuzzlefits all night")
    ana.reads("nurse")
    ended = activates("--lists", str(without_town(tmp_path / "without")))
    assert ended.exit_code == 1
    assert "1 stored text would reach no nurse any more: exchange 1." in ended.stderr
    assert "wuzzlefits" not in ended.output
    assert [row.version for row in versions(house)] == [1]
    ((reason, note),) = tasks(house)
    assert reason == "lists_refused"
    assert "wuzzlefits" not in note
    assert word_lists.at_hand()[-1].version == active.version
    for options in (["--accept-lost", "a joke of hers"], ["--accept-lost", " ", "--reviewer", "Nora"]):
        assert activates("--lists", str(tmp_path / "without"), *options).exit_code == 2
    ended = activates("--lists", str(tmp_path / "without"), "--accept-lost", "a joke of hers", "--reviewer", "Nora")
    assert ended.exit_code == 0, ended.output
    with db.reading("tests.entry") as session:
        entry = session.scalars(select(Entry).where(Entry.kind == "lists_activated").order_by(Entry.position)).all()[-1]
        words = session.get_one(SealedText, (entry.stream, entry.position)).words
    assert (entry.details["lost"], entry.details["accepted_by"], words) == ([1], "Nora", "a joke of hers")


@pytest.mark.prove
@one_database
def test_half_a_list_is_held_back_where_no_text_was_stored_yet(house: House, tmp_path: Path) -> None:
    """A copy that was cut off between two groups can be read, and passes the golden set."""
    whole = lexicon.shipped_texts()["drug_names.toml"]
    ended = activates("--lists", str(edited(tmp_path / "cut", drug_names=None)))
    assert "[[group]]" in whole
    assert ended.exit_code == 1
    assert re.search(r"They no longer hold \d+ of \d+ clinical words, such as \w+", ended.stderr)
    assert versions(house) == []
    ended = activates("--lists", str(tmp_path / "cut"), "--reviewer", "Nora", "--accept-lost", "we prescribe nothing")
    assert ended.exit_code == 0, ended.output


@pytest.mark.prove
@one_database
def test_lists_that_fail_a_newer_golden_set_still_say_what_would_be_lost(
    house: House, ana: Person, tmp_path: Path
) -> None:
    """Newer code asks more of them, so that the shipped lists serve; what the others caught is not forgotten."""
    texts = lexicon.texts_in(edited(tmp_path / "lists", town=MORE, emergencies=None))
    put(house, json.dumps(texts), 1, sha256=lexicon.digest(texts))
    ana.texts("wuzzlefits")
    ana.reads("person will read")
    ended = activates()
    assert ended.exit_code == 1
    assert "1 stored text would reach no nurse any more: exchange 1." in ended.stderr


@pytest.mark.prove
@one_database
def test_lists_that_are_not_sound_are_not_put_in_force(house: House, tmp_path: Path) -> None:
    """Each with its line and its reason, and a task for a person; what was in force serves."""
    for bodies, sentence in (
        ({"town": MORE.replace("wuzzlefits", "low/low mood")}, "town.toml, line 7: “low/low mood”: offers"),
        ({"town": MORE.replace("2026-11-22", "yesterday")}, "is not valid TOML: Invalid value (at line 6"),
        ({"emergencies": None}, "“I want to die” must be read as clinical (crisis)"),
    ):  # fmt: skip
        ended = activates("--lists", str(edited(tmp_path / f"lists{len(sentence)}", **bodies)))
        assert ended.exit_code == 1
        assert "Nothing was activated; what was in force stays." in ended.stderr
        assert sentence in ended.stderr
        assert sentence in tasks(house)[-1][1]
    assert versions(house) == []
    assert activates("--lists", str(tmp_path / f"lists{len(sentence)}")).exit_code == 1
    assert len(tasks(house)) == 3, "the same reason is told once"


def test_the_shipped_lists_are_activated_with_the_checkout_once(house: House) -> None:
    assert "Now in force: lists v1." in activates().stdout
    assert "up to date" in activates().stdout
    (row,) = versions(house)
    assert (row.reviewer, lexicon.version_of(row.sha256)) == ("shipped with Handrail", lexicon.current().version)


@pytest.mark.prove
@pytest.mark.parametrize("body", ['{"a.toml": "[[group"}', "{}", "no json"])
def test_the_newest_that_cannot_be_used_leaves_the_one_before_it_and_a_task(
    house: House, ana: Person, tmp_path: Path, body: str
) -> None:
    """As when newer code wrote it; and the shipped ones where there is none before it."""
    active = put_in_force(with_town(tmp_path / "lists"))
    put(house, body, 2)
    ana.texts("wuzzlefits")
    ana.reads("nurse")
    assert f'"lexicon": "{active.version}"' in (house.rows(Exchange)[0].reading or "")
    assert auditor.audit(house.settings) == ["lists_unreadable"]
    assert [reason for reason, _ in tasks(house)] == ["audit_lists_unreadable"]
    with db.transaction("tests.none_before") as session:
        session.execute(
            update(LibraryVersion).where(LibraryVersion.kind == word_lists.KIND).values(body=body, sha256="1" * 64)
        )
    with db.reading("tests.reload") as session:
        assert word_lists.load(session).lexicon is lexicon.current()


def test_while_the_database_is_away_the_shipped_lists_and_the_last_ones_both_count(
    house: House, ana: Person, tmp_path: Path
) -> None:
    """P1: what either calls clinical is."""
    put_in_force(edited(tmp_path / "lists", town=MORE, wellbeing=None))
    with database_gone(house):
        for words in ("wuzzlefits", "I feel very ill"):
            ana.handset.texts(words)
            ana.reads("911", "emergencia")


def put(house: House, body: str, version: int, sha256: str = "") -> None:
    with db.transaction("tests.unsound") as session:
        session.add(LibraryVersion(
            kind=word_lists.KIND, name=word_lists.NAME, version=version, sha256=sha256 or f"{version}" * 64, body=body,
            reviewer="nobody", activated_at=house.clock(),
        ))  # fmt: skip
    with db.reading("tests.load") as session:
        word_lists.load(session)


def activates(*options: str) -> Result:
    return CliRunner().invoke(cli, ["activate", *options])
