"""Reading a dialog file: TOML in, a Dialog out, or every fault of form at once."""

import hashlib
from collections.abc import Mapping

from dialogs.engine.model import DONE, Always, Answer, Choice, Dialog, DialogFaults, Silence, State, Words
from dialogs.engine.sheet import Sheet, Table

_DIALOG = ("title", "purpose", "about", "start", "life", "asks_about_health", "states")
_STATE = ("say", "speak", "choices", "answer", "saves", "silence", "ends", "people")
_CHOICE = ("which", "label", "also", "value", "does", "goes")
_ANSWER = ("type", "does", "goes")
_SILENCE = ("after", "goes")


def parse_dialog(name: str, body: str) -> Dialog:
    """One dialog from the body of `dialogs/<name>.toml`; raises DialogFaults (D01 to D04)."""
    sheet = Sheet(f"dialogs/{name}.toml")
    sheet.is_name(name, "")
    table = sheet.load(body)
    dialog = None if sheet.faults else _dialog(sheet, name, table, body)
    if dialog is None or sheet.faults:
        raise DialogFaults(sheet.faults)
    return dialog


def parse_always(body: str) -> Always:
    """The fixed texts from the body of `dialogs/_always.toml`; raises DialogFaults (D01 to D04)."""
    sheet = Sheet("dialogs/_always.toml")
    table = sheet.load(body)
    texts = {name: sheet.words(table, name, "") for name in table if sheet.is_name(name, "")}
    if sheet.faults:
        raise DialogFaults(sheet.faults)
    return Always({name: words for name, words in texts.items() if words is not None}, _sha256(body))


def _dialog(sheet: Sheet, name: str, table: Table, body: str) -> Dialog:
    sheet.only(table, "", _DIALOG)
    return Dialog(
        name=name,
        title=sheet.text(table, "title", "") or "",
        purpose=sheet.text(table, "purpose", "") or "",
        life=sheet.duration(table, "life", ""),
        start=sheet.name(table, "start", "") or "",
        states=_states(sheet, sheet.table(table, "states", "") or {}),
        asks_about_health=sheet.flag(table, "asks_about_health", ""),
        about=sheet.name(table, "about", "") or "",
        sha256=_sha256(body),
    )


def _states(sheet: Sheet, table: Table) -> Mapping[str, State]:
    found = {}
    for name in table:
        state = sheet.table(table, name, "states") if sheet.is_name(name, "states") else None
        if state is not None:
            found[name] = _state(sheet, name, state)
    return found


def _state(sheet: Sheet, name: str, table: Table) -> State:
    sheet.only(table, name, _STATE)
    choices = sheet.items(table, "choices", name, dict, f"written as [[states.{name}.choices]]")
    return State(
        name=name,
        say=sheet.words(table, "say", name, needed=False) or {},
        speak=sheet.words(table, "speak", name, needed=False),
        choices=tuple(_choice(sheet, name, number, each) for number, each in enumerate(choices, start=1)),
        silence=_silence(sheet, name, table),
        ends=sheet.name(table, "ends", name, needed=False),
        people=sheet.name(table, "people", name, needed=False),
        saves=sheet.name(table, "saves", name, needed=False),
        answer=_answer(sheet, name, table),
    )


def _choice(sheet: Sheet, state: str, number: int, table: Table) -> Choice:
    where = f"{state} › choice {number}"
    sheet.only(table, where, _CHOICE)
    also = sheet.items(table, "also", where, str, 'a list of intents, such as ["confirm"]')
    return Choice(
        number=number,
        label=_label(sheet, table, where),
        also=tuple(also),
        does=sheet.name(table, "does", where, needed=False),
        goes=_goes(sheet, table, where),
        value=sheet.text(table, "value", where, needed=False),
        which=sheet.name(table, "which", where, needed=False),
    )


def _answer(sheet: Sheet, state: str, table: Table) -> Answer | None:
    answer = sheet.table(table, "answer", state, needed=False)
    if answer is None:
        return None
    where = f"{state} › answer"
    sheet.only(answer, where, _ANSWER)
    return Answer(
        type=sheet.name(answer, "type", where) or "",
        does=sheet.name(answer, "does", where, needed=False),
        goes=_goes(sheet, answer, where),
    )


def _label(sheet: Sheet, table: Table, where: str) -> Words:
    return sheet.words(table, "label", where) or {}


def _goes(sheet: Sheet, table: Table, where: str) -> Mapping[str, str]:
    """Where a choice goes by outcome; `goes = "state"` is short for the single outcome "done"."""
    value = table.get("goes")
    if isinstance(value, dict) and value:
        targets = {outcome: sheet.target(value, outcome, f"{where} › goes") for outcome in value}
        return {outcome: target for outcome, target in targets.items() if target is not None}
    target = sheet.target(table, "goes", where)
    return {DONE: target} if target is not None else {}


def _silence(sheet: Sheet, state: str, table: Table) -> Silence | None:
    silence = sheet.table(table, "silence", state, needed=False)
    if silence is None:
        return None
    where = f"{state} › silence"
    sheet.only(silence, where, _SILENCE)
    return Silence(sheet.duration(silence, "after", where), sheet.name(silence, "goes", where) or "")


def _sha256(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
