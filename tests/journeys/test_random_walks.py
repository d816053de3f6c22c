"""Random words to the running practice: each is kept with an outcome, and only what stands in dialogs/ leaves."""

import random
import re
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest

from app.models.conversations import Exchange
from app.models.outbox import Outbound
from dialogs.engine.files import ALWAYS as ALWAYS_FILE
from dialogs.engine.render import menu_of
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk.models import DeskItem
from tests.dialogs.shipped import BODIES, DIALOGS
from tests.dialogs.test_random_words import SAID
from tests.house import House
from tests.journeys.test_scripts import begins
from tests.people import patient, visit

PRACTICE = "Lakeside Clinic: "
NAMES = {"en": "Ana López", "es": "Rosa Núñez"}
SCRIPTS = [dialog for _, dialog in sorted(DIALOGS.items()) if dialog.about in ("appointment", "patient")]
BROKEN = "could_not_be_processed"
QUESTION_APART = timedelta(minutes=11)


@pytest.mark.slow
@pytest.mark.parametrize(
    "walks", [4, pytest.param(60, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])], ids=["few", "many"]
)
def test_whatever_is_written_only_our_texts_leave(house: House, walks: int) -> None:
    luck = random.Random(20261122)  # noqa: S311  (the same walks each time)
    for walk in range(walks):
        dialog, language = SCRIPTS[walk % len(SCRIPTS)], LANGUAGES[walk // len(SCRIPTS) % 2]
        who = patient(house, NAMES[language], f"+1202555{1000 + walk:04}", language)
        begins(house, who, dialog.name, visit(house, who, days=20) if dialog.about == "appointment" else None)
        for _ in range(luck.randint(1, 6)):
            who.texts(" ".join(luck.choices(SAID, k=luck.choice((1, 1, 2)))).strip() or "?")
            if luck.random() < 0.3:
                house.clock.at += QUESTION_APART
        if house.clock().astimezone(house.on(0, 0).tzinfo).hour >= 18:
            house.clock.becomes(house.on(1, 10))
    assert [row.key for row in house.rows(Exchange) if row.outcome is None] == []
    assert BROKEN not in {item.reason for item in house.rows(DeskItem)}
    texts = {row.body for row in house.rows(Outbound)}
    assert len(texts) > walks
    assert [text for text in texts if not _is_ours(text)] == []


def test_the_look_at_the_texts_is_no_yes_to_everything() -> None:
    assert _is_ours(
        "Lakeside Clinic: Thank you for writing. Reply 1 to confirm, 2 to ask for another time, 0 for a person."
    )
    assert not _is_ours("Lakeside Clinic: Thank you for writing. Do not worry.")
    assert not _is_ours("Lakeside Clinic: Take two of them, Ana.")


def _is_ours(text: str) -> bool:
    """Whether it is put together of nothing but texts of the files, with facts in their places, and menus; one line for
    each language where nobody knows whose number it is."""
    return all(_goes_on(line.removeprefix(PRACTICE)) for line in text.split("\n"))


@cache
def _goes_on(left: str) -> bool:
    for part in _parts():
        match = part.match(left)
        if match is not None and (match.end() == len(left) or _goes_on(left[match.end() + 1 :])):
            return True
    return False


@cache
def _parts() -> tuple[re.Pattern[str], ...]:
    """Each text of the files up to a space or the end; a fact is a few words without a sentence in them."""
    texts = {text.removeprefix("{practice}: ") for text in (*_texts(), *_menus())}
    facts = re.compile(r"\\\{\w+\\\}")
    return tuple(
        re.compile(facts.sub(lambda _: r"[^?!{}]{1,60}?", re.escape(text)) + r"(?=\s|$)") for text in sorted(texts)
    )


def _texts() -> Iterator[str]:
    for name, body in BODIES.items():
        table = tomllib.loads(body)
        states = [{"say": words} for words in table.values()] if name == ALWAYS_FILE else table["states"].values()
        for state in states:
            yield from state.get("say", {}).values()


def _menus() -> Iterator[str]:
    for dialog in DIALOGS.values():
        for state in dialog.states.values():
            if state.waits:
                yield from (menu_of(state, language) for language in LANGUAGES)
