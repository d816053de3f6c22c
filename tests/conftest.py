"""What all tests share: both databases, a running practice, the cast."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from playwright.sync_api import expect

from app import GARBAGE_AFTER, db, engines, log, schema, sealing
from app.web import there
from tests.house import House, furnish, house_settings
from tests.people import ANAS, ROSAS, STRANGERS, Colleague, Person, colleague, patient, phone
from tests.servers.memory import folder as in_memory
from tests.web import hashing

if TYPE_CHECKING:
    from tests.servers.fixtures import Postgres

pytest_plugins = ["tests.servers.fixtures", "tests.alarm.fixtures"]
KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))
"""Every promise is proved on both; `make quick` asks SQLite alone."""
ON_THE_SCREEN_MS = 15_000
"""How long something may take to appear in a browser while all else is tested beside it. How fast pages are is measured
in tests/benchmarks."""

SLOW_ROOMS = (
    "alarm", "carrier", "files", "follow_ups", "oncall", "reconciler", "screens", "slots", "spool", "upkeep", "voice",
)  # fmt: skip
"""Folders of tests that `make quick` leaves out whole: what they are about lies beside the way of a text."""

ROOMS_WITHOUT_DATABASE = ("doors", "spool", "upkeep")
"""Rooms whose tests may leave the practice without its database."""
ROOMS_ASKED_ONCE = (
    "demo", "desk", "files", "follow_ups", "journeys", "lists", "oncall", "reconciler", "screens", "slots", "spool",
    "upkeep", "voice", "web",
)  # fmt: skip
"""Folders of which `make test` asks PostgreSQL with the first test of each file, and `make prove` with the others."""

A_PROOF = 600
"""Seconds that a test of `make prove` may take that says nothing else: three of them share two cores."""
DIES_BY_ITSELF = pytest.mark.flaky(reruns=1, only_rerun=["(Page|Target) crashed"])
"""A browser may (docs/decisions/0052). Other tests do without: being asked how often it ran costs each 40 ms."""

gc.set_threshold(GARBAGE_AFTER)
# An engine keeps the statements it has compiled; building them anew for every house was a sixth of all the work.
engines.make = cache(engines.make)
expect.set_options(timeout=ON_THE_SCREEN_MS)
hashing.use(hashing.CHEAP)
# A slow machine is no flaw of what is tested; what is submitted fails by what it changed, not by the day's examples.
hypothesis.settings.register_profile(
    "handrail", deadline=None, derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)  # fmt: skip
hypothesis.settings.load_profile("handrail")


def pytest_configure(config: pytest.Config) -> None:
    """SQLite files and ledgers are forced to the disk with every line; in memory nobody has to wait for that."""
    if config.option.basetemp is None and (memory := in_memory()):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What no database takes much part in asks PostgreSQL once and is a proof otherwise: examples `of_words`, which are
    read before any database hears of them, by their test; tests `of_pages` by their file. `long` ones not once, and
    they begin before all others, the longest first: else one is left alone at the end. A proof may take its time."""
    met = set[str]()
    for item in items:
        if item.path.parent.name in SLOW_ROOMS:
            item.add_marker(pytest.mark.slow)
        if isinstance(item, pytest.Function) and "chromium" in item.fixturenames:
            item.add_marker(DIES_BY_ITSELF)
        if isinstance(item, pytest.Function) and _on_postgresql(item) and _is_asked_elsewhere(item, met):
            item.add_marker(pytest.mark.prove)
        if item.get_closest_marker("prove") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(A_PROOF))
    items.sort(key=_minutes, reverse=True)


def _is_asked_elsewhere(test: pytest.Function, met: set[str]) -> bool:
    """Whether `make test` does without it: SQLite was asked, or PostgreSQL by another of its kind: `met`."""
    if test.get_closest_marker("long"):
        return True
    once = _asked_once(test)
    again = bool(once) and once in met
    if once and not test.get_closest_marker("prove"):
        met.add(once)
    return again


def _minutes(test: pytest.Item) -> int:
    """How long a test takes about, where that is long."""
    long = test.get_closest_marker("long")
    return int(long.kwargs.get("minutes", 1)) if long else 0


def _asked_once(test: pytest.Function) -> str:
    """Of what one test is enough, if there is such a thing."""
    if test.get_closest_marker("of_pages") or test.path.parent.name in ROOMS_ASKED_ONCE:
        return str(test.path)
    return test.nodeid.partition("[")[0] if test.get_closest_marker("of_words") else ""


def _on_postgresql(test: pytest.Function) -> bool:
    return hasattr(test, "callspec") and test.callspec.params.get("database_url") == "postgresql"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the golden conversations")


@pytest.fixture(autouse=True, scope="session")
def strict_logs() -> None:
    """A line of the log with a key that is not on the list fails its test."""
    log.be_strict()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def furnished_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a practice that opens today, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "furnished.db"
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A practice's database on its first day, once of each kind."""
    yield from _copy(request, "furnished_sqlite", furnish)


@pytest.fixture(params=KINDS)
def bare_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database with nothing in it, once of each kind."""
    yield from _copy(request, "empty_sqlite", _migrate)


def _copy(request: pytest.FixtureRequest, original: str, build: Callable[[str], None]) -> Iterator[str]:
    """Always at the same address in one worker: whoever was connected to the one before has let go of it."""
    name = build.__name__.strip("_")
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("tmp_path_factory").getbasetemp() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        shutil.copy(request.getfixturevalue(original), folder / "handrail.db")
        yield f"sqlite:///{folder / 'handrail.db'}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    yield postgres.again(postgres.template(name, build), f"{name}_{worker}")


@pytest.fixture
def house(request: pytest.FixtureRequest, database_url: str, valkey_url: str, tmp_path: Path) -> Iterator[House]:
    """A running practice on either database, whose lists can be looked at whatever a test has done."""
    there.forget()  # a process has one database for its whole life, and this one a new one for each test
    running = House(database_url, valkey_url, tmp_path)
    yield running
    try:
        if request.path.parent.name not in ROOMS_WITHOUT_DATABASE:
            running.shows_its_lists()
    finally:
        running.close()


@pytest.fixture
def ana(house: House) -> Iterator[Person]:
    person = patient(house, "Ana López", ANAS)
    yield person
    person.nothing_more()


@pytest.fixture
def rosa(house: House) -> Iterator[Person]:
    person = patient(house, "Rosa Jiménez", ROSAS, language="es")
    yield person
    person.nothing_more()


@pytest.fixture
def sam(house: House, ana: Person) -> Person:
    """Shares Ana's phone."""
    return patient(house, "Sam López", ANAS)


@pytest.fixture
def stranger(house: House) -> Iterator[Person]:
    person = phone(house, STRANGERS)
    yield person
    person.nothing_more()


@pytest.fixture
def nora(house: House) -> Colleague:
    return colleague(house, "Nora", "nurse")


@pytest.fixture
def fran(house: House) -> Colleague:
    return colleague(house, "Fran", "front_desk")


def _migrate(url: str) -> None:
    sealing.start(house_settings().data_keys.get_secret_value(), "x" * 40)
    db.start(url)
    schema.migrate()
    db.stop()
