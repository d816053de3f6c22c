"""`handrail classify`: reads messages from standard input and shows how each one was read."""

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any

import click


@dataclass(frozen=True, slots=True)
class _Line:
    id: str | int | None
    text: str
    language: str | None
    channel: str


class _BadLine(Exception):
    """A line that is not a message; says why."""


@click.command("classify")
@click.option("--jsonl", is_flag=True, help='Lines of {"id","text","language"?,"channel"?} in, JSON lines out.')
@click.option("--expected", default="", help="Words the patient was offered, with commas: 1,2,yes.")
def classify(jsonl: bool, expected: str) -> None:
    """Show how messages are read: lane, intent, value, mentions (DESIGN 8). Plain lines, or JSON lines with --jsonl.

    The lists are the checkout's, which need not be those in force: `handrail lexicon diff` says how they differ.
    """
    offered = tuple(word.strip() for word in expected.split(",") if word.strip())
    lines = _json_lines(_standard_input()) if jsonl else _plain_lines(_standard_input())
    bad = 0
    for number, line in lines:
        if isinstance(line, _BadLine):
            click.echo(f"Line {number}: {line}", err=True)
            bad += 1
        else:
            click.echo(_as_json(line, offered) if jsonl else _for_people(line, offered))
    if bad:
        sys.exit(1)


def _standard_input() -> IO[str]:
    """Standard input as UTF-8 whatever the terminal's locale; odd bytes stay odd characters, never an exception."""
    stream = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="surrogateescape")
    if sys.stdin.isatty():
        click.echo("Write a message and press Enter; end with Ctrl-D.", err=True)
    return stream


def _plain_lines(stream: IO[str]) -> Iterator[tuple[int, _Line | _BadLine]]:
    for number, raw in enumerate(stream, start=1):
        yield number, _Line(number, raw.rstrip("\r\n"), None, "sms")


def _json_lines(stream: IO[str]) -> Iterator[tuple[int, _Line | _BadLine]]:
    for number, raw in enumerate(stream, start=1):
        if not raw.strip():
            continue
        try:
            yield number, _parsed(raw)
        except _BadLine as bad:
            yield number, bad


def _parsed(raw: str) -> _Line:
    try:
        given = json.loads(raw)
    except ValueError as error:  # RecursionError below: a line of 100,000 brackets
        raise _BadLine(f"is not JSON ({error}).") from error
    except RecursionError as error:
        raise _BadLine("is not JSON (nested too deeply).") from error
    if not isinstance(given, dict):
        raise _BadLine('must be an object such as {"id": 1, "text": "…"}.')
    if not isinstance(given.get("text"), str):
        raise _BadLine('needs "text", a string.')
    if "id" not in given or isinstance(given["id"], bool) or not isinstance(given["id"], str | int):
        raise _BadLine('needs "id", a string or a whole number.')
    return _Line(given["id"], given["text"], _optional(given, "language"), _optional(given, "channel") or "sms")


def _optional(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise _BadLine(f'has a "{key}" that is not a string.')
    return value


def _as_json(line: _Line, expected: Sequence[str]) -> str:
    """One line of the contract (DESIGN 8); ASCII only, so that lone surrogates survive any pipe."""
    from escalation_desk.classifier import read

    reading = asdict(read(line.text, line.language, line.channel, expected=expected))
    return json.dumps({"id": line.id, **{key: reading[key] for key in _KEYS}})


_KEYS = ("lane", "intent", "value", "mentions", "nearest", "lexicon")


def _for_people(line: _Line, expected: Sequence[str]) -> str:
    """The explanation in sentences: why this lane, on which words, and what nearly would have been clinical."""
    from escalation_desk.classifier import read
    from escalation_desk.explaining import explained
    from escalation_desk.joining import Joined
    from escalation_desk.lexicon import current

    reading = read(line.text, line.language, line.channel, expected=expected)
    why = explained(Joined(reading), line.text, current())
    answer = f" · answered with: {reading.fixed_text}" if reading.lane == "clinical" else ""
    value = f" = {reading.value}" if reading.value is not None else ""
    shown = [f"{reading.lane.upper()}{answer} · intent: {reading.intent}{value} · lexicon {reading.lexicon}"]
    shown += [_reason(mention) for mention in why["mentions"]]
    if reading.lane == "unsure" and not reading.mentions:
        shown.append("  a person reads it: not every word is known to be administrative")
    if why["nearest"] is not None:
        shown.append(_nearest(why["nearest"]))
    return "\n".join(shown)


def _reason(mention: Mapping[str, Any]) -> str:
    """`“chst” at 3–7: symptom, as “chest” (fuzzy, 80 %; 75 % is enough) in symptoms.toml: chest`."""
    enough = f"; {mention['threshold']:g} % is enough" if mention["threshold"] < mention["score"] else ""
    stands = f", in {mention['entry']}" if mention["entry"] else ""
    return (
        f"  “{_printable(mention['text'])}” at {mention['start']}–{mention['end']}: {mention['kind']}, "
        f"as “{mention['term']}” ({mention['how']}, {mention['score']:g} %{enough}){stands}"
    )


def _nearest(near: Mapping[str, Any]) -> str:
    from escalation_desk.explaining import EXACT

    stands = f" ({near['kind']}, in {near['entry']})" if near["entry"] else ""
    wanted = "only that very word counts" if near["threshold"] == EXACT else f"{near['threshold']:g} % would count"
    return (
        f"  nearest to clinical: “{_printable(near['text'])}” is {near['score']:g} % like “{near['term']}”{stands}; "
        f"{wanted}"
    )


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
