"""Finds where lexicon entries stand in a spelled message, and which of them are clinical mentions."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escalation_desk.entries import GAP, Entry
from escalation_desk.lexicon import Lexicon
from escalation_desk.reading import CLINICAL_KINDS, Mention
from escalation_desk.spelling import Spelled

_WIDEST_GAP = 3
_BODY_REACH = 4  # words between a body part and what is wrong with it
_WINDOW = 2 * _BODY_REACH  # how far back an entry of several words may begin and still end within reach
_SENTENCE_END = re.compile(r"[.!?\n]")
_MOST_COURTESIES = 12
_GRAVE = frozenset({"emergency", "crisis"})


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found at words `first`..`last` (inclusive); `used` are the places its own words stand on."""

    entry: Entry
    first: int
    last: int
    used: tuple[int, ...]
    score: float


def matches(words: Sequence[Spelled], lexicon: Lexicon) -> list[Match]:
    """Every entry that stands in the message, in order of its first word."""
    return [
        match
        for at, word in enumerate(words)
        for form in word.forms
        for entry in lexicon.starting(form, words[at + 1].forms if at + 1 < len(words) else ())
        for match in _stands_at(entry, words, at)
        if entry.match == "anywhere" or _is_whole(match, words, lexicon)
    ]


def _stands_at(entry: Entry, words: Sequence[Spelled], at: int) -> Iterator[Match]:
    if len(entry.words) == 1:
        yield Match(entry, at, at, (at,), words[at].forms[entry.words[0]])
        return
    used = _follow(entry.words, words, at)
    if used:
        score = min(words[place].forms[form] for place, form in zip(used, _solid(entry), strict=True))
        yield Match(entry, at, used[-1], used, score)


def _solid(entry: Entry) -> list[str]:
    return [form for form in entry.words if form != GAP]


def _follow(wanted: Sequence[str], words: Sequence[Spelled], at: int) -> tuple[int, ...]:
    """The places that `wanted` takes from word `at` on, or () if it does not stand there."""
    used: list[int] = []
    leap = 0
    for form in wanted:
        if form == GAP:
            leap = _WIDEST_GAP
            continue
        furthest = min(at + leap, len(words) - 1)
        place = at
        while place <= furthest and form not in words[place].forms:
            place += 1
        if place > furthest:
            return ()
        used.append(place)
        at, leap = place + 1, 0
    return tuple(used)


def _is_whole(match: Match, words: Sequence[Spelled], lexicon: Lexicon) -> bool:
    """True if nothing else is said: nothing at all for `bare`, courtesies at most for `polite`."""
    if len(words) - (match.last - match.first + 1) > _MOST_COURTESIES:
        return False
    others = [word for at, word in enumerate(words) if not match.first <= at <= match.last]
    if match.entry.match == "bare":
        return not others
    return all(not lexicon.polite.isdisjoint(word.forms) for word in others)


def mentions(found: Sequence[Match], words: Sequence[Spelled], text: str) -> list[Mention]:
    """The clinical mentions among the matches, and those of body part × quality (issue 4, point 3)."""
    entries = [_mention(match, words, text) for match in found if match.entry.is_clinical]
    return entries + list(_body_mentions(found, words, text))


def _mention(match: Match, words: Sequence[Spelled], text: str) -> Mention:
    start, end = words[match.first].start, words[match.last].end
    how = "fuzzy" if match.score < 100 else "phrase" if len(match.used) > 1 else "exact"
    return Mention(start, end, text[start:end], match.entry.term, match.entry.kind, how, match.score)


def _body_mentions(found: Sequence[Match], words: Sequence[Spelled], text: str) -> Iterator[Mention]:
    """A part of somebody's body ("my leg"), or a body part with something about it ("la pierna … pesada")."""
    told = [match for match in found if match.entry.kind in ("quality", "owner")]
    for body in (match for match in found if match.entry.kind == "body"):
        first = bisect_left(told, body.first - _WINDOW, key=lambda match: match.first)
        last = bisect_right(told, body.last + _WINDOW, key=lambda match: match.first)
        near = [
            other
            for other in told[first:last]
            if (other.entry.kind == "quality" and _in_reach(body, other, words, text))
            or (other.entry.kind == "owner" and 0 <= body.first - other.last - 1 <= 1)
        ]
        if near:
            other = min(near, key=lambda match: _distance(body, match))
            start = min(words[body.first].start, words[other.first].start)
            end = max(words[body.last].end, words[other.last].end)
            term = f"{body.entry.term} × {other.entry.term}"
            yield Mention(start, end, text[start:end], term, "symptom", "pattern", min(body.score, other.score))


def _in_reach(body: Match, other: Match, words: Sequence[Spelled], text: str) -> bool:
    """Within a few words, in one sentence."""
    between = sorted((words[body.first].start, words[other.first].start))
    return _distance(body, other) <= _BODY_REACH and _SENTENCE_END.search(text[between[0] : between[1]]) is None


def _distance(one: Match, other: Match) -> int:
    return max(one.first - other.last, other.first - one.last) - 1


def _graver(found: Sequence[Mention]) -> list[Mention]:
    """Without a body part that a grave mention tells more of: "my chest" where "chest hurts" stands."""
    grave = [mention for mention in found if mention.kind in _GRAVE]
    return [
        mention
        for mention in found
        if mention.how != "pattern"
        or mention.kind != "symptom"
        or not any(other.start < mention.end and mention.start < other.end for other in grave)
    ]


def without_repeats(found: Sequence[Mention]) -> tuple[Mention, ...]:
    """In order of place, without mentions that lie inside another of their kind or inside a grave one."""
    outermost_first = sorted(
        _graver(found), key=lambda m: (m.start, -m.end, m.kind not in _GRAVE, m.how == "fuzzy", -m.score, m.term)
    )
    kept: list[Mention] = []
    reached = dict.fromkeys(CLINICAL_KINDS, 0)  # how far the mentions of each kind cover the text so far
    for mention in outermost_first:
        covering = {mention.kind} if mention.kind in _GRAVE else {mention.kind, *_GRAVE}
        if mention.end > max(reached[kind] for kind in covering):
            kept.append(mention)
            reached[mention.kind] = mention.end
    return tuple(kept)
