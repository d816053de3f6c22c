"""The reviewed word lists as one checked, versioned lexicon; the lists in the package are the floor (H10)."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from escalation_desk.entries import GAP, Entry, LexiconFault, parse_list
from escalation_desk.ordinary import ordinary_words

__all__ = ["Entry", "Lexicon", "LexiconFault", "check", "current"]

_FOLDER = Path(__file__).with_name("lexicon")
_ACCOUNTED = frozenset({"benign", "polite", "when", "owner", "plain"})
_SMALL = frozenset({"benign", "polite", "plain"})
_APART = ("doubt", "plain", "negation")  # what they say of a word stands beside its other meanings
_LONGEST_STEM = 14


class Lexicon:
    """All entries, indexed by their first word. Build with `Lexicon.from_texts`; never changed afterwards.

    `version` is a short sha256 over the bodies; `benign`, `polite` the single words a routine text may hold,
    `plain` the few that a bare yes or number may stand among;
    `clinical_words` every exact word of a clinical entry that is not benign (what a typo may have meant);
    `terms` the words that are clinical by themselves.
    """

    def __init__(self, version: str, entries: Iterable[Entry]) -> None:
        self.version = version
        self.entries = tuple(entries)
        self._starting: dict[str, dict[str, list[Entry]]] = {}
        for entry in self.entries:
            if entry.kind in _SMALL and len(entry.words) == 1:
                continue  # looked up as words, never as matches
            seconds = self._starting.setdefault(entry.words[0], {})
            seconds.setdefault(entry.words[1] if len(entry.words) > 1 else "", []).append(entry)
        used = {word for entry in self.entries for word in entry.words}
        self._stems = frozenset(word for word in used if word.endswith("*"))
        self._endings = frozenset(word for word in used if word.startswith("*"))
        self._shortest_ending = min((len(ending) - 1 for ending in self._endings), default=0)
        self.benign = self._single({"benign", "polite", "when", "owner"})
        self.polite = self._single({"polite"})
        self.plain = self._single({"polite", "plain"})
        self.clinical_words = self._clinical_words()
        self.terms = tuple(sorted(e.words[0].strip("*") for e in self.entries if e.is_clinical and len(e.words) == 1))
        self.vocabulary = self.clinical_words | {w for w in used if "*" not in w and w != GAP}

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> "Lexicon":
        """Builds and checks a lexicon from {file name: TOML body}. Raises LexiconFault."""
        entries = [entry for file in sorted(texts) for entry in parse_list(file, texts[file])]
        _refuse_duplicates(entries)
        _refuse_benign_clinical(entries)
        digest = sha256("\0".join(f"{file}\0{texts[file]}" for file in sorted(texts)).encode())
        return cls(digest.hexdigest()[:12], entries)

    def starting(self, form: str, following: Iterable[str]) -> Iterator[Entry]:
        """The entries whose first word is `form` and whose second, if any, is a gap or one of `following`."""
        seconds = self._starting.get(form)
        if seconds:
            for second in ("", GAP, *following):
                yield from seconds.get(second, ())

    def patterns_of(self, word: str) -> list[str]:
        """The `stem*` and `*ending` patterns that `word` fits; endings never fit an ordinary word."""
        fits = [
            f"{word[:length]}*"
            for length in range(3, min(len(word), _LONGEST_STEM) + 1)
            if f"{word[:length]}*" in self._stems
        ]
        if len(word) > self._shortest_ending and word not in ordinary_words():
            fits += [f"*{word[at:]}" for at in range(1, len(word) - 2) if f"*{word[at:]}" in self._endings]
        return fits

    def _single(self, kinds: set[str]) -> frozenset[str]:
        return frozenset(e.words[0] for e in self.entries if e.kind in kinds and len(e.words) == 1)

    def _clinical_words(self) -> frozenset[str]:
        written = {
            word
            for entry in self.entries
            if entry.is_clinical or entry.kind in ("body", "quality")
            for word in entry.words
            if word != GAP and not word.startswith("*")
        }
        stems = tuple(word.rstrip("*") for word in written if word.endswith("*"))
        inflected = {word for word in ordinary_words() if word.startswith(stems)}
        return frozenset({word.strip("*") for word in written} | inflected) - self.benign


@lru_cache(maxsize=1)
def current() -> Lexicon:
    """The lexicon shipped in the package, loaded once in a process. Raises LexiconFault."""
    return Lexicon.from_texts(shipped_texts())


def shipped_texts() -> dict[str, str]:
    """{file name: body} of the lists beside this module."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(_FOLDER.glob("*.toml"))}


def _refuse_duplicates(entries: list[Entry]) -> None:
    """One standing for each phrase; body words are apart: "no" answers us and is also said of a leg. So are doubts."""
    seen: dict[tuple[str, frozenset[str], tuple[str, ...]], Entry] = {}
    for entry in entries:
        standing = "body" if entry.kind in ("body", "quality", "owner") else entry.kind if entry.kind in _APART else ""
        first = seen.setdefault((standing, entry.doubts, entry.words), entry)
        if first is not entry:
            where = f"already stands in {first.file} as “{first.term}” ({first.kind})"
            raise LexiconFault(entry.file, entry.term, where)


def _refuse_benign_clinical(entries: list[Entry]) -> None:
    """No clinical word may hide in the benign vocabulary by way of a star."""
    benign = {e.words[0]: e for e in entries if e.kind in _ACCOUNTED and len(e.words) == 1}
    for entry in entries:
        if not entry.is_clinical or len(entry.words) > 1 or not entry.words[0].endswith("*"):
            continue
        stem = entry.words[0].rstrip("*")
        clash = next((other for word, other in benign.items() if word.startswith(stem)), None)
        if clash is not None:
            raise LexiconFault(entry.file, entry.term, f"would also be benign: “{clash.term}” in {clash.file}")


def check(lexicon: Lexicon) -> list[str]:
    """The frozen golden set (H10): plain sentences of what this lexicon reads wrongly; empty when it may be loaded."""
    from escalation_desk.golden import faults  # the golden set reads with the classifier, which needs this module

    return faults(lexicon)
