"""Why a message was read as it was: which entry, in which list, and what it needed to count."""

import json

from hypothesis import given
from hypothesis import strategies as st

from escalation_desk.classifier import read
from escalation_desk.explaining import EXACT, explained
from escalation_desk.joining import Joined
from escalation_desk.lexicon import current
from tests.reading.test_corpus import lines

WORDS = sorted({word for line in lines("clinical") for word in line.text.split()})


def test_every_mention_of_the_corpus_names_its_entry_and_reached_its_threshold() -> None:
    """But for patterns of numbers, such as doses, which stand in no list."""
    lists, nowhere, named = current(), set(), 0
    for text in (line.text for line in lines("clinical")):
        for mention in explained(Joined(read(text, None)), text, lists)["mentions"]:
            assert mention["threshold"] <= mention["score"], (text, mention)
            named += mention["entry"] is not None
            if mention["entry"] is None and mention["how"] != "pattern":
                nowhere.add((text, mention["term"]))
    assert named > 300
    assert nowhere == set()


def test_a_nearest_miss_did_not_reach_what_it_needed() -> None:
    lists, found = current(), 0
    for lane in ("routine", "unsure"):
        for text in (line.text for line in lines(lane)):
            nearest = explained(Joined(read(text, None)), text, lists)["nearest"]
            if nearest is not None:
                found += 1
                assert nearest["threshold"] == EXACT or nearest["score"] < nearest["threshold"], (text, nearest)
                assert text[nearest["start"] : nearest["end"]] == nearest["text"]
                assert nearest["entry"], nearest
    assert found > 100


def test_nothing_is_looked_up_for_words_that_could_not_be_read() -> None:
    kept = explained(Joined(read("my knee hurts", None)), "my knee hurts", None)
    assert "threshold" not in kept["mentions"][0]


@given(st.lists(st.one_of(st.text(max_size=20), st.sampled_from(WORDS)), max_size=12).map(" ".join))
def test_any_text_is_explained(text: str) -> None:
    """An exception here would bring an everyday answer to a nurse."""
    reading = read(text, None)
    kept = explained(Joined(reading), text, current())
    assert json.loads(json.dumps(kept))["lane"] == reading.lane
    for each in [*kept["mentions"], *([kept["nearest"]] if kept["nearest"] else [])]:
        assert 0 <= each["threshold"] <= EXACT
