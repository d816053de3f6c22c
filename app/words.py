"""What came over the wire, made fit for both databases."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cleaned:
    """Words that both databases can store, and the hex of what they were when something had to go."""

    words: str
    raw: str | None


def clean(body: str) -> Cleaned:
    """Take out what a database refuses (NUL, lone surrogates) and keep the original as hex beside it."""
    words = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in body if letter != "\0")
    return Cleaned(words, None if words == body else body.encode("utf-8", "surrogatepass").hex())
