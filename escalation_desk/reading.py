"""What came of reading one message: its lane, the mentions found in it, and what the writer wants."""

from dataclasses import dataclass

CLINICAL_KINDS = frozenset({"symptom", "medication", "result", "care", "emergency", "crisis", "help"})

_FIXED_TEXT_ORDER = ("crisis", "emergency", "help")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in the original text that a nurse must see (or that could not be read).

    `start` and `end` are offsets into the text as it came; `kind` is one of CLINICAL_KINDS or "unreadable";
    `how` is exact, phrase, fuzzy or pattern; `score` runs from 0 to 100 (100: as it stands in the lexicon).
    """

    start: int
    end: int
    text: str
    term: str
    kind: str
    how: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The verdict on one message; stored with its exchange. `lexicon` is the version that read it (P1, P2)."""

    lane: str
    mentions: tuple[Mention, ...]
    intent: str
    value: str | None
    nearest: Mention | None
    lexicon: str

    @property
    def fixed_text(self) -> str:
        """Which fixed text answers a clinical message: crisis, emergency, help or hand_off, gravest first."""
        kinds = {mention.kind for mention in self.mentions}
        return next((kind for kind in _FIXED_TEXT_ORDER if kind in kinds), "hand_off")
