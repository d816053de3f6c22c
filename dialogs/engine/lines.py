"""Where a fault stands: the line of the file that its address means, for whoever has it open in an editor."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from dialogs.engine.model import Fault

_HEADER = re.compile(r"\[\[?\s*([\w.]+)\s*\]?\]")
_CHOICE = re.compile(r"choice (\d+)")
_QUOTED = re.compile(r"“([^”]+)”")
_NAMES_WHAT_STANDS_THERE = ("D02", "D04")


def with_lines(faults: Iterable[Fault], bodies: Mapping[str, str]) -> list[Fault]:
    """The same faults, each with its line behind the address where one can be told. `bodies`: the files by name."""
    return [_with_line(fault, bodies) for fault in faults]


def _with_line(fault: Fault, bodies: Mapping[str, str]) -> Fault:
    file, *path = fault.address.split(" › ")
    body = bodies.get(PurePath(file).stem)
    if body is None:
        return fault
    line = line_of(body, path) or (_named(body, fault.sentence) if fault.id in _NAMES_WHAT_STANDS_THERE else None)
    return fault if line is None else replace(fault, address=f"{fault.address} (line {line})")


def line_of(body: str, path: Iterable[str]) -> int | None:
    """The line that a path of an address leads to, such as ("ask", "choice 2", "es"); the nearest there is above it."""
    lines, found, block = body.splitlines(), None, None
    for part in path:
        numbered = _CHOICE.fullmatch(part)
        if numbered is not None and block is not None:
            block = _nth_choice(lines, block[0], int(numbered[1])) or block
            found = block[1]
        elif block is None and (header := _header(lines, part)) is not None:
            block = (part, header)
            found = header
        else:
            found = _key(lines, block[1] if block else 0, part, found) or found
    return found


def _named(body: str, sentence: str) -> int | None:
    """The first line that holds what the sentence begins with in quotes."""
    match = _QUOTED.match(sentence)
    lines = enumerate(body.splitlines(), start=1)
    return next((number for number, line in lines if match and match[1] in line), None)


def _header(lines: list[str], name: str) -> int | None:
    """The line of [name], [states.name] or [cadence.name]."""
    for number, line in enumerate(lines, start=1):
        match = _HEADER.match(line.strip())
        if match and match[1] in (name, f"states.{name}"):
            return number
    return None


def _nth_choice(lines: list[str], state: str, which: int) -> tuple[str, int] | None:
    count = 0
    for number, line in enumerate(lines, start=1):
        match = _HEADER.match(line.strip())
        if match and match[1] == f"states.{state}.choices":
            count += 1
            if count == which:
                return state, number
    return None


def _key(lines: list[str], after: int, key: str, within: int | None) -> int | None:
    """The line that sets a key in the part which begins at line `after`; a language is found behind its word too."""
    for number in range(after + 1, len(lines) + 1):
        line = lines[number - 1].strip()
        if _HEADER.match(line):
            return None
        name = line.partition("=")[0].strip()
        if name == key or name.startswith(f"{key}."):
            return number
        wanted = lines[within - 1].strip().partition(".")[0] if within is not None and within > after else None
        if name.endswith(f".{key}") and (wanted is None or name.startswith(f"{wanted}.")):
            return number
    return None
