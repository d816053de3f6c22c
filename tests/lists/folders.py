"""Word lists as somebody edited them, in a folder of their own."""

from pathlib import Path

from app import db
from app.library import activation, word_lists
from escalation_desk.lexicon import Lexicon, shipped_texts

MORE = """
[[group]]
name = "words of this town"
kind = "symptom"
reviewer = "Nora Whitaker, RN"
reviewed = 2026-11-22
entries = ["glimmering jar", "wuzzlefits"]
"""
FILE = "town.toml"


def edited(folder: Path, **files: str | None) -> Path:
    """The shipped lists with these files (named without ending) put in place of theirs; None: without that file."""
    folder.mkdir(exist_ok=True)
    texts = shipped_texts() | {f"{name}.toml": body for name, body in files.items() if body is not None}
    for name, body in texts.items():
        (folder / name).write_text(body, encoding="utf-8")
    for name in (name for name, body in files.items() if body is None):
        (folder / f"{name}.toml").unlink()
    return folder


def with_town(folder: Path) -> Path:
    return edited(folder, town=MORE)


def without_town(folder: Path) -> Path:
    """Other lists than the shipped ones, and without the words of the town."""
    return edited(folder, town=MORE.replace('"glimmering jar", "wuzzlefits"', '"snollygoster"'))


def put_in_force(folder: Path, reviewer: str = "Nora Whitaker, RN") -> Lexicon:
    """Activate them, and let this process read by them at once."""
    activation.activate(None, folder, reviewer=reviewer)
    with db.reading("tests.lists") as session:
        return word_lists.load(session).lexicon
