"""The dialogs as files of a folder: the proposal that is checked and activated."""

from collections.abc import Mapping
from pathlib import Path

from dialogs.engine import cadences
from dialogs.engine.model import Always, Dialog, DialogFaults, Fault
from dialogs.engine.parse import parse_always, parse_dialog
from dialogs.engine.sheet import LONGEST_FILE

ALWAYS = "_always"
_MOST_BYTES = 4 * LONGEST_FILE  # a letter takes four bytes at most
BESIDE_THE_ENGINE = Path(__file__).resolve().parent.parent


def read_folder(folder: Path = BESIDE_THE_ENGINE) -> Mapping[str, str]:
    """The bodies of a folder's TOML files by name, `_always` among them; DialogFaults if one is not text."""
    bodies, faults = {}, []
    for path in sorted(folder.glob("*.toml")):
        if path.stem == cadences.NAME:
            continue
        try:
            bodies[path.stem] = _text_of(path)
        except DialogFaults as error:
            faults += error.faults
    if faults:
        raise DialogFaults(faults)
    return bodies


def read_cadences(folder: Path = BESIDE_THE_ENGINE) -> str | None:
    """The body of the folder's cadences; None if it has none. DialogFaults if the file is not text."""
    path = folder / f"{cadences.NAME}.toml"
    return _text_of(path) if path.exists() else None


def _text_of(path: Path) -> str:
    """What stands in a file; a huge one is not even opened. Raises DialogFaults."""
    try:
        if not path.is_file():
            sentence = "this is no file; please put it somewhere else."
        elif path.stat().st_size > _MOST_BYTES:
            sentence = f"this file is longer than {LONGEST_FILE:,} letters; please split it into several dialogs."
        else:
            return path.read_text(encoding="utf-8-sig")  # some editors put a mark first
    except (OSError, UnicodeDecodeError):
        sentence = "this file cannot be read as text; please save it again as UTF-8."
    raise DialogFaults([Fault("D01", f"dialogs/{path.name}", sentence)])


def parse_all(bodies: Mapping[str, str]) -> tuple[dict[str, Dialog], Always]:
    """The dialogs and the fixed texts; DialogFaults with the faults of all files together."""
    dialogs, always, faults = {}, Always({}, ""), []
    if ALWAYS not in bodies:
        faults.append(
            Fault(
                "D01",
                f"dialogs/{ALWAYS}.toml",
                "this file is missing; please put it back: it holds the fixed texts.",
            )
        )
    for name, body in bodies.items():
        try:
            if name == ALWAYS:
                always = parse_always(body)
            else:
                dialogs[name] = parse_dialog(name, body)
        except DialogFaults as error:
            faults += error.faults
    if faults:
        raise DialogFaults(faults)
    return dialogs, always
