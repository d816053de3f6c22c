"""What one file names, another one has: queues, jobs, settings, commands, actions, facts, dispositions (DESIGN 9)."""

import ast
import importlib
import inspect
import re
import types
from datetime import UTC, datetime

import pytest

from app import environment, jobs, queue, settings
from app.cli.main import COMMANDS
from app.scheduling.booking import Visit
from app.screens.dialogs import DOES
from app.talk import actions, days, facts
from app.web.dialog_words import ENDINGS, MATTERS
from app.web.reasons import REASONS
from dialogs.engine import files as dialog_files
from dialogs.engine.call_texts import CALL_TEXTS
from dialogs.engine.facts import FACTS
from dialogs.engine.model import Dialog
from dialogs.engine.parse import parse_dialog
from dialogs.engine.vocabulary import (
    ABOUT,
    ACTIONS,
    ANSWER_TYPES,
    ENDS,
    FIXED_TEXTS,
    OF_APPOINTMENT,
    OF_DAY,
    OF_OFFER,
    OF_SHARED,
    PEOPLE,
    SAVED,
    STANDING_TEXTS,
)
from escalation_desk.dispositions import DISPOSITIONS
from escalation_desk.models import LISTS
from tests.guards.source import ROOT, calls, dotted, module, modules, written_out
from tests.house import house_settings

DIALOGS, ALWAYS = dialog_files.parse_all(dialog_files.read_folder())


# --- Processes, queues, jobs ---------------------------------------------------------------------------------------


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines if line)}


def test_the_procfile_runs_commands_that_exist() -> None:
    assert set(procfile()) == {"release", "web", "worker", "ticker"}
    for line in procfile().values():
        for command in line.split("&&"):
            program, name, *rest = command.split()
            assert (program, name in COMMANDS, rest) == ("handrail", True, [])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_there(name: str) -> None:
    place, _, attribute = COMMANDS[name].partition(":")
    assert getattr(importlib.import_module(place), attribute).name == name


def test_there_is_one_queue_and_the_worker_serves_it() -> None:
    """A worker that listens to two queues can lose a job outright (HAZARDS F1), so there is one, for all processes."""
    rung = [call.args[0] for each in modules() for name, call in calls(each.tree) if name == "Queue"]
    served = [call.args[0] for _name, call in calls(module("app.jobs").tree) if _name == "DoorbellWorker"]
    assert [dotted(argument) for argument in rung] == ["QUEUE"]
    assert [[dotted(each) for each in argument.elts] for argument in served if isinstance(argument, ast.List)] == [
        ["queue.QUEUE"]
    ]
    assert queue.QUEUE == "doorbell"


def test_every_job_is_allowed_rung_and_takes_one_id() -> None:
    """H72: nothing else in app.jobs could be run by name, and no doorbell asks for a job that is refused."""
    assert {f"{act.__module__}.{act.__name__}" for act in jobs.ALLOWED.values()} == set(jobs.ALLOWED)
    for act in jobs.ALLOWED.values():
        (only,) = inspect.signature(act).parameters.values()
        assert only.annotation is int
    public = {
        name for name, value in vars(jobs).items()
        if isinstance(value, types.FunctionType) and value.__module__ == "app.jobs" and not name.startswith("_")
    }  # fmt: skip
    assert public == {name.rpartition(".")[2] for name in jobs.ALLOWED} | {"work"}
    assert rung_jobs() == {name.rpartition(".")[2] for name in jobs.ALLOWED}


def rung_jobs() -> set[str]:
    rung = set()
    for each in modules():
        for name, call in calls(each.tree):
            if each.name != "app.queue" and name in ("queue.ring_later", "queue.ring_now"):
                rung.add(written_out(call.args[1 if name.endswith("later") else 0], each.name))
    return rung


# --- Settings ------------------------------------------------------------------------------------------------------


def example() -> dict[str, str]:
    return environment.read(ROOT / ".env.example")


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    commented = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted([*example(), *commented]) == sorted(settings.KNOWN)


def test_every_setting_of_the_example_has_a_comment_above_it() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#?[A-Z_]+=", line):
            above = lines[number - 1]
            assert re.match(r"# \w|#?[A-Z_]+=", above), f"say what {line.partition('=')[0].strip('#')} is for"


def test_the_example_is_a_working_live_configuration_once_its_blanks_are_filled() -> None:
    """What it leaves blank is only what nobody could guess: secrets, addresses, numbers."""
    filled = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token", "TWILIO_FROM": "+15005550006",
        "SECRET_KEY": "s" * 32, "DATA_KEYS": "k1:" + "0" * 64, "INDEX_KEY": "i" * 32,
        "PRACTICE_PHONE": "+16085550100",
    }  # fmt: skip
    assert {name for name, value in example().items() if not value} == set(filled)
    loaded = settings.load({}, {**example(), **filled})
    assert loaded.live
    assert not loaded.sends


