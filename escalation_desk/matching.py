"""Finds where lexicon entries stand in a spelled message, and which of them are clinical mentions."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from escalation_desk.entries import Entry
from escalation_desk.lexicon import Lexicon
from escalation_desk.lines import Place
from escalation_desk.reading import CLINICAL_KINDS, Mention
from escalation_desk.spelling import Spelled

_WIDEST_GAP = 3
_BODY_REACH = 4  # words between a body part and what is wrong with it
_WINDOW = 2 * _BODY_REACH  # how far back an entry of several words may begin and still end within reach
_SENTENCE_END = re.compile(r"[.!?\n]")
_MOST_COURTESIES = 12
_GRAVE = frozenset({"emergency", "crisis"})
_OPT_OUT = "opt_out"
_ANSWERS = frozenset({"confirm", "decline", "choose"})


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found at words `first`..`last` (inclusive); `used` are the places its own words stand on, `said` those
    words as the lexicon spells them."""

    entry: Entry
    first: int
    last: int
    used: tuple[int, ...]
    said: tuple[str, ...]
    score: float

    @property
    def term(self) -> str:
        return self.entry.term(self.said)


def matches(words: Sequence[Spelled], lexicon: Lexicon) -> list[Match]:
    """Every entry that stands in the message, in order of its first word."""
    could, worded = _could_stand(words), any(word.text[:1].isalpha() for word in words)
    return [
        match
        for at, word in enumerate(words)
        for form in word.forms
        for entry in lexicon.starting(form, words[at + 1].forms if at + 1 < len(words) else ())
        if could(entry)
        and (match := _stands_at(entry, form, words, at)) is not None
        and (entry.match == "anywhere" or _is_whole(match, words, lexicon) or (_is_picture(match) and not worded))
    ]


def without_told_by_a_stop(found: list[Match]) -> list[Match]:
    """Without what is but the first words of a wish to hear no more, each of them spelled out in it: "ya no quiero
    seguir" says one thing and "ya no quiero seguir recibiendo mensajes" another. Any word beside them still counts."""
    stops = [frozenset(match.used) for match in found if match.entry.intent == _OPT_OUT and match.score == 100]
    if not stops:
        return found
    return [
        match
        for match in found
        if match.entry.kind not in _GRAVE or not any(frozenset(match.used) < stop for stop in stops)
    ]


def without_told_by_a_saying(found: list[Match]) -> list[Match]:
    """Without the clinical words that a saying is made of ("my ride fell through"), spelled out in full with more
    words beside them. The same word outside it still counts, and so does whatever is grave."""
    sayings = [frozenset(match.used) for match in found if match.entry.saying and match.score == 100]
    if not sayings:
        return found
    return [
        match
        for match in found
        if not match.entry.is_clinical
        or match.entry.kind in _GRAVE
        or not any(frozenset(match.used) < saying for saying in sayings)
    ]


def _could_stand(words: Sequence[Spelled]) -> Callable[[Entry], bool]:
    """Whether the message holds, anywhere, a word for every place of an entry: asked once for each entry, so that a
    text that begins hundreds of phrases and ends none ("no me no me …") costs little."""
    present = {form for word in words for form in word.forms}

    @cache
    def could(entry: Entry) -> bool:
        return all(
            place.optional or place.is_gap or not place.beginnings.keys().isdisjoint(present) for place in entry.places
        )

    return could


def _stands_at(entry: Entry, form: str, words: Sequence[Spelled], at: int) -> Match | None:
    """The entry's match that begins at word `at` with `form`; of several, the first that takes the longest words."""
    found = _begun(entry.places, 0, form, words, at)
    if found is None:
        return None
    used, said = tuple(place for place, _ in found), tuple(meant for _, meant in found)
    return Match(entry, at, used[-1], used, said, min(words[place].forms[meant] for place, meant in found))


_Found = list[tuple[int, str]]
"""Words of a message, and as which form each of them counts."""


