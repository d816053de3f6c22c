"""Crash points end a process only where a test says so: nothing in production can arm them (HAZARDS 3.2, 3.3)."""

import ast
from collections import Counter

import pytest

from app import settings
from tests.guards.source import Module, calls, imports, module, modules, written_out

pytestmark = pytest.mark.slow

HAVE_POINTS = {"app.db": 6, "app.spool": 5}
"""How many points stand in each module; db's stand in every transaction and every way out."""


def arms(tree: ast.AST) -> bool:
    """Whether code could arm the points: it names `arm` or the watcher of `crash`, or takes anything but the module."""
    named = {f"{node.value.id}.{node.attr}" for node in ast.walk(tree)
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}  # fmt: skip
    taken = {name for name in imports(tree) if name.startswith("app.crash.")}
    brought = [
        alias for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    ]
    aliased = any(alias.name in ("crash", "app.crash") and alias.asname not in (None, "crash") for alias in brought)
    return aliased or bool(taken) or bool(named & {"crash.arm", "crash._watcher"})


def points(each: Module) -> list[ast.Call]:
    return [call for name, call in calls(each.tree) if name == "crash.point"]


def test_nothing_arms_the_points() -> None:
    assert [each.name for each in modules() if each.name != "app.crash" and arms(each.tree)] == []


@pytest.mark.parametrize("code", [
    "from app import crash\ncrash.arm(print)", "from app.crash import arm\narm(print)", "crash._watcher = print",
    "from app import crash as c\nc.arm(print)", "import app.crash as c\nc.arm(print)",
])  # fmt: skip
def test_every_way_to_arm_them_is_found(code: str) -> None:
    assert arms(ast.parse(code))


def test_no_setting_and_no_variable_reaches_them() -> None:
    """The module looks at nothing: no environment, no file, no request."""
    assert set(imports(module("app.crash").tree)) == {"collections.abc.Callable"}
    assert [name for name in settings.KNOWN if "CRASH" in name or "FAULT" in name] == []


def test_points_stand_where_something_becomes_durable_or_leaves() -> None:
    assert {each.name: len(points(each)) for each in modules() if points(each)} == HAVE_POINTS


def test_points_have_names_of_their_own() -> None:
    """Those of db carry the name of their transaction, which is unique (tests/guards/test_source.py)."""
    labels = Counter(
        tuple(written_out(argument, each.name) for argument in call.args)
        for each in modules()
        if each.name != "app.db"
        for call in points(each)
    )
    assert labels
    assert set(labels.values()) == {1}
    steps = [written_out(call.args[1], "app.db") for call in points(module("app.db"))]
    assert sorted(steps) == ["after", "before", "before_commit", "begun", "committed", "done"]