def test_every_setting_is_used() -> None:
    used = {
        node.attr
        for each in modules()
        if not each.name.startswith("app.simulator")
        for node in ast.walk(each.tree)
        if isinstance(node, ast.Attribute)
    }
    assert set(settings.Settings.model_fields) - used == set()


# --- Dialogs: what a choice does, what a text names, who takes over ------------------------------------------------


def does(dialog: Dialog) -> set[str]:
    return {choice.does for state in dialog.states.values() for choice in state.choices if choice.does}


def test_every_action_is_carried_out_and_used_by_a_dialog() -> None:
    assert set(actions.ACTIONS) == set(ACTIONS)
    assert set().union(*map(does, DIALOGS.values())) == set(ACTIONS)


def test_every_action_has_exactly_its_declared_outcomes() -> None:
    for name, act in actions.ACTIONS.items():
        returned = {
            word.value
            for statement in ast.walk(ast.parse(inspect.getsource(act)))
            if isinstance(statement, ast.Return)
            for word in ast.walk(statement)
            if isinstance(word, ast.Constant)
        }
        assert returned == set(ACTIONS[name])


def test_every_dialog_end_and_action_has_words_for_staff() -> None:
    assert set(MATTERS) <= set(DIALOGS), "a dialog without words here is “a question” in the record"
    assert set(ENDS) - set(ENDINGS) == set()
    assert set(DOES) == set(ACTIONS)
    used = {state.ends for dialog in DIALOGS.values() for state in dialog.states.values() if state.ends}
    assert used == set(ENDS), "what is in the grammar is used by a script"
    # a number from 0 to 10 is asked for by the tests' own dialog alone (issue 5, decision 0068)
    own = (ROOT / "tests" / "dialogs" / "how_easy.toml").read_text("utf-8")
    states = [state for dialog in DIALOGS.values() for state in dialog.states.values()]
    states += parse_dialog("how_easy", own).states.values()
    assert {state.answer.type for state in states if state.answer} == set(ANSWER_TYPES)
    assert {state.saves for state in states if state.saves} == set(SAVED)


def test_every_fact_is_provided_and_used() -> None:
    """And no sensitive one is: it could not reach a text even if a dialog named it (P11)."""
    at = datetime(2026, 11, 24, 15, tzinfo=UTC)
    visit = Visit(1, at, "Main Street", "America/Chicago", "Lakeside Clinic", "Ana López")
    known = {name for name, fact in FACTS.items() if not fact.sensitive}
    for language in ("en", "es"):
        of_visit, of_offer, of_shared, of_day = (
            facts.of_visit(house_settings(), visit, language),
            facts.of_offer(house_settings(), visit, {1: visit, 2: visit, 3: visit}, at, language),
            facts.of_shared(house_settings(), visit, dict.fromkeys(OF_SHARED, visit), language),
            days.of_day(house_settings(), [visit, visit], language),
        )
        assert set(of_visit) | set(of_offer) | set(of_shared) | set(of_day) == known
        assert set(of_visit) & set(of_offer) == known - OF_APPOINTMENT - OF_OFFER - OF_DAY - OF_SHARED
        assert set(of_shared) == known - ABOUT["shared"]
        assert set(of_day) == known - ABOUT["day"]
    texts = "".join(dialog_files.read_folder().values())
    assert {name for name in known if f"{{{name}}}" in texts} == known


def test_every_fixed_and_standing_text_is_written() -> None:
    assert set(ALWAYS.texts) == {*FIXED_TEXTS, *STANDING_TEXTS, *CALL_TEXTS}


def test_every_reason_for_a_person_has_a_list_and_words() -> None:
    assert set(PEOPLE.values()) <= set(LISTS)
    assert set(PEOPLE) - set(REASONS) == set()


# --- Dispositions --------------------------------------------------------------------------------------------------


def test_every_disposition_closes_something_and_stands_in_the_runbook() -> None:
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    for name, disposition in DISPOSITIONS.items():
        assert disposition.name == name
        assert disposition.lists
        assert set(disposition.lists) <= set(LISTS)
        assert f"| {disposition.label} |" in runbook, (
            f"docs/runbook.md does not say when to close with “{disposition.label}”"
        )


def test_each_list_can_be_closed_with_one_key() -> None:
    """DESIGN 5: "read, nothing to do" needs no writing."""
    for list_name in LISTS:
        assert [d for d in DISPOSITIONS.values() if list_name in d.lists and not (d.needs_note or d.needs_reply)]
