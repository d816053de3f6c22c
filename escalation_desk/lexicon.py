"""The reviewed word lists as one checked, versioned lexicon; the lists in the package are the floor (H10)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

from escalation_desk.entries import GAP, Entry, LexiconFault, parse_lists
from escalation_desk.lines import Words
from escalation_desk.ordinary import beginning_with, ordinary_words

__all__ = ["Entry", "Lexicon", "LexiconFault", "check", "current", "digest", "shipped_texts", "texts_in", "version_of"]

_FOLDER = Path(__file__).with_name("lexicon")
_ACCOUNTED = frozenset({"benign", "polite", "when", "owner", "plain", "wishing"})
_SMALL = frozenset({"benign", "polite", "plain", "wishing"})
_APART = (
    "doubt",
    "plain",
    "wishing",
    "negation",
    "unclear",
    "world",
    "somebody",
    "small",
)  # what they say of a word stands beside its other meanings
_LONGEST_STEM = 14
_UNMATCHED = frozenset({"world", "somebody", "small"})  # they only tell what a text is not about (decision 0091)
_OF_OTHER_MATTERS = {"world", "intent", "benign", "polite", "plain", "wishing", "when"}


class Lexicon:
    """All entries, indexed by their first word. Build with `Lexicon.from_texts`; never changed afterwards.

    `version` is a short sha256 over the bodies; `benign`, `polite` the single words a routine text may hold,
    `plain` the few that a bare yes or number may stand among, `wishing` those that a no or a day may stand among;
    `clinical_words` every exact word of a clinical entry that is not benign (what a typo may have meant);
    `terms` the words that are clinical by themselves but for the `rare` ones; `small` the words, courtesies and thanks
    that tell nothing by themselves, `somebody` those of them that say of whom something is told, `answers` what is
    an answer or a wish to us by itself, `other_matters` what is no question of health: the words of the world, and of
    all that patients answer and ask us.
    """

    def __init__(self, version: str, entries: Iterable[Entry]) -> None:
        self.version = version
        self.entries = tuple(entries)
        self._starting: dict[str, dict[str, list[Entry]]] = {}
        matched = [entry for entry in self.entries if entry.kind not in _UNMATCHED]
        for entry in matched:
            self._enter(entry)
        used = {word for entry in matched for word in entry.line.words}
        self._stems = frozenset(word for word in used if word.endswith("*"))
        self._endings = frozenset(word for word in used if word.startswith("*"))
        self._shortest_ending = min((len(ending) - 1 for ending in self._endings), default=0)
        self.benign = self._single({"benign", "polite", "when", "owner"})
        self.polite = self._single({"polite"})
        self.plain = self._single({"polite", "plain"})
        self.wishing = self.plain | self._single({"wishing", "when"})
        self.clinical_words = self._clinical_words()
        told = [entry for entry in self.entries if entry.is_clinical and not entry.rare]
        self.terms = tuple(sorted({word.strip("*") for entry in told for word in entry.lone_words}))
        self.rare = self._rare()
        self.medicines = frozenset(word for entry in told if entry.kind == "medication" for word in entry.lone_words)
        self.somebody = self._single({"somebody"})
        self.answers = self._single({"intent"})
        thanks = {word for entry in self.entries if entry.intent == "thanks" for word in entry.lone_words}
        self.small = self.somebody | self._single({"small", "polite"}) | thanks
        self.other_matters = self._single(_OF_OTHER_MATTERS) - self.small
        self.vocabulary = self.clinical_words | {w for w in used if "*" not in w and w != GAP}

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> "Lexicon":
        """Builds and checks a lexicon from {file name: TOML body}. Raises LexiconFault."""
        try:
            entries = parse_lists(texts)
            _refuse_duplicates(entries)
            _refuse_benign_clinical(entries)
        except LexiconFault as fault:
            raise fault.found_in(texts) from fault
        return cls(version_of(digest(texts)), entries)

    @classmethod
    def from_proven(cls, texts: Mapping[str, str]) -> "Lexicon":
        """The same of texts that `from_texts` took before: whether they contradict themselves is not asked again."""
        return cls(version_of(digest(texts)), parse_lists(texts))

    def _enter(self, entry: Entry) -> None:
        """Under the first two words of each of its spellings; small words alone are looked up, never matched."""
        for words in entry.line.openings:
            if entry.kind in _SMALL and len(words) == 1:
                continue
            seconds = self._starting.setdefault(words[0], {})
            seconds.setdefault(words[1] if len(words) > 1 else "", []).append(entry)

    def starting(self, form: str, following: Iterable[str]) -> Iterable[Entry]:
        """The entries whose first word is `form` and whose second, if any, is a gap or in `following`; each once."""
        seconds = self._starting.get(form)
        if not seconds:
            return ()
        found = [seconds[second] for second in ("", GAP, *following) if second in seconds]
        return found[0] if len(found) == 1 else dict.fromkeys(chain.from_iterable(found))

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
        return frozenset(word for entry in self.entries if entry.kind in kinds for word in entry.lone_words)

    def _rare(self) -> frozenset[str]:
        """The words that stand in rare entries alone."""
        rare = {word for entry in self.entries if entry.rare for word in entry.line.words}
        return frozenset(rare.difference(word for entry in self.entries if not entry.rare for word in entry.line.words))

    def _clinical_words(self) -> frozenset[str]:
        written = {
            word
            for entry in self.entries
            if entry.is_clinical or entry.kind in ("body", "quality")
            for word in entry.line.words
            if word != GAP and not word.startswith("*")
        }
        stems = {word.rstrip("*") for word in written if word.endswith("*")}
        inflected = chain.from_iterable(beginning_with(stem) for stem in stems)
        return frozenset({word.strip("*") for word in written}.union(inflected)) - self.benign


@lru_cache(maxsize=1)
def current() -> Lexicon:
    """The lexicon shipped in the package, loaded once in a process; a test proves that `from_texts` takes it."""
    return Lexicon.from_proven(shipped_texts())


def shipped_texts() -> dict[str, str]:
    """{file name: body} of the lists beside this module."""
    return texts_in(_FOLDER)


def texts_in(folder: Path) -> dict[str, str]:
    """{file name: body} of the lists in a folder. Raises LexiconFault."""
    texts = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise LexiconFault(path.name, "file", f"is not UTF-8: {error}") from error
    if not texts:
        raise LexiconFault(folder.name, "folder", "holds no word lists (*.toml)")
    return texts


def digest(texts: Mapping[str, str]) -> str:
    """The sha256 over {file name: body}, in hex."""
    return sha256("\0".join(f"{file}\0{texts[file]}" for file in sorted(texts)).encode()).hexdigest()


def version_of(digest_: str) -> str:
    """What a digest is called for short."""
    return digest_[:12]


def _refuse_duplicates(entries: list[Entry]) -> None:
    """One standing for each phrase; body words are apart: "no" answers us and is also said of a leg. So are doubts.

    Two lines of one meaning may share some of their spellings, as families of words do; a line that adds none may not.
    """
    standings: dict[tuple[str, frozenset[str]], dict[Words, Entry]] = {}
    for entry in entries:
        standing = "body" if entry.kind in ("body", "quality", "owner") else entry.kind if entry.kind in _APART else ""
        seen, spellings = standings.setdefault((standing, entry.doubts), {}), entry.spellings
        firsts = [seen.setdefault(words, entry) for words in spellings]
        adds = entry in firsts
        for words, first in zip(spellings, firsts, strict=True):
            if first is not entry and not (adds and first.meaning == entry.meaning):
                where = f"“{' '.join(words)}” already stands in {first.file} as “{first.line.written}” ({first.kind})"
                raise LexiconFault(entry.file, entry.line.written, where)


def _refuse_benign_clinical(entries: list[Entry]) -> None:
    """No clinical word may hide in the benign vocabulary by way of a star."""
    benign = {word: entry for entry in entries if entry.kind in _ACCOUNTED for word in entry.lone_words}
    stems = [(word.rstrip("*"), e) for e in entries if e.is_clinical for word in e.lone_words if word.endswith("*")]
    for stem, entry in stems:
        clash = next((other for word, other in benign.items() if word.startswith(stem)), None)
        if clash is not None:
            where = f"would also be benign: “{clash.line.written}” in {clash.file}"
            raise LexiconFault(entry.file, entry.line.written, where)


def check(lexicon: Lexicon) -> list[str]:
    """The frozen golden set (H10): plain sentences of what this lexicon reads wrongly; empty when it may be loaded."""
    from escalation_desk.golden import faults  # the golden set reads with the classifier, which needs this module

    return faults(lexicon)
