"""`handrail lexicon check|diff|replay` from outside: what lists would do before anybody puts them in force."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app import db
from app.cli.main import cli
from app.models.conversations import Exchange
from app.models.records import Entry
from tests.guards.source import ROOT
from tests.house import House, house_environment
from tests.lists.folders import MORE, edited, put_in_force, with_town, without_town
from tests.people import Person
from tests.screens.desk import one_database

pytestmark = [pytest.mark.slow, pytest.mark.of_pages]


def lexicon(*words: str) -> Result:
    return CliRunner().invoke(cli, ["lexicon", *words])


@pytest.mark.prove
@one_database
def test_check_names_what_everyday_words_would_go_to_a_nurse(house: House, tmp_path: Path) -> None:
    """Answers to us, benign words and our own people's names; a report that refuses nothing."""
    town = MORE.replace('"wuzzlefits"', '"wuzzlefits", "parkin* lot", "chen"')
    ended = lexicon("check", str(edited(tmp_path / "lists", town=town)), "--practice")
    assert ended.exit_code == 0, ended.output
    assert "entries can be read, and the golden set is read rightly" in ended.stdout
    assert "“parking lot” (arrived, intents.toml" in ended.stdout
    assert "“Chen” (a name) is clinical: “chen” (symptom)" in ended.stdout
    assert "wuzzlefits" not in ended.stdout


@one_database
def test_check_refuses_an_entry_that_stands_twice_in_the_lists_of_the_checkout(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = edited(tmp_path / "lists", town=MORE.replace('"wuzzlefits"', '"wuzzlefits", "glimmering jar"'))
    monkeypatch.setattr("escalation_desk.lexicon._FOLDER", folder)
    ended = lexicon("check")
    assert ended.exit_code == 1
    assert "These lists may not serve." in ended.stdout
    assert "town.toml" in ended.stdout
    assert "glimmering jar" in ended.stdout


@one_database
def test_check_refuses_lists_that_may_not_serve(house: House, tmp_path: Path) -> None:
    ended = lexicon("check", str(edited(tmp_path / "lists", town=MORE.replace("symptom", "sympton"))))
    assert ended.exit_code == 1
    assert "town.toml, line 3: “words of this town”: kind must be one of" in ended.stdout
    assert "These lists may not serve." in ended.stdout


@pytest.mark.prove
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_check_says_how_entries_stand_typos() -> None:
    shown = lexicon("check", "--typos", "--worst", "3").stdout
    assert "Said with one typo: " in shown
    assert "medications.toml: generics: 9" in shown
    assert shown.count("  weak: ") == 3


@pytest.mark.prove
@one_database
def test_diff_tells_what_is_new_gone_or_other(house: House, tmp_path: Path) -> None:
    put_in_force(with_town(tmp_path / "one"))
    town = MORE.replace('"glimmering jar", "wuzzlefits"', '"glimmering/glittering jar", "snollygoster"')
    ended = lexicon("diff", str(edited(tmp_path / "two", town=town)))
    assert "4 entries differ" in ended.stdout
    assert "+ town.toml: words of this town: “snollygoster” (symptom)" in ended.stdout
    assert "- town.toml: words of this town: “wuzzlefits” (symptom)" in ended.stdout
    ended = lexicon(
        "diff", str(edited(tmp_path / "three", town=MORE.replace('kind = "symptom"', 'kind = "medication"')))
    )
    assert "~ town.toml: words of this town: “wuzzlefits”: symptom becomes medication" in ended.stdout


@pytest.mark.prove
@pytest.mark.long
def test_replay_counts_what_would_be_caught_lost_and_moved(
    house: House, ana: Person, rosa: Person, tmp_path: Path
) -> None:
    """With what came just before, across two texts; ids and counts, no words."""
    put_in_force(with_town(tmp_path / "lists"))
    for person, words, answer in (
        (ana, "the glimmering", "person"), (ana, "jar", "nurse"), (rosa, "wuzzlefits", "enfermer"),
    ):  # fmt: skip
        person.texts(words)
        person.reads(answer)
    stranger_words = "snollygoster"
    house.clock.passes(minutes=20)
    ana.texts(stranger_words)
    ended = lexicon("replay", str(without_town(tmp_path / "others")))
    assert ended.exit_code == 1
    assert "4 stored texts under lists" in ended.stdout
    assert "Newly caught, for the nurses: 1 (exchange 4)" in ended.stdout
    assert "This holds back their activation. 2 (exchange 2, 3)" in ended.stdout
    assert "Moved between a person and the dialogs: 0" in ended.stdout
    for words in ("glimmering", "wuzzlefits", stranger_words):
        assert words not in ended.output
    assert lexicon("replay", str(tmp_path / "lists")).exit_code == 0
    with db.transaction("tests.garble") as session:
        session.execute(update(Exchange).where(Exchange.id == 3).values(lane="clinical", body="see you then"))
    assert "by neither lists now: 1 (exchange 3)" in lexicon("replay", str(tmp_path / "lists")).stdout


@pytest.mark.prove
@one_database
def test_words_are_shown_on_a_terminal_only_and_that_is_recorded(house: House, ana: Person, tmp_path: Path) -> None:
    ana.texts("wuzzlefits")
    ana.reads("person")
    folder = with_town(tmp_path / "lists")
    refused = lexicon("replay", str(folder), "--words")
    assert refused.exit_code == 2
    assert "must not lie in files or logs" in refused.output
    assert "  1: wuzzlefits" in on_a_terminal(house, "lexicon", "replay", str(folder), "--words")
    (shown,) = [entry for entry in house.rows_of(Entry) if entry.kind == "words_shown"]
    assert (shown.stream, shown.details) == ("practice", {"ids": [1]})


def on_a_terminal(house: House, *words: str) -> str:
    """What somebody reads who types this at a terminal."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **house_environment(DATABASE_URL=house.settings.database_url), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=house.directory,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            some = os.read(ours, 65536)
        except OSError:  # a terminal that nobody writes to any more
            some = b""
        if not some:
            break
        shown += some
    os.close(ours)
    assert ended.returncode == 0, ended.stderr.decode()
    return shown.decode()
