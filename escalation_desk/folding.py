"""Folds a message into plain lower-case words, each knowing where it stood in the original text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_HOMOGLYPHS = str.maketrans(
    "аеорсхуіѕјһԁԛԝкмтвнαορντικυεηłøđıſɑɡ",
    "aeopcxyisjhdqwkmtbhaopvtikuenlodisag",
)
_APOSTROPHES = frozenset("'’‘‛`´ʼ′＇")
_TOKEN = re.compile(
    r"\d+(?:[.,:/]\d+)*"  # 3, 10:30, 102.5, 180/110
    r"|[^\W\d_][^\W_]*"  # words; digits inside them belong to them (a1c, p4in)
    r"|[\u203c-\u3299\U0001f000-\U0001fbff\ufffd]"  # pictures, one by one
)
_UNKNOWN_SIGN = "\ufffd"
_LONGEST_EXPANSION = 6  # "㎏" is kg; "ﷺ" is eighteen letters
_MASKED_LETTERS = (
    (re.compile(r"(?<=[a-z])@(?=[a-z])"), "a"),
    (re.compile(r"(?<![\w$])\$(?=[a-z]{2})|(?<=[a-z])\$(?=[a-z])"), "s"),
    (re.compile(r"(?<=[a-z])[!|](?=[a-z])"), "i"),
)
# A sad face that was typed says what the picture of one says; the apostrophe of a tear is gone by then.
_SAD_FACE = re.compile(r"[:;=]-?[(\[]+(?![\w)\]])")
# A reaction from a telephone repeats our own words in quotation marks: they are not the patient's (issue 4).
_TAPBACK = re.compile(
    r"\s*(?:(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? [\w ]{3,20} from"
    r"|reacted \S{1,8} to|le gust[oó]|le encant[oó]|no le gust[oó]|se ri[oó] de|le dio risa|enfatiz[oó]|resalt[oó]"
    r"|pregunt[oó] por|cuestion[oó]|reaccion[oó] con \S{1,8} a)\s*)"
    r"[\"“”«„]([^\"“”«»„]*)[\"“”»]?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word, number or picture; `start` and `end` are offsets into the original text.

    `letters` says where each letter of a word that was spaced out ("p a i n") began; empty for all others."""

    text: str
    start: int
    end: int
    letters: tuple[int, ...] = ()


def fold(text: str) -> tuple[Word, ...]:
    """The words of `text` in order; never raises, whatever the string holds. A tapback folds to nothing."""
    if is_tapback(text):
        return ()
    plain, offsets = _plain(text)
    for pattern, letter in _MASKED_LETTERS:
        plain = pattern.sub(letter, plain)
    faces = {found.start(): found.end() for found in _SAD_FACE.finditer(plain)}
    for first, end in faces.items():
        plain = f"{plain[:first]}{'☹'.ljust(end - first)}{plain[end:]}"
    words = [
        Word(found.group(), offsets[found.start()], offsets[faces.get(found.start(), found.end()) - 1] + 1)
        for found in _TOKEN.finditer(plain)
    ]
    return tuple(_spaced_letters_joined(words))


def is_tapback(text: str) -> bool:
    """True for a telephone's reaction to one of our texts: `Liked "…"`, `Le gustó "…"`."""
    return _TAPBACK.fullmatch(text) is not None


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """The folded words of a lexicon entry, a name, or an offered word."""
    if phrase.isascii() and phrase.isalpha():
        return (phrase.lower(),)
    return tuple(word.text for word in fold(phrase))


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """Lower-case text without accents, apostrophes and invisible characters, and each character's origin."""
    if text.isascii() and text.isprintable() and "'" not in text and "`" not in text:
        return text.lower(), range(len(text))
    letters: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text):
        for letter in _folded(character):
            letters.append(letter)
            offsets.append(at)
    return "".join(letters), offsets


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    """What one character folds to: often itself, sometimes nothing, sometimes several ("½", "ﬁ")."""
    if character in _APOSTROPHES:
        return ""
    if character.isascii():
        return character.lower() if character.isprintable() else " "
    folded = unicodedata.normalize("NFKD", character).casefold().translate(_HOMOGLYPHS)
    if len(folded) > _LONGEST_EXPANSION:
        return _UNKNOWN_SIGN
    return "".join(_kept(part) for part in folded)


def _kept(part: str) -> str:
    category = unicodedata.category(part)
    if category in ("Mn", "Me", "Cf", "Sk"):  # accents, zero-width characters, skin tones
        return ""
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category in ("Cs", "Co", "Cn"):  # half a picture, or a sign nobody knows: a word we cannot read
        return _UNKNOWN_SIGN
    if category == "Nd":
        return str(unicodedata.digit(part))
    return part


def _spaced_letters_joined(words: list[Word]) -> list[Word]:
    """Joins three or more single letters in a row: "p a i n", "d.i.z.z.y"."""
    if sum(len(word.text) == 1 for word in words) < 3:
        return words
    joined: list[Word] = []
    run: list[Word] = []
    for word in words:
        if len(word.text) == 1 and word.text.isalpha():
            run.append(word)
            continue
        joined += _as_one(run)
        run = []
        joined.append(word)
    return joined + _as_one(run)


def _as_one(run: list[Word]) -> list[Word]:
    if len(run) < 3:
        return run
    return [Word("".join(word.text for word in run), run[0].start, run[-1].end, tuple(word.start for word in run))]
