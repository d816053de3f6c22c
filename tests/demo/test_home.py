"""The demo's folder: made once, kept, held by one, and never somebody else's."""

import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import settings
from app.demo.environment import environment
from app.demo.home import Home, HomeInUse, NotOurs


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home(tmp_path / ".demo") as home:
        yield home


def test_secrets_are_made_once_and_are_for_their_owner_only(home: Home) -> None:
    first = home.secrets()
    assert home.secrets() == first
    assert stat.S_IMODE((home.folder / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700


def test_two_demos_do_not_share_a_folder(home: Home) -> None:
    with pytest.raises(HomeInUse, match="already running"):
        Home(home.folder)
    home.close()
    Home(home.folder).close()


def test_whoever_finds_the_folder_in_use_is_told_where(home: Home) -> None:
    home.serves_at("http://127.0.0.1:8100/")
    with pytest.raises(HomeInUse, match=r"already running from .*, on http://127.0.0.1:8100/"):
        Home(home.folder)
    home.close()
    with Home(home.folder), pytest.raises(HomeInUse) as nowhere_yet:
        Home(home.folder)
    assert "8100" not in str(nowhere_yet.value)


def test_nothing_is_left_to_prepare_only_while_all_of_it_is_there(home: Home) -> None:
    parts = (home.database, home.welcome, home.phones)
    for part in parts:
        part.write_text("something")
    assert not home.is_ready_for("this checkout")
    home.stamp.write_text("this checkout")
    assert home.is_ready_for("this checkout")
    assert not home.is_ready_for("an edited one")
    for part in parts:
        part.unlink()
        assert not home.is_ready_for("this checkout")
        part.write_text("something")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("my only copy")
    with pytest.raises(NotOurs):
        Home(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_reset_forgets_everything_and_keeps_the_hold(home: Home) -> None:
    before = home.secrets()
    home.database.write_text("rows")
    (home.spool / "one").write_text("a text")
    home.reset()
    assert not home.database.exists()
    assert list(home.spool.iterdir()) == []
    assert home.secrets() != before
    with pytest.raises(HomeInUse):
        Home(home.folder)


def test_the_demo_knows_every_setting_and_takes_none_from_outside(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_API_KEY", "a live key")
    monkeypatch.setenv("ALARM_URL", "https://pager.example.org")
    env = environment(home, port=8100, valkey_port=8101, carrier_port=8102)
    assert set(settings.KNOWN) <= set(env)
    loaded = settings.load(env, {"ALARM_URL": "https://pager.example.org"})
    assert not loaded.live
    assert loaded.twilio_api_key == loaded.alarm_url == ""
    assert loaded.twilio_api_base_url == "http://127.0.0.1:8102"
    assert loaded.sends


def test_the_demo_can_be_seen_with_sending_off(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENDING", "off")
    env = environment(home, port=8100, valkey_port=8101, carrier_port=8102)
    assert not settings.load(env, {}).sends


def test_a_shell_can_be_pointed_at_the_demo(tmp_path: Path) -> None:
    with Home(tmp_path / "demo's") as home:
        kept = environment(home, port=8100, valkey_port=8101, carrier_port=8102)
        home.keep_environment(kept)
        path = home.folder / "env"
    said = subprocess.run(
        ["sh", "-c", '. "$1"; printf "%s %s %s" "$HANDRAIL_MODE" "$DATABASE_URL" "$SECRET_KEY"', "sh", str(path)],
        capture_output=True, text=True, check=True, timeout=10,
    ).stdout  # fmt: skip
    assert said == f"demo {kept['DATABASE_URL']} {kept['SECRET_KEY']}"
    assert path.stat().st_mode & 0o077 == 0
