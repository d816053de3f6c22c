"""Password hashes of the same kind that cost a hundredth: a strong one is dear so that guessing is, and most tests are
about something else."""

from argon2 import PasswordHasher

from app.web import passwords

STRONG = passwords._hasher
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def use(hasher: PasswordHasher) -> None:
    """From now on, in this process."""
    passwords._hasher = hasher
    passwords._nobodys.cache_clear()
