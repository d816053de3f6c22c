"""A vault: one encrypted file of named parts, written whole or not at all, that shows every change, cut and swap.

MAGIC, a salt of 16 bytes, then chunks: four bytes of length and AES-GCM ciphertext. The key is derived from the given
one and the salt, so that it is used for this file alone and the chunks' numbers can be the nonces: a chunk that is
missing, doubled or moved does not open. The first byte of a chunk says what it is: a part's name, its data, or the end.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app import durable

MAGIC = b"HANDRAIL BACKUP 1\n"
SALT_BYTES, LENGTH_BYTES, NONCE_BYTES = 16, 4, 12
CHUNK = 1024 * 1024
NAME, DATA, END = b"N", b"D", b"E"

Part = tuple[str, Iterable[bytes]]


class VaultBroken(Exception):
    """It cannot be opened, or not to its end; the message is a sentence."""


def write(path: Path, key: str, parts: Iterable[Part]) -> str:
    """Write the parts, in order, into a new file that only its owner may read; returns the file's sha256 (hex). `key`
    is 64 hex digits. When something fails half way, nothing is left behind. Raises FileExistsError."""
    unfinished = path.with_name(f".{path.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            digest = _fill(file, key, parts)
            file.flush()
            os.fsync(file.fileno())
        _name(unfinished, path)
        durable.sync(path.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return digest


def read(path: Path, key: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each part's name and its data, in order; go through a part's data before the next. Raises VaultBroken."""
    with path.open("rb") as file:
        chunks = _chunks(file, key)
        kind, content = _next(chunks)
        while kind != END:
            if kind != NAME:
                raise VaultBroken(f"{path} is not laid out as a backup.")
            data = _Data(chunks)
            yield content.decode(), iter(data)
            for _ in data:  # whatever was left of it
                pass
            kind, content = data.following
        if file.read(1):
            raise VaultBroken(f"{path} goes on after its end.")


def digest_of(path: Path) -> str:
    """The sha256 of a file (hex), as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Data:
    """The data of one part; `following` is the chunk after it."""

    def __init__(self, chunks: Iterator[tuple[bytes, bytes]]) -> None:
        self._chunks = chunks
        self.following: tuple[bytes, bytes] = (b"", b"")

    def __iter__(self) -> Iterator[bytes]:
        while not self.following[0]:
            kind, content = _next(self._chunks)
            if kind != DATA:
                self.following = (kind, content)
                return
            yield content


def _fill(file: BinaryIO, key: str, parts: Iterable[Part]) -> str:
    salt, digest = os.urandom(SALT_BYTES), hashlib.sha256()
    cipher = _cipher(key, salt)

    def put(content: bytes) -> None:
        file.write(content)
        digest.update(content)

    put(MAGIC + salt)
    for number, plain in enumerate(_plain(parts)):
        sealed = cipher.encrypt(number.to_bytes(NONCE_BYTES), plain, MAGIC)
        put(len(sealed).to_bytes(LENGTH_BYTES) + sealed)
    return digest.hexdigest()


def _name(unfinished: Path, path: Path) -> None:
    """Give it its name, and never another file's: a link, unlike a rename, replaces nothing."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no second names
        if path.exists():
            raise FileExistsError(path) from None
        unfinished.rename(path)


def _plain(parts: Iterable[Part]) -> Iterator[bytes]:
    for name, data in parts:
        yield NAME + name.encode()
        for piece in data:
            for start in range(0, len(piece), CHUNK):
                yield DATA + piece[start : start + CHUNK]
    yield END


def _chunks(file: BinaryIO, key: str) -> Iterator[tuple[bytes, bytes]]:
    if file.read(len(MAGIC)) != MAGIC:
        raise VaultBroken(f"{file.name} is not a backup of Handrail's.")
    cipher, number = _cipher(key, file.read(SALT_BYTES)), 0
    while length := file.read(LENGTH_BYTES):
        sealed = file.read(int.from_bytes(length))
        try:
            plain = cipher.decrypt(number.to_bytes(NONCE_BYTES), sealed, MAGIC)
        except (InvalidTag, ValueError):
            raise VaultBroken(
                f"{file.name} does not open at its chunk {number}: it was changed or cut, or BACKUP_KEY is another."
            ) from None
        yield plain[:1], plain[1:]
        number += 1


def _next(chunks: Iterator[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    try:
        return next(chunks)
    except StopIteration:
        raise VaultBroken("The backup is cut off before its end.") from None


def _cipher(key: str, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"handrail backup").derive(bytes.fromhex(key)))
