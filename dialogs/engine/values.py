"""What an answer names (`escalation_desk.moments`), taken apart: its days and dates, and its times of day."""

import re

_TIME = re.compile(r"morning|afternoon|evening|\d{1,2}:\d\d")


def times_in(value: str) -> str:
    """The parts of the day and hours of "friday 15:00"; empty when it names none."""
    return " ".join(word for word in value.split() if _TIME.fullmatch(word))


def days_in(value: str) -> str:
    """All else that it names."""
    return " ".join(word for word in value.split() if not _TIME.fullmatch(word))
