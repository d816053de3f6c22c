"""Sealed fields and blind indexes: closed without the keys, bound to their place, found without being opened."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import sealing
from app.sealing import SealingError

KEY_1, KEY_2 = "k1:" + "5a" * 32, "k2:" + "7b" * 32
INDEX = "an index key of the tests, long enough to be one"


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    before = sealing._keyring
    sealing.start(KEY_1, INDEX)
    yield
    sealing._keyring = before


@given(st.text(max_size=200))
def test_what_is_sealed_comes_back_as_it_was(words: str) -> None:
    assert sealing.unseal(sealing.seal(words, "exchange.body"), "exchange.body") == words


def test_the_same_words_look_different_each_time_and_cannot_be_seen() -> None:
    first, second = (sealing.seal("my chest hurts", "exchange.body") for _ in range(2))
    assert first != second
    assert b"chest" not in first


def test_a_value_opens_only_in_its_own_place() -> None:
    """A name cannot be passed off as a text by copying it to another column."""
    with pytest.raises(SealingError, match="changed or moved"):
        sealing.unseal(sealing.seal("Ana", "patient.name"), "exchange.body")


def test_a_changed_value_does_not_open() -> None:
    sealed = sealing.seal("my chest hurts", "exchange.body")
    for place in range(len(b"k1:"), len(sealed)):
        broken = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(SealingError):
            sealing.unseal(broken, "exchange.body")


@pytest.mark.parametrize("value", [b"", b"k1:", b"k1:short", b"no colon", b"k9:" + b"0" * 40, b"\xff\xfe:" + b"0" * 40])
def test_what_is_not_sealed_with_a_key_of_ours_does_not_open(value: bytes) -> None:
    with pytest.raises(SealingError):
        sealing.unseal(value, "exchange.body")


def test_an_unknown_key_says_so_without_showing_anything() -> None:
    sealed = sealing.seal("my chest hurts", "exchange.body")
    sealing.start(KEY_2, INDEX)
    with pytest.raises(SealingError, match=r"a key that DATA_KEYS does not hold, in exchange\.body"):
        sealing.unseal(sealed, "exchange.body")


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    old = sealing.seal("before", "exchange.body")
    sealing.start(f"{KEY_2},{KEY_1}", INDEX)
    assert sealing.seal("after", "exchange.body").startswith(b"k2:")
    assert sealing.unseal(old, "exchange.body") == "before"


@pytest.mark.parametrize(
    "keys", ["", "k1", "k1:abc", "K1:" + "5a" * 32, "k1:" + "5g" * 32, f"{KEY_1};{KEY_2}", f"{KEY_1},"]
)
def test_keys_that_cannot_be_used_are_refused_with_a_sentence(keys: str) -> None:
    with pytest.raises(SealingError, match="DATA_KEYS must be id:key"):
        sealing.start(keys, INDEX)


# --- Blind indexes -------------------------------------------------------------------------------------------------


def test_an_index_differs_by_kind_and_by_key() -> None:
    number = sealing.blind_index("+12025550101", "number")
    assert sealing.blind_index("+12025550101", "number") == number
    assert sealing.blind_index("+12025550101", "name") != number
    assert sealing.blind_index("+12025550102", "number") != number
    assert len(number) == sealing.INDEX_BYTES
    sealing.start(KEY_1, INDEX + "!")
    assert sealing.blind_index("+12025550101", "number") != number


def test_an_index_stays_when_the_data_keys_change() -> None:
    """Rotating what seals never loses a number."""
    number = sealing.number_index("+12025550101")
    sealing.start(f"{KEY_2},{KEY_1}", INDEX)
    assert sealing.number_index("+12025550101") == number


@pytest.mark.parametrize("typed", ["maría josé", "MARIA", "jose", "María López-Ruiz", "lop", "rui"])
def test_a_name_is_found_by_its_folded_words_and_their_first_three_letters(typed: str) -> None:
    assert sealing.search_indexes(typed) <= sealing.name_indexes("María José López-Ruiz")


@pytest.mark.parametrize("typed", ["mario", "ma", "ópez", "joseph"])
def test_a_name_is_not_found_by_anything_else(typed: str) -> None:
    assert not sealing.search_indexes(typed) <= sealing.name_indexes("María José López-Ruiz")


def test_keys_for_different_purposes_have_nothing_in_common() -> None:
    """The chain's key, too, is derived from INDEX_KEY (docs/decisions/0010)."""
    ring = sealing.keyring()
    assert len({ring.derived(purpose) for purpose in ("chain", "index:number", "index:name")}) == 3
    assert ring.derived("chain") == ring.derived("chain")
