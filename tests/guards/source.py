"""The project's own source, as the guards read it: modules by name, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "dialogs", "escalation_desk")


class Module(NamedTuple):
    """One source file: its dotted name, its path, its text and its tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the three packages."""
    return tuple(_read(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


def module(name: str) -> Module:
    return next(each for each in modules() if each.name == name)


def files(*endings: str, beneath: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """Files of the packages with one of these endings, other people's left out."""
    for folder in beneath:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and "vendor" not in path.parts and "__pycache__" not in path.parts:
                yield path


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names of what a tree imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what it calls (`db.transaction`); unnamed callables are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a chain of names, else the empty string."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def written_out(argument: ast.expr, where: str) -> str:
    """The string that stands there as it is; a name that is put together at run time fails the guard."""
    assert isinstance(argument, ast.Constant), f"{where}: write the name out"
    assert isinstance(argument.value, str), where
    return argument.value


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    parts = path.relative_to(ROOT).with_suffix("").parts
    return Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path, text, ast.parse(text))
