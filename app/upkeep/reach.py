"""How we look from outside: whether webhooks reach us, whether the carrier opens to us, and what time it is there."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import requests
from sqlalchemy import func, select

from app import clock, db
from app.messaging.answers import Seen
from app.messaging.gateway import Gateway
from app.settings import Settings
from app.upkeep.verdicts import Line, bad, ok

SECONDS = 5.0
MOST_SKEW = timedelta(seconds=2)
A_SECOND = timedelta(seconds=1)
HEALTHY, FORBIDDEN = 200, 403


def webhook(settings: Settings) -> Iterator[Line]:
    """Whether Twilio would find us at PUBLIC_BASE_URL, and whether somebody else would be refused there."""
    base = settings.public_base_url
    try:
        with db.outside("reach.webhook"):
            alive = requests.get(f"{base}/healthz", timeout=SECONDS, allow_redirects=False)
            unsigned = requests.post(f"{base}/twilio/sms", data={"Body": "?"}, timeout=SECONDS, allow_redirects=False)
    except requests.exceptions.SSLError:
        yield bad(f"Webhooks: the certificate of {base} is not accepted, so Twilio would not come in. Renew it.")
        return
    except requests.RequestException:
        yield bad(
            f"Webhooks: {base} cannot be reached from here. Look at PUBLIC_BASE_URL, its name, the proxy, and whether "
            "`handrail serve` runs."
        )
        return
    if alive.status_code != HEALTHY or alive.text.strip() != "ok":
        yield bad(
            f"Webhooks: {base}/healthz answers {alive.status_code} and not as Handrail does. Something else, or a "
            "detour that Twilio would lose texts on, stands there: look at the proxy."
        )
    elif unsigned.status_code != FORBIDDEN:
        yield bad(
            f"Webhooks: {base}/twilio/sms answers an unsigned text with {unsigned.status_code} instead of 403. Do not "
            "go live; ask us."
        )
    else:
        yield ok(f"Webhooks: {base} is reached, and refuses what is not signed.")


def carrier(settings: Settings) -> Iterator[Line]:
    """Whether the carrier opens to us, and how its clock stands to ours."""
    before = clock.now()
    try:
        seen = Gateway(settings).look()
    except requests.RequestException:
        yield bad("Carrier: it cannot be reached, so no text leaves. Look at the line to the outside.")
        return
    after = clock.now()
    if seen.opens:
        yield ok("Carrier: it opens to us.")
    else:
        yield bad(
            f"Carrier: it answers {seen.status}, so no text leaves. Look at TWILIO_ACCOUNT_SID and the token or API "
            "key in Twilio's console."
        )
    yield from _carriers_clock(seen, before, after)


def databases_clock() -> Iterator[Line]:
    """How the database's clock stands to ours; a file has none of its own."""
    if db.engine().dialect.name == "sqlite":
        return
    before = clock.now()
    with db.reading("reach.clock") as session:
        there = session.scalar(select(func.clock_timestamp()))
    if there is not None:
        yield _skew("the database's", there, there, before, clock.now())


def _carriers_clock(seen: Seen, before: datetime, after: datetime) -> Iterator[Line]:
    if seen.at is not None:
        yield _skew("the carrier's", seen.at, seen.at + A_SECOND, before, after)  # the header has no parts of a second


def _skew(whose: str, earliest: datetime, latest: datetime, before: datetime, after: datetime) -> Line:
    """How far apart two clocks are at least: theirs between `earliest` and `latest` while ours went from `before` to
    `after`."""
    apart = max(earliest - after, before - latest, timedelta())
    if apart <= MOST_SKEW:
        return ok(f"Clock: ours goes with {whose}.")
    which = "behind" if earliest > after else "ahead of"
    return bad(
        f"Clock: ours is {apart.total_seconds():.0f} s {which} {whose}. Leases end too early or too late: let this "
        "machine keep time (NTP)."
    )
