"""The vault opens with its key, whole, and shows every change, cut, swap and end that is none."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.upkeep import vault
from app.upkeep.vault import VaultBroken

KEY, ANOTHER = "c3" * 32, "d4" * 32
PARTS = [("about.json", b"{}"), ("empty", b""), ("database", bytes(range(256)) * 9000), ("spool/SM1.sealed", b"x")]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "a.backup"
    vault.write(path, KEY, [(name, [data]) for name, data in PARTS])
    return path


def opened(path: Path, key: str = KEY) -> list[tuple[str, bytes]]:
    return [(name, b"".join(data)) for name, data in vault.read(path, key)]


def test_what_is_put_in_comes_out(kept: Path) -> None:
    assert opened(kept) == PARTS


def test_parts_may_be_passed_over(kept: Path) -> None:
    assert [name for name, _ in vault.read(kept, KEY)] == [name for name, _ in PARTS]


def test_nobody_else_may_read_it_and_nothing_of_it_is_seen(kept: Path) -> None:
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert b"about.json" not in kept.read_bytes()
    assert bytes(range(64)) not in kept.read_bytes()


def test_its_digest_is_the_files(kept: Path, tmp_path: Path) -> None:
    assert vault.write(tmp_path / "b.backup", KEY, []) == vault.digest_of(tmp_path / "b.backup")


def test_the_same_contents_look_different_each_time(kept: Path, tmp_path: Path) -> None:
    vault.write(tmp_path / "b.backup", KEY, [(name, [data]) for name, data in PARTS])
    assert (tmp_path / "b.backup").read_bytes()[40:200] != kept.read_bytes()[40:200]


def test_it_is_there_after_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are on the disk before it has its name, and then its name is."""
    path, synced, really = tmp_path / "a.backup", list[str](), os.fsync

    def sync(handle: int) -> None:
        what = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        synced.append(f"{what} {'named' if path.exists() else 'unnamed'}")
        really(handle)

    monkeypatch.setattr(os, "fsync", sync)
    vault.write(path, KEY, [])
    assert synced == ["file unnamed", "folder named"]


def test_another_key_does_not_open(kept: Path) -> None:
    with pytest.raises(VaultBroken, match="does not open at its chunk 0"):
        opened(kept, ANOTHER)


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_seen(kept: Path) -> None:
    whole = kept.read_bytes()
    for place in [*range(80), *range(80, len(whole), len(whole) // 120), len(whole) - 1]:
        kept.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << place % 8)]) + whole[place + 1 :])
        with pytest.raises(VaultBroken):
            opened(kept)


def test_a_cut_anywhere_is_seen(kept: Path) -> None:
    whole = kept.read_bytes()
    for length in [*range(60), *range(60, len(whole), len(whole) // 80), len(whole) - 1]:
        kept.write_bytes(whole[:length])
        with pytest.raises(VaultBroken):
            opened(kept)


def _chunks(whole: bytes) -> list[bytes]:
    head = len(vault.MAGIC) + vault.SALT_BYTES
    found, at = [], head
    while at < len(whole):
        length = vault.LENGTH_BYTES + int.from_bytes(whole[at : at + vault.LENGTH_BYTES])
        found.append(whole[at : at + length])
        at += length
    return [whole[:head], *found]


@pytest.mark.parametrize(
    "tamper",
    [
        lambda chunks: [*chunks[:2], chunks[3], chunks[2], *chunks[4:]],
        lambda chunks: [*chunks[:3], chunks[2], *chunks[3:]],
        lambda chunks: [*chunks[:2], *chunks[3:]],
        lambda chunks: chunks[:-1],
        lambda chunks: [*chunks, chunks[-1]],
        lambda chunks: [*chunks, b"more"],
    ],
    ids=["swapped", "doubled", "left out", "without an end", "two ends", "more after the end"],
)
def test_chunks_that_were_moved_are_seen(kept: Path, tamper: Callable[[list[bytes]], list[bytes]]) -> None:
    kept.write_bytes(b"".join(tamper(_chunks(kept.read_bytes()))))
    with pytest.raises(VaultBroken):
        opened(kept)


def test_when_it_fails_half_way_nothing_is_left(tmp_path: Path) -> None:
    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        vault.write(tmp_path / "a.backup", KEY, [("database", breaks())])
    assert list(tmp_path.iterdir()) == []


def test_it_replaces_nothing(kept: Path) -> None:
    before = kept.read_bytes()
    with pytest.raises(FileExistsError):
        vault.write(kept, KEY, [])
    assert kept.read_bytes() == before
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]
