"""In which language a message is written: who reads only the other one must not be answered in the wrong one."""

import pytest

from escalation_desk.written_in import written_in
from tests.reading.test_corpus import lines


@pytest.mark.parametrize(
    ("words", "languages"),
    [
        ("no puedo respirar", "es"), ("NO PUEDO RESPIRAR!!", "es"), ("ayuda", "es"), ("nesesito ayuda ya", "es"),
        ("I can't breathe", "en"), ("help", "en"), ("chest pain", "en"),
        ("me duele el chest", "en es"), ("I have dolor", "en es"), ("911", ""), ("", ""), ("💀🔫", ""),
        ("\x00\ud800", ""), ("Metformin", ""), ("gzxkw", ""),
    ],
)  # fmt: skip
def test_it_is_told_when_it_is_plain(words: str, languages: str) -> None:
    assert " ".join(written_in(words)) == languages


def test_of_two_languages_it_is_nearly_always_told_and_hardly_ever_taken_for_the_other() -> None:
    """Of Spanish words about health none is taken for English: a record in English would then be answered in it."""
    told = [(line.language, " ".join(written_in(line.text))) for line in lines("clinical")]
    assert told.count(("es", "en")) == 0
    assert told.count(("en", "es")) <= 3  # “sos”, and two Spanish lines among the English
    assert sum(known == language for language, known in told) / len(told) > 0.9
