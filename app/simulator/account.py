"""The demo's own account at the stand-in carrier, and the refusal to play that part for a real one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

DEMO_SID = re.compile(r"AC0{24}[0-9a-f]{8}")


class LiveAccountRefused(Exception):
    """Somebody tried to start the stand-in beside a real account."""


@dataclass(slots=True)
class Account:
    """Who texts through the carrier and where its webhooks go.

    numbers: the practice's numbers in E.164, the texting number first.
    webhook_url: the public address of the inbound webhook; it is what gets signed.
    fallback_url: asked when the webhook fails; it may stand on another host.
    reach_at: scheme and host to connect to instead of the webhook's public one (`http://127.0.0.1:4010`).
    api_keys: SK… key ids with their secrets; they open the REST door and never sign.
    """

    sid: str
    auth_token: str
    webhook_url: str
    numbers: tuple[str, ...]
    reach_at: str | None = None
    api_keys: Mapping[str, str] = field(default_factory=dict)
    fallback_url: str | None = None

    def __post_init__(self) -> None:
        if not DEMO_SID.fullmatch(self.sid):
            raise LiveAccountRefused(
                "The stand-in carrier starts only with the demo's account: TWILIO_ACCOUNT_SID must be "
                "AC, twenty-four zeros and eight hex digits. This one looks real."
            )
        if not self.numbers:
            raise ValueError("The stand-in carrier needs at least one number for the practice.")

    @property
    def number(self) -> str:
        return self.numbers[0]

    @property
    def voice_url(self) -> str:
        """Where the practice is asked what to do with a call: beside the address for texts."""
        return urljoin(self.webhook_url, "voice")

    @property
    def status_url(self) -> str:
        """Where it is told how a call ended."""
        return urljoin(self.webhook_url, "status")

    def route(self, url: str) -> str:
        """The address to connect to for a request to this one."""
        ours = urlsplit(url).netloc == urlsplit(self.webhook_url).netloc
        return self.reach_at if self.reach_at and ours else url

    def opens(self, user: str, password: str) -> bool:
        """Whether these are the account's own credentials or one of its API keys."""
        return (user, password) == (self.sid, self.auth_token) or self.api_keys.get(user) == password
