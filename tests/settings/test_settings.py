"""Bad settings refuse to start and say, in a sentence, what to change (DESIGN 8)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import environment, settings
from app.cli import main
from app.environment import SettingsError

GOOD = {
    "HANDRAIL_MODE": "live",
    "DATABASE_URL": "postgresql+psycopg://handrail@localhost/handrail",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PUBLIC_BASE_URL": "https://handrail.example.org",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_FROM": "+15005550006",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": "k1:" + "5a" * 32,
    "INDEX_KEY": "i" * 32,
    "ANCHOR_DIR": "/var/lib/handrail/anchors",
    "PRACTICE_PHONE": "(608) 555-0100",
}

BAD = [
    ({"HANDRAIL_MODE": "prod"}, "HANDRAIL_MODE must be demo or live."),
    ({"DATABASE_URL": ""}, "DATABASE_URL is not set: please set it (see .env.example)."),
    ({"DATABASE_URL": "mysql://localhost/handrail"}, "DATABASE_URL must be sqlite:///"),
    ({"DATABASE_URL": "postgresql://localhost/handrail"}, "DATABASE_URL must be sqlite:///"),
    ({"DATABASE_URL": "sqlite://"}, "DATABASE_URL must be sqlite:///"),
    ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must begin with redis://"),
    ({"PUBLIC_BASE_URL": "handrail.example.org"}, "PUBLIC_BASE_URL must be the address Twilio calls"),
    ({"PUBLIC_BASE_URL": "https://handrail.example.org/?a=b"}, "PUBLIC_BASE_URL must be the address Twilio calls"),
    ({"PUBLIC_BASE_URL": "http://handrail.example.org"}, "PUBLIC_BASE_URL must begin with https:// in live mode."),
    ({"TWILIO_ACCOUNT_SID": "SK" + "0" * 32}, "TWILIO_ACCOUNT_SID"),
    ({"TWILIO_AUTH_TOKEN": "a,b,c"}, "TWILIO_AUTH_TOKEN give the auth token, or two"),
    ({"TWILIO_AUTH_TOKEN": " , "}, "TWILIO_AUTH_TOKEN give the auth token, or two"),
    ({"TWILIO_FROM": "lakeside"}, "TWILIO_FROM is not a telephone number"),
    ({"TWILIO_API_KEY": "SK1"}, "TWILIO_API_SECRET is missing beside TWILIO_API_KEY."),
    ({"PRACTICE_PHONE": "555"}, "PRACTICE_PHONE is not a telephone number"),
    ({"PRACTICE_PHONE": ""}, "PRACTICE_PHONE is not set"),
    ({"PRACTICE_PHONE": " "}, "PRACTICE_PHONE is not set"),
    ({"TWILIO_FROM": " \t"}, "TWILIO_FROM is not set"),
    ({"EMERGENCY_LINE": "call 911"}, "EMERGENCY_LINE"),
    ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 32 characters"),
    ({"INDEX_KEY": "short"}, "INDEX_KEY must have at least 32 characters"),
    ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN must have at least 20 characters"),
    ({"BACKUP_KEY": "short"}, "BACKUP_KEY must be 64 hex digits"),
    ({"BACKUP_KEY": "5a" * 32}, "BACKUP_KEY must be a key of its own"),
    ({"HEARTBEAT_SECONDS": "-1"}, "HEARTBEAT_SECONDS"),
    ({"MOST_TEXTS_A_DAY": "0"}, "MOST_TEXTS_A_DAY must be a number of texts"),
    ({"SENDING": "maybe"}, "SENDING"),
    ({"SECOND_FACTOR": "off"}, "SECOND_FACTOR cannot be off in live mode"),
    ({"SECOND_FACTOR": "perhaps"}, "SECOND_FACTOR must be on or off."),
    ({"ALARM_URL": "alarm.example.org"}, "ALARM_URL must be an address such as https://"),
    ({"ALARM_URL": "http://alarm.example.org/handrail"}, "ALARM_URL must begin with https:// in live mode."),
    ({"PORT": "eighty"}, "PORT"),
    ({"PORT": "70000"}, "PORT"),
    ({"HANDRAIL_MODE": "demo"}, "TWILIO_API_BASE_URL must point at the stand-in carrier on this machine in demo mode"),
    (
        {"HANDRAIL_MODE": "demo", "TWILIO_API_BASE_URL": "https://api.twilio.com"},
        "the demo never speaks to a live account",
    ),
]


def refusal(environ: dict[str, str], env_file: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as refused:
        settings.load(environ, env_file)
    return str(refused.value)


def test_good_settings_start() -> None:
    loaded = settings.load(GOOD)
    assert loaded.live
    assert loaded.practice_phone == "+16085550100"
    assert loaded.auth_tokens == ("token",)


@pytest.mark.parametrize(("changed", "sentence"), BAD)
def test_a_bad_setting_says_what_to_change(changed: dict[str, str], sentence: str) -> None:
    said = refusal({**GOOD, **changed})
    assert said.startswith(sentence) or sentence in said
    assert said.endswith(".")
    assert "Traceback" not in said
    assert "\n" not in said, "one fault, one sentence"


def test_a_secret_is_never_repeated_in_a_refusal() -> None:
    said = refusal(
        {**GOOD, "SECRET_KEY": "hunter2", "INDEX_KEY": "hunter2", "TWILIO_AUTH_TOKEN": "hunter2,hunter2,hunter2"}
    )
    assert said.count("\n") == 2
    assert "hunter2" not in said
    assert "hunter2" not in repr(settings.load({**GOOD, "TWILIO_AUTH_TOKEN": "hunter2"}))


def test_sending_is_off_in_live_mode_until_somebody_says_on() -> None:
    """H64: after a restore nothing leaves before a person has looked."""
    assert not settings.load(GOOD).sends
    assert settings.load({**GOOD, "SENDING": "on"}).sends
    demo = {**GOOD, "HANDRAIL_MODE": "demo", "TWILIO_API_BASE_URL": "http://127.0.0.1:8001"}
    assert settings.load(demo).sends
    assert not settings.load({**demo, "SENDING": "off"}).sends


def test_two_auth_tokens_count_while_they_are_rotated() -> None:
    assert settings.load({**GOOD, "TWILIO_AUTH_TOKEN": "new, old"}).auth_tokens == ("new", "old")


# --- Names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [("TWILIO_AUTHTOKEN", "TWILIO_AUTH_TOKEN"), ("HANDRAIL_MOD", "HANDRAIL_MODE"), ("DATA_KEY", "DATA_KEYS"),
     ("SPOOL_DIRS", "SPOOL_DIR"), ("TWILIO_API_BASEURL", "TWILIO_API_BASE_URL"),
     ("SENDNG", "SENDING"), ("BACKUPKEY", "BACKUP_KEY"), ("PUBLIC_BASE_URI", "PUBLIC_BASE_URL")],
)  # fmt: skip
def test_a_near_miss_in_the_environment_is_noticed(name: str, meant: str) -> None:
    environ = {key: value for key, value in GOOD.items() if key != meant}
    said = refusal({**environ, name: GOOD.get(meant, "x")})
    assert f"{name} is not a setting of Handrail. Did you mean {meant}? Please rename or remove it." in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("HANDRAIL_MODE", "prod"), ("TWILIO_ACCOUNT_SID", "AC1"), ("EMERGENCY_LINE", "nine"), ("SENDING", "perhaps"),
     ("HEARTBEAT_SECONDS", "often"), ("TRUSTED_PROXIES", "9"), ("PORT", "0")],
)  # fmt: skip
def test_every_fault_is_a_sentence_about_the_setting(name: str, value: str) -> None:
    said = refusal({**GOOD, name: value})
    assert said.startswith(f"{name} must be ")
    for ours in ("String", "pattern", "Input", "integer", "boolean"):
        assert ours not in said


def test_the_rest_of_the_environment_is_none_of_our_business() -> None:
    assert settings.load({**GOOD, "PATH": "/bin", "LANG": "C", "TWILIO_REGION": "us1"}).live


def test_an_unknown_name_in_the_file_is_refused() -> None:
    """In `.env` every name is meant for us."""
    said = refusal(GOOD, {"PRACTICE_FONE": "x"})
    assert said.startswith(".env names PRACTICE_FONE, which Handrail does not know. Did you mean PRACTICE_PHONE?")
    assert "Did you mean" not in refusal(GOOD, {"COFFEE": "black"})


def test_the_environment_beats_the_file() -> None:
    assert settings.load({**GOOD, "PORT": "9000"}, {"PORT": "7000"}).port == 9000
    assert settings.load(GOOD, {"PORT": "7000"}).port == 7000


def test_a_line_of_the_file_that_is_no_setting_is_named(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("# fine\n\nPORT=8000\nHANDRAIL_MODE live\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\.env line 4 is not NAME=value"):
        environment.read(path)


# --- At the command line -------------------------------------------------------------------------------------------


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder without `.env`, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in settings.KNOWN:
        monkeypatch.delenv(name, raising=False)
    settings.use(None)
    yield
    settings.use(None)


def test_the_command_ends_with_sentences_and_not_with_a_trace(
    nowhere: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["handrail", "migrate"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("Handrail cannot start:\n")
    assert "DATABASE_URL is not set" in said
    assert "Traceback" not in said


def test_bad_keys_end_the_command_with_a_sentence_too(
    nowhere: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**GOOD, "DATA_KEYS": "k1:abc"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["handrail", "migrate"])
    with pytest.raises(SystemExit):
        main.main()
    assert "DATA_KEYS must be id:key" in capsys.readouterr().err


def test_help_lists_every_command_without_starting_anything(nowhere: None) -> None:
    shown = CliRunner().invoke(main.cli, ["--help"])
    assert shown.exit_code == 0
    assert all(name in shown.output for name in main.COMMANDS)
