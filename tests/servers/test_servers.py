"""The servers that the other tests stand on are the real ones."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Browser, Playwright

from tests.servers import browser
from tests.servers.fixtures import Postgres
from tests.servers.valkey import Valkey

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


def _rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.execute(query).fetchall()


def test_postgres_is_recent_and_ours(postgres_url: str) -> None:
    [(version, encoding)] = _rows(postgres_url, "SELECT version(), current_setting('server_encoding')")
    assert str(version).startswith("PostgreSQL 1")
    assert encoding == "UTF8"


def test_a_template_is_built_once_and_its_copies_are_apart(postgres: Postgres) -> None:
    built = []

    def build(url: str) -> None:
        built.append(url)
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE word (text text)")

    name = f"template_{time.time_ns()}"
    for _ in range(2):
        assert postgres.template(name, build) == name
    one, two = postgres.fresh(name), postgres.fresh(name)
    with psycopg.connect(one.replace("+psycopg", "")) as connection:
        connection.execute("INSERT INTO word VALUES ('hello')")
    assert _rows(one, "SELECT text FROM word") == [("hello",)]
    assert _rows(two, "SELECT text FROM word") == []
    assert len(built) == 1
    for url in (one, two, postgres.address(name)):
        postgres.drop(url)


def test_postgres_ends_with_the_run_that_asked_for_it() -> None:
    owner = subprocess.Popen(["sleep", "60"])
    command = [sys.executable, "-m", "tests.servers.keeper", str(owner.pid)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout
        url = keeper.stdout.readline().strip()
        assert _rows(url, "SELECT 1") == [(1,)]
        owner.kill()
        owner.wait()
        assert keeper.wait(10) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_valkey_keeps_a_list(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url, decode_responses=True) as client:
        client.rpush("words", "one", "two")
        assert client.lrange("words", 0, -1) == ["one", "two"]
        client.delete("words")


def test_a_killed_valkey_comes_back_empty(own_valkey: Valkey) -> None:
    with redis.Redis.from_url(own_valkey.url) as client:
        client.set("word", "here")
        own_valkey.kill()
        with pytest.raises(redis.ConnectionError):
            client.get("word")
        own_valkey.start()
        assert client.get("word") is None


def _shows_spanish_letters_and_local_time(chromium: Browser) -> None:
    context = chromium.new_context(locale="en-US", timezone_id="America/Chicago")
    page = context.new_page()
    page.set_content("<h1>Recepción</h1><script>document.title = new Date(0).toLocaleString()</script>")
    assert page.inner_text("h1") == "Recepción"
    assert page.title() == "12/31/1969, 6:00:00 PM"
    context.close()


def test_chromium_shows_a_page(chromium: Browser) -> None:
    _shows_spanish_letters_and_local_time(chromium)


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_a_machine_without_a_browser_gets_one(playwright: Playwright) -> None:
    chromium = browser.launch(playwright, browser.fetched())
    assert chromium.version.startswith("153.")
    _shows_spanish_letters_and_local_time(chromium)
    chromium.close()
