"""What no list knows: said of somebody and of nothing else, it is a nurse's (decision 0091, H01, H03)."""

import pytest

from escalation_desk import lexicon
from escalation_desk.classifier import read
from escalation_desk.lexicon import Lexicon
from escalation_desk.unnamed import KIND

TOLD = {
    "it's gone all shimmery": ["shimmery"],
    "she keeps glorping": ["glorping"],
    "the glimmering jar": ["glimmering", "jar"],
    "se me puso como guango": ["guango"],
    "mi niña anda toda guanguita": ["guanguita"],
    "hola, se me puso como guango, gracias": ["guango"],
    "me quedé dormida todo el día": ["dormida"],
}


@pytest.mark.parametrize("text", TOLD)
def test_words_of_somebody_that_no_list_knows_are_a_nurses(text: str) -> None:
    reading = read(text, None)
    assert (reading.lane, reading.fixed_text) == ("clinical", "hand_off")
    assert [(mention.kind, mention.text) for mention in reading.mentions] == [(KIND, word) for word in TOLD[text]]


@pytest.mark.parametrize(
    "text",
    [
        "shimmery", "my card got declined", "mi perro se escapó", "my wifi is shimmery", "I saw Dr. Okafor",
        "its a wrong number i am at the bank", "my uncle Bob says hi", "It's Keisha", "Nadia Okafor",
        "1 its sams mother",
        "1. This is Sam's mom, he will be there",
        "my snow shovel broke", "qwzx plmk", "????", "¿dónde me estaciono?", "se me ponchó el carro",
    ],
)  # fmt: skip
def test_a_word_of_the_world_a_name_or_one_lone_word_is_the_front_desks(text: str) -> None:
    assert read(text, None).lane != "clinical"


def test_every_word_with_a_capital_makes_none_of_them_a_name() -> None:
    assert read("My Glorp Is Shimmery", None).lane == "clinical"


def test_what_was_offered_and_who_works_here_takes_nothing_back() -> None:
    """DESIGN 4: they only ever add benign words."""
    for text in TOLD:
        assert read(text, None, expected=["shimmery", "jar"], names=["guango", "glorping"]).lane == "clinical"


def test_words_of_the_world_make_nothing_routine_and_mend_nothing() -> None:
    lists = lexicon.current()
    alone = lists.other_matters - {
        word for entry in lists.entries if entry.kind != "world" for word in entry.lone_words
    }
    assert len(alone) > 1000
    assert [word for word in sorted(alone) if read(f"yes {word}", "en").lane == "routine"] == []


def test_lists_that_know_no_small_words_read_as_before() -> None:
    texts = lexicon.shipped_texts()
    del texts["words_of_other_matters.toml"]
    assert read("it's gone all shimmery", None, lexicon=Lexicon.from_proven(texts)).lane == "unsure"
