"""Cadences: when each matter is asked about and when a person has it, read from dialogs/cadences.toml and proved."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from dialogs.engine.model import DialogFaults
from dialogs.engine.sheet import Sheet, Table

NAME = "cadences"
VISIT_TYPES = ("routine", "chronic", "acute", "procedure")
ANY = "any"
CONFIRM, CHECK_IN = "confirm", "check_in"
KINDS = (CONFIRM, "book", "lab", "referral", "recall_chronic", "recall_lapsed", "no_show", "callback", CHECK_IN)
LISTS = ("front_desk", "nurses")
MOST_STEPS = 8
BY_TEXT, BY_CALL = "text", "call"

_WHEN = re.compile(r"due|([1-9][0-9]{0,2})(h|d) (before|after)")
_UNITS = {"h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `name` is part of its key ("48h"), `at` is counted from what the cadence hangs on, negative before it.
    It either says a dialog, by text or by call, or gives the matter to a list."""

    name: str
    at: timedelta
    says: str | None
    gives_to: str | None
    by: str = BY_TEXT


@dataclass(frozen=True, slots=True)
class Cadences:
    """All ladders by kind and visit type; how many talks may begin with one number; who signed."""

    title: str
    signed_by: str
    signed_on: date
    a_day: int
    a_week: int
    ladders: Mapping[str, Mapping[str, tuple[Step, ...]]]
    sha256: str

    def of(self, kind: str, visit_type: str) -> tuple[Step, ...]:
        """The ladder of a matter after, or before, a kind of visit."""
        ladders = self.ladders[kind]
        return ladders.get(visit_type) or ladders[ANY]

    def asks(self, kind: str, visit_type: str) -> tuple[Step, ...]:
        """The steps of a ladder that everybody is asked by: its texts."""
        return tuple(step for step in without_calls(self.of(kind, visit_type)) if step.says is not None)


def without_calls(ladder: Sequence[Step]) -> tuple[Step, ...]:
    """The ladder of somebody whom our system may not ring."""
    return tuple(step for step in ladder if step.by != BY_CALL)


@cache
def parse(body: str) -> Cadences:
    """The cadences in the body of dialogs/cadences.toml; raises DialogFaults."""
    sheet = Sheet(f"dialogs/{NAME}.toml")
    table = sheet.load(body)
    found = None if sheet.faults else _cadences(sheet, table, body)
    if found is None or sheet.faults:
        raise DialogFaults(sheet.faults)
    return found


def _cadences(sheet: Sheet, table: Table, body: str) -> Cadences:
    sheet.only(table, "", ("title", "signed_by", "signed_on", "budget", *KINDS))
    budget = sheet.table(table, "budget", "") or {}
    sheet.only(budget, "budget", ("a_day", "a_week"))
    return Cadences(
        title=sheet.text(table, "title", "") or "",
        signed_by=sheet.text(table, "signed_by", "") or "",
        signed_on=_day(sheet, table),
        a_day=_number(sheet, budget, "a_day"),
        a_week=_number(sheet, budget, "a_week"),
        ladders={kind: _ladders(sheet, kind, table) for kind in KINDS if kind in table},
        sha256=hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
    )


def _day(sheet: Sheet, table: Table) -> date:
    value = table.get("signed_on")
    if type(value) is date:
        return value
    sheet.fault("D04", "", "“signed_on” must be a day such as 2026-11-22, without quotes; please write it so.")
    return date.min


def _number(sheet: Sheet, table: Table, key: str) -> int:
    value = table.get(key)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 20:
        return value
    sheet.fault("D04", "budget", f"“{key}” must be a number from 1 to 20; please write it so.")
    return 1


def _ladders(sheet: Sheet, kind: str, table: Table) -> Mapping[str, tuple[Step, ...]]:
    parts = sheet.table(table, kind, "") or {}
    sheet.only(parts, kind, (ANY, *VISIT_TYPES))
    found = {}
    for name in parts:
        part = sheet.table(parts, name, kind) or {}
        where = f"{kind}.{name}"
        sheet.only(part, where, ("steps",))
        steps = sheet.items(part, "steps", where, dict, "a list of steps")
        if len(steps) > MOST_STEPS:
            sheet.fault("D04", where, f"{MOST_STEPS} steps are the most; please leave some out.")
        found[name] = tuple(
            _step(sheet, f"{where} › step {number}", each) for number, each in enumerate(steps, start=1)
        )
    return found


def _step(sheet: Sheet, where: str, table: Table) -> Step:
    sheet.only(table, where, ("when", "says", "calls", "gives_to"))
    name, at = _when(sheet, where, table)
    says = sheet.name(table, "says", where, needed=False)
    calls = sheet.name(table, "calls", where, needed=False)
    gives_to = sheet.name(table, "gives_to", where, needed=False)
    if sum(each is not None for each in (says, calls, gives_to)) != 1:
        sheet.fault("D03", where, "a step says a dialog, calls with one, or gives_to a list; please write one of them.")
    if gives_to is not None and gives_to not in LISTS:
        sheet.fault("D04", where, f"“gives_to” must be one of: {', '.join(LISTS)}.")
    return Step(name, at, says or calls, gives_to, BY_CALL if calls is not None else BY_TEXT)


def _when(sheet: Sheet, where: str, table: Table) -> tuple[str, timedelta]:
    text = sheet.text(table, "when", where) or "due"
    match = _WHEN.fullmatch(text)
    if match is None:
        sheet.fault("D04", where, '“when” must be "due" or such as "48h before" or "7d after"; please write it so.')
        return "due", timedelta()
    if match[1] is None:
        return "due", timedelta()
    length = timedelta(**{_UNITS[match[2]]: int(match[1])})
    return (f"{match[1]}{match[2]}", -length) if match[3] == "before" else (f"+{match[1]}{match[2]}", length)