def _follow(places: Sequence[Place], nth: int, words: Sequence[Spelled], at: int, leap: int) -> _Found | None:
    """Where the places from the `nth` on stand in the words from `at` on, the first at most `leap` words further."""
    if nth == len(places):
        return []
    if places[nth].is_gap:
        return _follow(places, nth + 1, words, at, _WIDEST_GAP)
    for start in range(at, min(at + leap + 1, len(words))):
        for form in words[start].forms:
            found = _begun(places, nth, form, words, start)
            if found is not None:
                return found
    return _follow(places, nth + 1, words, at, leap) if places[nth].optional else None


def _begun(places: Sequence[Place], nth: int, form: str, words: Sequence[Spelled], at: int) -> _Found | None:
    """The same, when word `at` counts as `form`: an alternative of the `nth` place begins with it, or of the next if
    that one may be left out."""
    for rest in places[nth].beginnings.get(form, ()):
        if rest and not _stand(rest, words, at + 1):
            continue
        end = at + 1 + len(rest)
        behind = _follow(places, nth + 1, words, end, 0)
        if behind is not None:
            return [(at, form), *zip(range(at + 1, end), rest, strict=True), *behind]
    return _begun(places, nth + 1, form, words, at) if places[nth].optional and nth + 1 < len(places) else None


def _stand(meant: Sequence[str], words: Sequence[Spelled], at: int) -> bool:
    """Whether the words from `at` on may mean `meant`."""
    for form in meant:
        if at == len(words) or form not in words[at].forms:
            return False
        at += 1
    return True


def _is_whole(match: Match, words: Sequence[Spelled], lexicon: Lexicon) -> bool:
    """True if nothing else is said: nothing at all for `bare`, courtesies at most for `polite`."""
    if len(words) - (match.last - match.first + 1) > _MOST_COURTESIES:
        return False
    others = [word for at, word in enumerate(words) if not match.first <= at <= match.last]
    if match.entry.match == "bare":
        return not others
    return all(not lexicon.polite.isdisjoint(word.forms) for word in others)


def _is_picture(match: Match) -> bool:
    """A clinical picture that counts alone, and as much so among other pictures and numbers ("😭😭😭", "1 😭")."""
    return match.entry.match == "bare" and match.entry.is_clinical and not match.said[0][:1].isalnum()


def mentions(found: Sequence[Match], words: Sequence[Spelled], text: str, lexicon: Lexicon) -> list[Mention]:
    """The clinical mentions among the matches, those of body part × quality (issue 4, point 3), and body parts that are
    all that is said beside an answer."""
    entries = [_mention(match, words, text) for match in found if match.entry.is_clinical]
    return [*entries, *_body_mentions(found, words, text), *_bodies_alone(found, words, text, lexicon)]


def _mention(match: Match, words: Sequence[Spelled], text: str) -> Mention:
    start, end = words[match.first].start, words[match.last].end
    how = "fuzzy" if match.score < 100 else "phrase" if len(match.used) > 1 else "exact"
    return Mention(start, end, text[start:end], match.term, match.entry.kind, how, match.score)


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
            term = f"{body.term} × {other.term}"
            yield Mention(start, end, text[start:end], term, "symptom", "pattern", min(body.score, other.score))


def _bodies_alone(found: Sequence[Match], words: Sequence[Spelled], text: str, lexicon: Lexicon) -> Iterator[Mention]:
    """The body parts of a message that says nothing else but a choice, a yes, a no or plain words: "1 chest"."""
    bodies = [match for match in found if match.entry.kind == "body"]
    answers = (match for match in found if match.entry.intent in _ANSWERS)
    told = {place for match in (*bodies, *answers) for place in match.used}
    others = [word for at, word in enumerate(words) if at not in told and not word.text.isdecimal()]
    if all(not lexicon.plain.isdisjoint(word.forms) for word in others):
        for body in bodies:
            start, end = words[body.first].start, words[body.last].end
            yield Mention(start, end, text[start:end], f"{body.term} × alone", "symptom", "pattern", body.score)


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
