"""What each folded word may have meant: as written, unstretched, split, joined, or with its typo mended."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from escalation_desk.folding import Word
from escalation_desk.lexicon import Lexicon
from escalation_desk.ordinary import everyday_words, frequencies, ordinary_words
from escalation_desk.slips import SHORTEST_FUZZY, TWO_SLIPS_FROM, allowed, traces, variants
from escalation_desk.sounds import Sounds

_SHORTEST_RARE = 8
_LONGEST_FUZZY = 20
_LONGEST_WORD = 60
_MOST_LETTERS = 200  # of a text written letter by letter
_ONE_LETTER_WORDS = frozenset("aiy")
_MOST_TWICE_MENDED = 16  # in a text with more unknown words than that, each is mended by one slip: a person reads it
_MOST_MEANINGS = 4
_UNUSUAL = 1e-6  # of a word that is not even used once in a million
_FAR_RARER = 60
_SOUNDS_AS, _HEARD_AS = 90.0, 80.0  # the likeness, in percent, of what is spelt by ear and of what was heard astray


@dataclass(frozen=True, slots=True)
class Spelled:
    """A word and its possible meanings: {form: score 0..100}; patterns (`stem*`) count as forms."""

    text: str
    start: int
    end: int
    forms: dict[str, float]


class Speller:
    """Mends words towards one lexicon. An ordinary word of either language is never mended (data/README, pan/pain)."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ordinary, self._everyday = ordinary_words(), everyday_words()
        self._clinical = lexicon.clinical_words
        self._known = self._ordinary | lexicon.vocabulary
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in self._clinical | lexicon.vocabulary | self._everyday:
            rare = word in lexicon.rare
            if len(word) < (_SHORTEST_RARE if rare else SHORTEST_FUZZY) or not word.isalpha():
                continue
            slips = 1 if rare else 2 if word in self._clinical and len(word) >= TWO_SLIPS_FROM - 1 else 1
            for trace in traces(word, slips):
                self._near[trace].append(word)
        by_ear = (self._clinical | lexicon.vocabulary) - lexicon.rare
        answers = {word for word in lexicon.answers if len(word) >= SHORTEST_FUZZY}
        self._sounds = Sounds(by_ear, lexicon.medicines - self._ordinary, self._ordinary, answers)
        self.forms = lru_cache(maxsize=20_000)(self._forms)

    def spell(self, words: tuple[Word, ...]) -> tuple[Spelled, ...]:
        """Every word with its forms; "chestpain" comes back as two words, "diz zy" and "met forming" as one."""
        unheard: set[str] = set()
        return tuple(
            spelled
            for word in self._heard(tuple(self._rejoined(words)))
            for spelled in ((word,) if isinstance(word, Spelled) else self._spelled(word, unheard))
        )

    def _heard(self, words: tuple[Word, ...]) -> Iterator[Word | Spelled]:
        """Puts together a medicine's name that a telephone heard as several words ("in sue lin")."""
        texts = [word.text for word in words]
        at = 0
        while at < len(words):
            name = self._sounds.name_at(texts, at) if texts[at].isalpha() else None
            if name is None:
                yield words[at]
                at += 1
            else:
                heard, count = name
                start, end = words[at].start, words[at + count - 1].end
                yield Spelled("".join(texts[at : at + count]), start, end, {heard: _HEARD_AS})
                at += count

    def threshold(self, word: str) -> float:
        """The score from which a folded `word` counts as another one: 100 for words in their own right (they are never
        mended) and for those that are too short or too long."""
        if word in self._known or not word.isalpha() or not SHORTEST_FUZZY <= len(word) <= _LONGEST_FUZZY:
            return 100.0
        return round(100.0 * (1 - (2 if len(word) >= TWO_SLIPS_FROM else 1) / len(word)), 1)

    def _rejoined(self, words: tuple[Word, ...]) -> Iterator[Word]:
        """Closes a space that fell inside a clinical word, when one half means nothing alone."""
        at = 0
        while at < len(words):
            word = words[at]
            if at + 1 < len(words) and self._belong_together(word.text, words[at + 1].text):
                word = Word(word.text + words[at + 1].text, word.start, words[at + 1].end)
                at += 1
            at += 1
            yield word

    def _belong_together(self, left: str, right: str) -> bool:
        if left + right not in self._clinical or min(len(left), len(right)) < 2:
            return False
        return not (self._means_something(left) and self._means_something(right))

    def _means_something(self, word: str) -> bool:
        return word in self._known or bool(self._lexicon.patterns_of(word))

    def _spelled(self, word: Word, unheard: set[str]) -> Iterator[Spelled]:
        if word.text not in self._known:
            unheard.add(word.text)
        forms = self.forms(word.text, 2 if len(unheard) <= _MOST_TWICE_MENDED else 1)
        if pieces := self._pieces(word, forms):
            yield from (Spelled(piece.text, piece.start, piece.end, self.forms(piece.text, 1)) for piece in pieces)
        else:
            yield Spelled(word.text, word.start, word.end, forms or {word.text: 100.0})

    def _pieces(self, word: Word, forms: dict[str, float]) -> list[Word]:
        """The words that were run together ("chestpain") or spelt out ("c h e s t p a i n"); none if it is one word."""
        if word.letters:
            return [] if word.text in forms else _at_letters(word, self._words_in(word.text))
        cut = 0 if forms or word.end - word.start != len(word.text) else self._cut(word.text)
        if not cut:
            return []
        middle = word.start + cut
        return [Word(word.text[:cut], word.start, middle), Word(word.text[cut:], middle, word.end)]

    def _words_in(self, letters: str) -> list[str]:
        """The known words that `letters` are made of, as long ones as possible; [] if there are none or a gap is left.

        `best[at]` is the most that the first `at` letters can be worth, and the words they are then.
        """
        if len(letters) > _MOST_LETTERS:
            return []
        best: list[tuple[int, list[str]] | None] = [(0, []), *[None] * len(letters)]
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - _LONGEST_FUZZY), end):
                before, now, worth = best[start], best[end], self._worth(letters[start:end])
                if before and worth and (now is None or before[0] + worth > now[0]):
                    best[end] = (before[0] + worth, [*before[1], letters[start:end]])
        return best[-1][1] if best[-1] else []

    def _worth(self, piece: str) -> int:
        """Long words count more than short ones, and those of our lists and of every day more than rare ones."""
        if len(piece) == 1:
            return int(piece in _ONE_LETTER_WORDS)
        if piece in self._lexicon.vocabulary or piece in self._everyday:
            return 2 * len(piece) ** 2
        return len(piece) ** 2 if piece in self._ordinary else 0

    def _forms(self, word: str, slips: int) -> dict[str, float]:
        """The meanings of one word, at most `slips` slips away; empty when nothing is known or near."""
        if len(word) > _LONGEST_WORD:
            return {}
        for variant in variants(word):
            patterns = self._lexicon.patterns_of(variant)
            if patterns or variant in self._known:
                return dict.fromkeys((variant, *patterns), 100.0)
        if word.isdecimal() or not SHORTEST_FUZZY <= len(word) <= _LONGEST_FUZZY:
            return {}
        mended = self._mended(word, slips if len(word) >= TWO_SLIPS_FROM else 1)
        return {
            form: _SOUNDS_AS for like in self._sounds.like(word) for form in (like, *self._lexicon.patterns_of(like))
        } | mended

    def _mended(self, word: str, slips: int) -> dict[str, float]:
        near: dict[str, int] = {}
        for trace in traces(word, slips):
            for candidate in self._near.get(trace, ()):
                if candidate not in near:
                    near[candidate] = OSA.distance(word, candidate)
        near = {candidate: slip for candidate, slip in near.items() if slip <= min(slips, allowed(word, candidate))}
        if not near:
            return {}
        least = min(near.values())
        best = self._likely([candidate for candidate, slip in near.items() if slip == least])
        score = round(100.0 * (1 - least / max(len(word), 1)), 1)
        return {f: score for c in best[:_MOST_MEANINGS] for f in (c, *self._lexicon.patterns_of(c))}

    def _likely(self, candidates: list[str]) -> list[str]:
        """Clinical words first, without those that are hardly ever meant beside a word of every day ("quero" is
        "quiero", not "quebró")."""
        usual = frequencies()
        others = max((usual.get(word, 0.0) for word in candidates if word not in self._clinical), default=0.0)
        likely = [
            word for word in candidates if word not in self._clinical or usual.get(word, _UNUSUAL) * _FAR_RARER > others
        ]
        return sorted(likely, key=lambda word: (word not in self._clinical, word))

    def _cut(self, word: str) -> int:
        """Where a run-together word falls apart into two known ones, at least one of them clinical; else 0."""
        if not 6 <= len(word) <= _LONGEST_FUZZY:
            return 0
        for at in range(2, len(word) - 1):
            left, right = word[:at], word[at:]
            if left in self._known and right in self._known and max(map(self._weight, (left, right))) >= 4:
                return at
        return 0

    def _weight(self, word: str) -> int:
        return len(word) if word in self._clinical else 0


def _at_letters(word: Word, pieces: list[str]) -> list[Word]:
    """Each piece where its own letters stand."""
    placed, at = [], 0
    for piece in pieces:
        last = at + len(piece) - 1
        end = word.end if last + 1 == len(word.letters) else word.letters[last] + 1
        placed.append(Word(piece, word.letters[at], end))
        at = last + 1
    return placed


@lru_cache(maxsize=4)
def speller_for(lexicon: Lexicon) -> Speller:
    """The speller of a lexicon, built once."""
    return Speller(lexicon)
