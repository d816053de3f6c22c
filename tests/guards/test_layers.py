"""The house stands as drawn: imports go down only, every module has its row, files stay small (DESIGN 2, 9)."""

import ast
import re
import tomllib

import pytest
from importlinter.cli import lint_imports

from tests.guards.source import PACKAGES, ROOT, Module, imports, modules

ONLY_THESE_KNOW_TWILIO = {"app.messaging.gateway", "app.messaging.twiml", "app.webhooks.signature"}
LONGEST, LONG, FEW_LONG = 300, 250, 3


def rows() -> set[str]:
    """Every module that the layers of pyproject.toml name."""
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = configuration["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["id"] == "layers")
    return {name.strip(" ()") for layer in layers for name in re.split(r"[|:]", layer)}


def unplaced(names: list[str], known: set[str]) -> list[str]:
    """Modules that stand in no row, nor inside a package that does. A room whose modules stand in several rows needs
    none itself, and its own file is empty; nor do the three packages."""
    rooms = {row.rpartition(".")[0] for row in known}
    return [
        name
        for name in names
        if name not in (*PACKAGES, *rooms, "app.cli.__main__")
        and not any(f"{name}.".startswith(f"{row}.") for row in known)
    ]


@pytest.mark.slow
def test_imports_go_down_only(capfd: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)
    assert code == 0, capfd.readouterr().out


def test_every_module_stands_in_a_row() -> None:
    assert unplaced([module.name for module in modules()], rows()) == []


def test_a_module_in_no_row_is_found() -> None:
    names = ["app", "app.db", "app.web.page", "app.webby", "app.talk", "app.talk.new", "escalation_desk.newcomer"]
    known = {"app.db", "app.web", "app.talk.facts"}
    assert unplaced(names, known) == ["app.webby", "app.talk.new", "escalation_desk.newcomer"]


def test_only_three_modules_know_twilio() -> None:
    """Any import counts, at the top or inside a function."""
    know = {m.name for m in modules() if any(name.split(".")[0] == "twilio" for name in imports(m.tree))}
    assert know == ONLY_THESE_KNOW_TWILIO


def test_every_package_file_is_empty_but_create_app() -> None:
    full = [m.name for m in modules() if m.path.name == "__init__.py" and m.text.strip()]
    assert full == ["app"]


def test_every_module_starts_with_one_sentence() -> None:
    for module in modules():
        if module.text.strip() and "migrations/versions" not in str(module.path):
            assert _first_sentence(module), f"{module.path}: begin with a one-sentence docstring"


def test_files_stay_small() -> None:
    """A median of 70 lines, few above 250 (DESIGN 2); the first migration is generated."""
    sizes = {m.name: m.text.count("\n") for m in modules() if ".migrations." not in m.name}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}
    assert len([name for name, size in sizes.items() if size > LONG]) <= FEW_LONG, sizes
    ours = sorted(size for size in sizes.values() if size)
    assert ours[len(ours) // 2] <= 90


def _first_sentence(module: Module) -> bool:
    opening = (ast.get_docstring(module.tree) or "").split("\n\n")[0]
    return re.sub(r"\s*\([^()]*\)$", "", opening).endswith((".", "?"))
