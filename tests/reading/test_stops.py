"""STOP beside other words: what a person is asked about, and what is no wish about texts at all (P9)."""

import pytest

from escalation_desk.stops import may_mean_stop


@pytest.mark.parametrize(
    "text",
    [
        "STOP my chest hurts", "stop my chest hurts", "Stop. My chest hurts", "My chest hurts. Stop", "it hurts STOP",
        "STOP\nI feel dizzy", "QUIT it hurts so much", "end. I have a fever", "ALTO me duele el pecho",
        "me duele la cabeza, alto", "unsubscribe I am dying", "STOP MY CHEST HURTS",
    ],
)  # fmt: skip
def test_it_may_mean_no_more_texts(text: str) -> None:
    assert may_mean_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "stop taking my blood thinner?", "should I stop the pills", "it won't stop", "stop the bleeding", "STOP", "",
        "the end of my finger hurts", "pare de tomar las pastillas", "I had to quit", "\u0085 stop \u0085", "¿?",
    ],
)  # fmt: skip
def test_it_is_about_something_else(text: str) -> None:
    assert not may_mean_stop(text)
