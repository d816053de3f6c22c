"""Settings from the environment, checked as a whole before anything starts."""

import os
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator

from app import environment
from app.environment import SettingsError
from app.numbers import BadNumber, as_e164

ENV_FILE = Path(".env")
LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")
SHORTEST_KEY, SHORTEST_TOKEN = 32, 20
WEB_THREADS = 256
"""How many threads a web process has. Every open desk page holds one; app.web.live caps those well below this."""


class Settings(BaseModel):
    """Every setting Handrail knows; `.env.example` explains each (contract: DESIGN 8)."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    handrail_mode: Literal["demo", "live"]
    database_url: str
    redis_url: str
    public_base_url: str
    twilio_account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    twilio_auth_token: tuple[SecretStr, ...]
    twilio_api_key: str = ""
    twilio_api_secret: SecretStr = SecretStr("")
    twilio_api_base_url: str = ""
    twilio_from: str
    paging_from: str = ""
    secret_key: SecretStr
    data_keys: SecretStr
    index_key: SecretStr
    spool_dir: Path | None = None
    anchor_dir: Path
    practice_phone: str
    emergency_line: str = Field(default="911", pattern=r"^\+?\d{3,15}$")
    alarm_url: str = ""
    backup_key: SecretStr = SecretStr("")
    heartbeat_seconds: int = Field(default=300, ge=0, le=86_400)
    most_texts_a_day: int = Field(default=5000, ge=1, le=1_000_000)
    reach_prefixes: tuple[str, ...] = ("+1",)
    metrics_token: SecretStr = SecretStr("")
    value_of_visit: Decimal | None = Field(default=None, ge=0, le=100_000)
    price_of_segment: Decimal | None = Field(default=None, ge=0, le=100)
    price_of_call_minute: Decimal | None = Field(default=None, ge=0, le=100)
    recall_days: int = Field(default=30, ge=1, le=365)
    sending: bool | None = None
    second_factor: bool | None = None
    calls_at_once: int = Field(default=2, ge=1, le=100)
    dialogs_dir: Path | None = None
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    port: int = Field(default=8000, ge=1, le=65535)

    @field_validator("twilio_auth_token", mode="before")
    @classmethod
    def _two_tokens_while_rotating(cls, value: str) -> tuple[str, ...]:
        tokens = tuple(part.strip() for part in value.split(",") if part.strip())
        if not 1 <= len(tokens) <= 2:
            raise ValueError("give the auth token, or two separated by a comma while rotating")
        return tokens

    @field_validator("twilio_from", "paging_from", "practice_phone")
    @classmethod
    def _is_a_number(cls, value: str) -> str:
        if not value:
            return value
        try:
            return as_e164(value)
        except BadNumber as fault:
            raise ValueError(f"is not a telephone number: {fault}") from fault

    @field_validator("secret_key", "index_key")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"must have at least {SHORTEST_KEY} characters; make one with `openssl rand -hex 32`")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _is_nothing_or_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(f"must have at least {SHORTEST_TOKEN} characters; make one with `openssl rand -hex 32`")
        return value

    @field_validator("backup_key")
    @classmethod
    def _is_nothing_or_a_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[0-9a-fA-F]{64}", value.get_secret_value()):
            raise ValueError("must be 64 hex digits; make one with `openssl rand -hex 32`")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_a_database_we_know(cls, value: str) -> str:
        if not re.match(r"sqlite:///.|postgresql\+psycopg://.", value):
            raise ValueError("must be sqlite:///a/file.db or postgresql+psycopg://user:password@host/name")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis(cls, value: str) -> str:
        if not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("must begin with redis://, rediss:// or unix://, such as redis://127.0.0.1:6379/0")
        return value

    @field_validator("public_base_url")
    @classmethod
    def _is_a_bare_base(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or "#" in value or "?" in value:
            raise ValueError("must be the address Twilio calls, such as https://handrail.example.org")
        return value.rstrip("/")

    @field_validator("reach_prefixes", mode="before")
    @classmethod
    def _begin_with_a_plus(cls, value: str | tuple[str, ...]) -> tuple[str, ...]:
        prefixes = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value
        if not all(re.fullmatch(r"\+[1-9]\d{0,6}", each) for each in prefixes):
            raise ValueError("must be the beginnings of numbers, separated by commas, such as +1 or +1,+52")
        return prefixes

    @field_validator("alarm_url")
    @classmethod
    def _is_somewhere(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]", value):
            raise ValueError("must be an address such as https://alarm.example.org/handrail")
        return value

    @model_validator(mode="after")
    def _fits_its_mode(self) -> "Settings":
        live = self.handrail_mode == "live"
        if live and not self.public_base_url.startswith("https://"):
            raise ValueError("PUBLIC_BASE_URL must begin with https:// in live mode")
        if live and self.alarm_url.startswith("http://"):
            raise ValueError("ALARM_URL must begin with https:// in live mode")
        if not live and not self.twilio_api_base_url.startswith(LOOPBACK):
            raise ValueError("TWILIO_API_BASE_URL must point at the stand-in carrier on this machine in demo mode; "
                             "the demo never speaks to a live account")  # fmt: skip
        if self.backup_key.get_secret_value() and self.backup_key.get_secret_value() in (
            *(part.partition(":")[2].strip() for part in self.data_keys.get_secret_value().split(",")),
            self.index_key.get_secret_value(), self.secret_key.get_secret_value(),
        ):  # fmt: skip
            raise ValueError("BACKUP_KEY must be a key of its own: whoever has a backup must not have another with it")
        if live and self.second_factor is False:
            raise ValueError("SECOND_FACTOR cannot be off in live mode: a password alone opens no patient's record")
        if self.twilio_api_key and not self.twilio_api_secret.get_secret_value():
            raise ValueError("TWILIO_API_SECRET is missing beside TWILIO_API_KEY")
        return self

    def reaches(self, number: str) -> bool:
        """Whether we text or ring this number, in E.164, by ourselves (H55)."""
        return number.startswith(self.reach_prefixes)

    @property
    def live(self) -> bool:
        """Whether real patients are reached."""
        return self.handrail_mode == "live"

    @property
    def sends(self) -> bool:
        """Whether the outbox may be emptied: off in live mode until somebody says SENDING=on (hazard H64)."""
        return (not self.live) if self.sending is None else self.sending

    @property
    def asks_second_factor(self) -> bool:
        """Whether a password alone opens nothing: always in live mode."""
        return self.live or self.second_factor is True

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers of ours that can be texted: words to the paging number are a patient's words all the same."""
        return frozenset({self.twilio_from, self.paging_from} - {""})

    @cached_property
    def auth_tokens(self) -> tuple[str, ...]:
        return tuple(token.get_secret_value() for token in self.twilio_auth_token)


KNOWN = tuple(sorted(name.upper() for name in Settings.model_fields))
_current: Settings | None = None


def current() -> Settings:
    """The settings of this process, read once from the environment and `.env`."""
    global _current
    if _current is None:
        _current = load(os.environ, environment.read(ENV_FILE))
    return _current


def use(settings: Settings | None) -> None:
    """Put other settings in force (tests); None reads the environment again."""
    global _current
    _current = settings


def load(environ: Mapping[str, str], env_file: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ`, which beats `env_file`. Raises SettingsError with one sentence per fault."""
    file = dict(env_file or {})
    faults = environment.misspelt(file, environ, KNOWN)
    values = {name: value for name, value in {**file, **environ}.items() if name in KNOWN and value.strip()}
    try:
        settings = Settings.model_validate({name.lower(): value for name, value in values.items()})
    except ValidationError as error:
        faults += [environment.sentence(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors()]
        raise SettingsError("\n".join(faults)) from None
    if faults:
        raise SettingsError("\n".join(faults))
    return settings
