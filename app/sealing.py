"""Sealed fields and blind indexes: what the database holds cannot be read or guessed without the keys."""

import hmac
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

NONCE_BYTES = 12
INDEX_BYTES = 16
PREFIX_LETTERS = 3


class SealingError(Exception):
    """A sealed value could not be opened, or the keys are not usable."""


class Gap(str):
    """Stands on a screen where words could not be unsealed. It is never kept: no sealed column takes it."""

    __slots__ = ()


GAP = Gap("[unreadable]")
_shows_gaps: ContextVar[bool] = ContextVar("shows_gaps", default=False)


@dataclass(frozen=True)
class Keyring:
    """Data keys by id (the first seals, all open) and the key of the blind indexes."""

    data_keys: dict[str, bytes]
    index_key: bytes

    @property
    def sealing_id(self) -> str:
        return next(iter(self.data_keys))

    @cached_property
    def _derived(self) -> dict[str, bytes]:
        return {}

    def derived(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose (chain, callback tokens), stable while INDEX_KEY stays."""
        if purpose not in self._derived:
            self._derived[purpose] = HKDF(SHA256(), 32, None, purpose.encode()).derive(self.index_key)
        return self._derived[purpose]


_keyring: Keyring | None = None


def start(data_keys: str, index_key: str) -> None:
    """Load the keys: DATA_KEYS is `id:64 hex digits,…` (newest first), INDEX_KEY any text. Raises SealingError."""
    global _keyring
    keys: dict[str, bytes] = {}
    for part in data_keys.split(","):
        key_id, _, digits = part.strip().partition(":")
        if not re.fullmatch(r"[a-z0-9]{1,16}", key_id) or not re.fullmatch(r"[0-9a-fA-F]{64}", digits):
            raise SealingError(
                "DATA_KEYS must be id:key,… with 64 hex digits a key; make one with `openssl rand -hex 32`."
            )
        keys[key_id] = bytes.fromhex(digits)
    _keyring = Keyring(keys, index_key.encode())


def keyring() -> Keyring:
    if _keyring is None:
        raise SealingError("No keys are loaded: call sealing.start first.")
    return _keyring


def seal(text: str, place: str) -> bytes:
    """Encrypt `text` for `place` (such as "exchange.body"): key id, nonce and AES-GCM ciphertext."""
    ring = keyring()
    key_id = ring.sealing_id
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(ring.data_keys[key_id]).encrypt(nonce, text.encode("utf-8"), place.encode())
    return key_id.encode() + b":" + nonce + sealed


def unseal(value: bytes, place: str) -> str:
    """The text `seal` was given. Raises SealingError for an unknown key, another place or a changed value."""
    key_id, _, rest = value.partition(b":")
    key = keyring().data_keys.get(key_id.decode("ascii", "replace"))
    if key is None:
        raise SealingError(f"A value is sealed with a key that DATA_KEYS does not hold, in {place}.")
    try:
        return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode()).decode("utf-8")
    except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce
        raise SealingError(f"A sealed value in {place} has been changed or moved.") from error


@contextmanager
def gaps_shown() -> Iterator[None]:
    """For pages that show what there is: what cannot be unsealed is a Gap in here, so that one row with a lost key
    does not hide all the others. Everywhere else it stops whoever would have acted on it."""
    token = _shows_gaps.set(True)
    try:
        yield
    finally:
        _shows_gaps.reset(token)


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest and plain in Python; `place` binds it to its column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        if isinstance(value, Gap):
            raise SealingError(f"A gap was about to be kept in place of the words in {self.place}.")
        return None if value is None else seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        try:
            return None if value is None else unseal(value, self.place)
        except SealingError:
            if not _shows_gaps.get():
                raise
            return GAP


def blind_index(value: str, kind: str) -> bytes:
    """A keyed 16-byte look-up value: the same text gives the same index, and nobody can go back."""
    key = keyring().derived(f"index:{kind}")
    return hmac.digest(key, value.encode("utf-8"), "sha256")[:INDEX_BYTES]


def number_index(e164: str) -> bytes:
    return blind_index(e164, "number")


def name_words(name: str) -> set[str]:
    """Folded words of a name: `María José` → {"maria", "jose"}."""
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return set(re.findall(r"[^\W_]+", "".join(c for c in decomposed if not unicodedata.combining(c))))


def name_indexes(name: str) -> set[bytes]:
    """Blind indexes under which a name is found: its folded words and their three-letter prefixes."""
    words = name_words(name)
    return _indexes(words | {word[:PREFIX_LETTERS] for word in words})


def search_indexes(query: str) -> set[bytes]:
    """Blind indexes that a patient must have all of, to match what somebody typed."""
    return _indexes(name_words(query))


def _indexes(words: Iterable[str]) -> set[bytes]:
    return {blind_index(word, "name") for word in words}
