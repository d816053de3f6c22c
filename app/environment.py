"""What is wrong with the environment and `.env`, in sentences for whoever sets up the practice's system."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

SHORTEST_NEAR = 5  # too many short names are near PORT
PLAIN = {  # what is said where pydantic would speak of patterns and types
    "HANDRAIL_MODE": "must be demo or live",
    "TWILIO_ACCOUNT_SID": "must be AC and 32 of 0-9 and a-f, as Twilio's console shows it",
    "EMERGENCY_LINE": "must be a telephone number of digits alone, such as 911",
    "MOST_TEXTS_A_DAY": "must be a number of texts from 1 to 1000000",
    "HEARTBEAT_SECONDS": "must be a number of seconds from 0 to 86400",
    "CALLS_AT_ONCE": "must be a number of calls from 1 to 100",
    "TRUSTED_PROXIES": "must be a number from 0 to 5",
    "PORT": "must be a number from 1 to 65535",
    "SENDING": "must be on or off",
    "SECOND_FACTOR": "must be on or off",
}


class SettingsError(Exception):
    """Says in plain sentences which settings are wrong and what to change."""


def read(path: Path) -> dict[str, str]:
    """The lines of an `.env` file by name; nothing if there is no file. Raises SettingsError."""
    if not path.exists():
        return {}
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise SettingsError(f".env line {number} is not NAME=value: please mend or remove it.")
        values[name.strip()] = value.strip().strip("\"'")
    return values


def misspelt(file: Mapping[str, str], environ: Mapping[str, str], known: Sequence[str]) -> list[str]:
    """A sentence for each name in the file that is no setting, and each variable that nearly names one."""
    unknown = [_unknown_name(name, known) for name in file if name not in known]
    return unknown + [_near_miss(name, near) for name in environ if (near := _meant(name, environ, known))]


def _meant(name: str, environ: Mapping[str, str], known: Sequence[str]) -> str | None:
    """The setting that a variable of the environment nearly names, if that one is not set itself."""
    if name in known or len(name) < SHORTEST_NEAR:
        return None
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.85)
    return near[0] if near and near[0] not in environ else None


def _near_miss(name: str, near: str) -> str:
    return f"{name} is not a setting of Handrail. Did you mean {near}? Please rename or remove it."


def _unknown_name(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f".env names {name}, which Handrail does not know.{hint} Please correct or remove it."


def sentence(place: tuple[int | str, ...], kind: str, message: str) -> str:
    """What pydantic found wrong with a setting, as somebody who sets it reads it."""
    name = str(place[0]).upper() if place else ""
    if kind == "missing":
        return f"{name} is not set: please set it (see .env.example)."
    if kind != "value_error" and name in PLAIN:
        return f"{name} {PLAIN[name]}."
    text = message.removeprefix("Value error, ")
    return f"{name} {text}." if name and not text.startswith(name) else f"{text}."
