"""Why a message was read as it was: what is kept with it, and told to whoever asks (issue 4, point 7)."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from escalation_desk.classifier import CLINICAL_KINDS, Mention, Reading, nearest_to_clinical
from escalation_desk.entries import Entry
from escalation_desk.folding import fold, fold_phrase
from escalation_desk.joining import Joined
from escalation_desk.lexicon import Lexicon
from escalation_desk.lines import GAP, Words
from escalation_desk.spelling import speller_for

EXACT = 100.0
_KINDS = sorted(CLINICAL_KINDS)
_WITH = " × "
_MOST_UNKNOWN = 20  # words of an unsure text that are held against the lists: a person reads it anyway

Explained = dict[str, Any]


def explained(read: Joined, text: str, lexicon: Lexicon | None) -> Explained:
    """A reading of `text` as it is kept: as `handrail classify` prints it, and for each mention and the nearest miss
    the group of the lists it stands in (`entry`, none for a pattern of numbers) and the score that it needed
    (`threshold`). Without `lexicon` nothing could be read, and there is nothing to look up."""
    reading = read.reading
    kept: Explained = {**asdict(reading), "fixed_text": reading.fixed_text}
    kept["joined"] = [asdict(part) for part in read.parts]
    if lexicon is None:
        return kept
    kept["mentions"] = [reason(mention, lexicon) for mention in reading.mentions]
    nearest = nearest_miss(reading, text, lexicon)
    kept["nearest"] = missed(nearest, lexicon) if nearest else None
    return kept


def nearest_miss(reading: Reading, text: str, lexicon: Lexicon) -> Mention | None:
    """What came closest to being clinical in a text that is not; of an unsure one among its unknown words."""
    if reading.lane != "unsure":
        return reading.nearest
    speller = speller_for(lexicon)
    unknown = [word for word in fold(text) if speller.threshold(word.text) < EXACT]
    return nearest_to_clinical(unknown[:_MOST_UNKNOWN], text, lexicon)


def reason(mention: Mention, lexicon: Lexicon) -> Explained:
    """A mention, the entry that it is, and the least score with which its words would have been."""
    if not mention.term:
        return {**asdict(mention), "entry": None, "threshold": 0.0}
    needed = min(mention.score, _needed(mention, lexicon))
    return {**asdict(mention), "entry": _address(entry_of(lexicon, mention.kind, mention.term)), "threshold": needed}


def missed(nearest: Mention, lexicon: Lexicon) -> Explained:
    """A nearest miss, the entry that it nearly was, and the score it would have needed: a word in its own right, or one
    that is more like another word, counts only as itself."""
    needed = _needed(nearest, lexicon)
    shapes = (nearest.term, f"{nearest.term}*", f"*{nearest.term}")
    entry = next((each for kind in _KINDS for shape in shapes if (each := entry_of(lexicon, kind, shape))), None)
    return {
        **asdict(nearest),
        "kind": entry.kind if entry else nearest.kind,
        "entry": _address(entry),
        "threshold": needed if needed > nearest.score else EXACT,
    }


def _needed(mention: Mention, lexicon: Lexicon) -> float:
    """The least that any of its words needs to count as another one."""
    speller = speller_for(lexicon)
    return min((speller.threshold(word) for word in fold_phrase(mention.text)), default=EXACT)


def _address(entry: Entry | None) -> str | None:
    return f"{entry.file}: {entry.group}" if entry else None


@lru_cache(maxsize=4_000)
def entry_of(lexicon: Lexicon, kind: str, term: str) -> Entry | None:
    """The entry that a reader is shown as `term`; of body part × quality the body part's."""
    written, shown = term.split(_WITH)[0], _by_writing(lexicon)
    known = shown.get((kind, written)) or shown.get(("body", written))
    words = tuple(written.split())
    if known is not None or not words:
        return known
    stands = lexicon.starting(words[0], words[1:2])
    return next((each for each in stands if each.kind in (kind, "body") and _may_be_said(each, words)), None)


def _may_be_said(entry: Entry, words: Words) -> bool:
    return any(tuple(word for word in spelling if word != GAP) == words for spelling in entry.spellings)


@lru_cache(maxsize=2)
def _by_writing(lexicon: Lexicon) -> Mapping[tuple[str, str], Entry]:
    """Entries that are shown as they are written."""
    return {(each.kind, each.line.written): each for each in lexicon.entries if each.line.is_single}
