"""Every conversation that stands beside the dialogs runs as it is written, and together they walk every edge."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from dialogs.engine.conversations import Conversation, read_conversations, replay, write_conversations
from dialogs.engine.model import Edge, edges
from dialogs.engine.play import Heard, Play
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk import classifier
from tests.dialogs.shipped import ALWAYS, CONVERSATIONS, DIALOGS

FILES = sorted(CONVERSATIONS.glob("*.txt"))


def _read(text: str, language: str, expected: Sequence[str]) -> Heard:
    return classifier.read(text, language, expected=expected)


def _replay(path: Path, conversation: Conversation) -> tuple[Conversation, Play]:
    dialog, language = path.stem.split(".")
    return replay(conversation, lambda: Play(DIALOGS, ALWAYS, dialog, language, _read))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations_run_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    written = read_conversations(path.read_text(encoding="utf-8"))
    played = [_replay(path, conversation)[0] for conversation in written]
    if request.config.getoption("--update"):
        path.write_text(write_conversations(played), encoding="utf-8")
    else:
        assert played == written


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(DIALOGS))
def test_every_authored_edge_is_walked(name: str, language: str) -> None:
    path = CONVERSATIONS / f"{name}.{language}.txt"
    walked: set[Edge] = set()
    for conversation in read_conversations(path.read_text(encoding="utf-8")):
        walked |= _replay(path, conversation)[1].walked
    assert set(edges(DIALOGS[name])) - walked == set()


def test_titles_are_different() -> None:
    for path in FILES:
        titles = [each.title for each in read_conversations(path.read_text(encoding="utf-8"))]
        assert len(titles) == len(set(titles)), path.name


def test_a_line_before_the_first_title_is_refused() -> None:
    with pytest.raises(ValueError, match="line 1"):
        read_conversations("patient: 1\n")
