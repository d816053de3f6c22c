"""`pytest --update` rewrites the golden conversations; the option may also stand in tests/conftest.py."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    try:
        parser.addoption("--update", action="store_true", help="rewrite golden conversations as they now run")
    except ValueError:  # tests/conftest.py has it already
        return
