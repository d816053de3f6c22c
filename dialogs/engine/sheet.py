"""Taking values out of a TOML table, with a plain sentence for each one that is missing, wrong or unknown."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.engine.model import CALL, Fault, Words
from dialogs.engine.vocabulary import LANGUAGES

Table = Mapping[str, Any]

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DURATION = re.compile(r"([1-9][0-9]{0,2})(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_BRACKETS, _LONG_NUMBER = re.compile(r"[\[{]+"), re.compile(r"[\d_]+")
LONGEST_FILE = 100_000  # letters; the longest real dialog is a twentieth of this


class Sheet:
    """One file being read: `address` is where we are, `faults` what was wrong so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, rule: str, where: str, sentence: str) -> None:
        self.faults.append(Fault(rule, f"{self.file} › {where}" if where else self.file, sentence))

    def load(self, body: str) -> Table:
        """The file as a table; an empty one, with a fault, if it is damaged."""
        if len(body) > LONGEST_FILE:
            self.fault(
                "D01",
                "",
                f"this file is longer than {LONGEST_FILE:,} letters; please split it into several dialogs.",
            )
            return {}
        try:
            return tomllib.loads(body)
        except (ValueError, RecursionError) as error:
            self.fault("D01", "", f"this file cannot be read: {_what_is_wrong(error, body)}. "
                       "Please look at that line for a missing quote, bracket or equals sign.")  # fmt: skip
            return {}

    def only(self, table: Table, where: str, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self.fault("D02", where, f"“{key}” is not a word of this grammar; please either remove it "
                           f"or use one of: {', '.join(known)}.")  # fmt: skip

    def text(self, table: Table, key: str, where: str, *, needed: bool = True) -> str | None:
        value = table.get(key)
        if value is None:
            if needed:
                self._missing(key, where, f'{key} = "…"')
            return None
        if not isinstance(value, str) or not value.strip():
            self._wrong(key, where, "some words in quotes")
            return None
        return value

    def name(self, table: Table, key: str, where: str, *, needed: bool = True) -> str | None:
        value = self.text(table, key, where, needed=needed)
        return value if value is None or self.is_name(value, f"{where} › {key}" if where else key) else None

    def target(self, table: Table, key: str, where: str) -> str | None:
        """A state, or `dialog:` and the name of another dialog."""
        value = self.text(table, key, where)
        if value is None:
            return None
        return value if self.is_name(value.removeprefix(CALL), f"{where} › {key}") else None

    def is_name(self, value: str, where: str) -> bool:
        if _NAME.fullmatch(value):
            return True
        self.fault("D04", where, f"“{value}” cannot be a name; please use small letters, digits and _ only, "
                   "with a letter first.")  # fmt: skip
        return False

    def flag(self, table: Table, key: str, where: str) -> bool:
        value = table.get(key)
        if value is None:
            self._missing(key, where, f"{key} = true or {key} = false")
        elif not isinstance(value, bool):
            self._wrong(key, where, "true or false, without quotes")
        return value is True

    def duration(self, table: Table, key: str, where: str) -> timedelta:
        match = _DURATION.fullmatch(self.text(table, key, where) or "1h")
        if match is None:
            self._wrong(key, where, 'a length of time such as "30m", "20h" or "3d"')
            return timedelta(hours=1)
        return timedelta(**{_UNITS[match[2]]: int(match[1])})

    def table(self, table: Table, key: str, where: str, *, needed: bool = True) -> Table | None:
        value = table.get(key)
        if value is None:
            if needed:
                self._missing(key, where, f"a part [{key}]")
            return None
        if not isinstance(value, dict):
            self._wrong(key, where, "a part with lines of its own")
            return None
        return value

    def words(self, table: Table, key: str, where: str, *, needed: bool = True) -> Words | None:
        """A text by language; which languages must be there is the check's affair."""
        if key not in table and needed:
            self._missing(key, where, f'{key}.en = "…" and {key}.es = "…"')
        value = self.table(table, key, where, needed=False)
        return None if value is None else self.by_language(value, f"{where} › {key}" if where else key)

    def by_language(self, value: Table, where: str) -> Words:
        self.only(value, where, LANGUAGES)
        found = {language: self.text(value, language, where, needed=False) for language in LANGUAGES}
        return {language: text for language, text in found.items() if text is not None}

    def items(self, table: Table, key: str, where: str, kind: type, what: str) -> list[Any]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, kind) for item in value):
            return value
        self._wrong(key, where, what)
        return []

    def _missing(self, key: str, where: str, example: str) -> None:
        self.fault("D03", where, f"“{key}” is missing; please add {example}.")

    def _wrong(self, key: str, where: str, what: str) -> None:
        self.fault("D04", where, f"“{key}” must be {what}; please write it so.")


def _what_is_wrong(error: Exception, body: str) -> str:
    """In words, and always with a line."""
    said = str(error)
    if isinstance(error, RecursionError):
        return f"it is nested too deeply (at line {_line_with(_BRACKETS, body)})"
    if "(at line " in said:
        return said
    if "end of document" in said:
        return said.replace("at end of document", f"at line {max(1, len(body.splitlines()))}, the end of the file")
    return f"a number is too long to be one (at line {_line_with(_LONG_NUMBER, body)})"


def _line_with(pattern: re.Pattern[str], body: str) -> int:
    """The line with the longest match."""
    lengths = [max(map(len, pattern.findall(line)), default=0) for line in body.splitlines()]
    return lengths.index(max(lengths)) + 1 if lengths else 1
