"""Passwords: argon2id with the parameters OWASP gives (19 MiB, 2 passes, 1 lane), and good ones made here."""

import re
import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from prometheus_client import Counter

SHORTEST, LONGEST = 15, 200
MOST_LOOKED_AT, GOOD_SCORE = 72, 3
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for another when read aloud

checks = Counter("handrail_password_checks", "Passwords hashed at sign-in (H71 bounds how many a guesser gets)")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class BadPassword(ValueError):
    """The password cannot be used; the message is a sentence."""


def hashed(password: str, *about: str) -> str:
    """Raises BadPassword when it is too short, too long, or among the first that a guesser tries: `about` are words
    that she knows of the person."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadPassword(f"A password has between {SHORTEST} and {LONGEST} characters; this one has {len(password)}.")
    if _is_guessed(password, about):
        raise BadPassword(
            "This password is easily guessed: it is made of words, names or rows of keys that everybody tries. "
            "Several words that have nothing to do with each other are hard to guess."
        )
    return _hasher.hash(password)


def _is_guessed(password: str, about: Iterable[str]) -> bool:
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # only who sets a password waits for its word lists

    words = [word for each in (*about, "handrail") for word in {each.casefold(), *re.findall(r"\w+", each.casefold())}]
    score: int = zxcvbn(password[:MOST_LOOKED_AT], words)["score"]
    return score < GOOD_SCORE


def fits(password: str, stored: str | None) -> bool:
    """Whether it is the password behind `stored`. For nobody (None) it takes the same time and says no."""
    checks.inc()
    try:
        _hasher.verify(stored or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def renewed(password: str, stored: str) -> str | None:
    """The hash to keep from now on, when `stored` was made with weaker parameters."""
    return _hasher.hash(password) if _hasher.check_needs_rehash(stored) else None


def generated() -> str:
    """Four groups of five letters and digits, about 99 bits: `k7mwq-…`."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@cache
def _nobodys() -> str:
    return _hasher.hash(generated())
