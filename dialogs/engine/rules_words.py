"""Rules about the words: languages, facts, privacy, carrier words, cost."""

import re
from collections.abc import Iterator
from functools import lru_cache

from dialogs.engine import call_texts
from dialogs.engine.facts import FACTS, in_language
from dialogs.engine.proposal import (
    Finding,
    Proposal,
    address,
    all_words,
    choices,
    labels,
    standing,
    states,
    word_groups,
    written,
)
from dialogs.engine.render import facts_in, fill
from dialogs.engine.segments import Cost, cost, room, worst
from dialogs.engine.vocabulary import (
    CARRIER_WORDS,
    CARRIER_WORDS_WITH_THEIR_OWN_MEANING,
    EACH_OF_SEVERAL,
    FIXED_TEXTS,
    LANGUAGES,
    PEOPLE,
    REACH_US_TEXTS,
    STANDING_TEXTS,
)

BUDGET = {"GSM-7": 2, "UCS-2": 4}
"""Most segments of a text; about the same number of letters in both encodings."""

LONGEST_SPOKEN = 240
"""Letters; a quarter of a minute. Who listens cannot look back, and the keys come after it."""

_LANGUAGE_NAMES = {"en": "English", "es": "Spanish"}
_OFFER = re.compile(r"\b(?:reply|text|send|press|responda|escriba|mande|oprima)\s+[\"“'«]?(\w+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def languages_present(proposal: Proposal) -> Iterator[Finding]:
    for where, words in word_groups(proposal):
        for language in LANGUAGES:
            if language not in words:
                yield Finding(
                    where,
                    f"the {_LANGUAGE_NAMES[language]} words are missing; please add them as “{language}”.",
                )


def facts_known(proposal: Proposal) -> Iterator[Finding]:
    allowed = ", ".join(name for name, fact in FACTS.items() if not fact.sensitive)
    for each in written(proposal):
        for name in facts_in(each.text):
            if name not in FACTS:
                yield Finding(each.address, f"“{{{name}}}” is not a fact we know; please use one of: {allowed}.")
        if "{" in (rest := fill(each.text, _Emptied())) or "}" in rest:
            yield Finding(
                each.address, "a brace has no partner; please write a fact as {first_name}, with both braces."
            )
    for where, _, label in labels(proposal):
        if "{" in (rest := fill(label, _Several())) or "}" in rest:
            yield Finding(where, "a label stands as it is and takes no facts; please remove the braces.")


def same_facts(proposal: Proposal) -> Iterator[Finding]:
    for where, words in word_groups(proposal):
        if set(words) != set(LANGUAGES):
            continue
        facts = {language: set(facts_in(text)) for language, text in words.items()}
        for name in sorted(set.union(*facts.values())):
            for language in LANGUAGES:
                if name not in facts[language]:
                    yield Finding(
                        f"{where} › {language}",
                        f"{{{name}}} stands in the other language but not here; "
                        "please either add it here or remove it there.",
                    )


def nothing_sensitive(proposal: Proposal) -> Iterator[Finding]:
    for each in written(proposal):
        for name in facts_in(each.text):
            if name in FACTS and FACTS[name].sensitive:
                yield Finding(
                    each.address,
                    f"{{{name}}} ({FACTS[name].meaning}) could tell others why a patient is seen; please remove it.",
                )


def practice_named(proposal: Proposal) -> Iterator[Finding]:
    for each in written(proposal):
        if each.called_us:
            continue
        if each.spoken:
            if "practice" not in facts_in(each.text):
                yield Finding(each.address, "a caller must say who calls; please name {practice}.")
        elif not each.text.startswith("{practice}: "):
            yield Finding(each.address, "a patient must see at once who writes; please begin with “{practice}: ”.")


def no_carrier_words(proposal: Proposal) -> Iterator[Finding]:
    for where, _, label in labels(proposal):
        for word in _WORD.findall(label):
            if word.upper() in CARRIER_WORDS:
                yield Finding(where, _carrier_sentence(word))
    for each in written(proposal):
        for word in _OFFER.findall(each.text):
            if word.upper() in CARRIER_WORDS - CARRIER_WORDS_WITH_THEIR_OWN_MEANING:
                yield Finding(each.address, _carrier_sentence(word))


def no_menu_typed(proposal: Proposal) -> Iterator[Finding]:
    for where, _, text in all_words(proposal):
        for word in _OFFER.findall(text):
            if word.isdigit():
                yield Finding(
                    where,
                    f"“{word}” is offered by hand; please remove it: the menu is written by itself from the choices.",
                )


def labels_differ(proposal: Proposal) -> Iterator[Finding]:
    for where, _, state, choice in choices(proposal):
        for earlier in state.choices[: choice.number - 1]:
            for language in set(choice.label) & set(earlier.label):
                same = choice.label[language].casefold() == earlier.label[language].casefold()
                if same and choice.which == earlier.which:
                    yield Finding(
                        f"{where} › {language}",
                        f"choice {earlier.number} has the same words; please give each choice words of its own.",
                    )


def labels_not_clinical(proposal: Proposal) -> Iterator[Finding]:
    for where, _, label in labels(proposal):
        if proposal.clinical_words(label):
            yield Finding(
                where,
                f"“{label}” has a clinical word in it, which would go to a nurse if a patient wrote it; "
                "please choose other words.",
            )


def within_budget(proposal: Proposal) -> Iterator[Finding]:
    for each in written(proposal):
        dearest = worst_cost(each.whole, each.language)
        over = dearest.units - room(dearest.encoding, BUDGET[dearest.encoding])
        if each.spoken and dearest.units > LONGEST_SPOKEN:
            yield Finding(
                each.address,
                f"with the longest names this has {dearest.units} letters, and who listens keeps some {LONGEST_SPOKEN} "
                f"in mind; please shorten it by {dearest.units - LONGEST_SPOKEN} letters.",
            )
        elif not each.spoken and over > 0:
            because = f" because of {' '.join(dearest.odd)}" if dearest.odd else ""
            yield Finding(
                each.address,
                f"with the longest names this costs {dearest.segments} segments ({dearest.encoding}{because}, "
                f"{dearest.units} long) and may cost {BUDGET[dearest.encoding]}; "
                f"please shorten it by {over} letters.",
            )


def fixed_texts_present(proposal: Proposal) -> Iterator[Finding]:
    wanted = (*FIXED_TEXTS, *STANDING_TEXTS, *call_texts.CALL_TEXTS)
    for name in wanted:
        if name not in proposal.always.texts:
            yield Finding(standing(name), f"this text is missing; please add a part [{name}] with en and es.")
    for name in proposal.always.texts:
        if name not in wanted:
            yield Finding(
                standing(name),
                "nothing ever says this text; please either remove it or ask for it to be used.",
            )


def a_way_to_reach_us(proposal: Proposal) -> Iterator[Finding]:
    """P2: what answers words that a person has yet to read carries the number to call and the emergency line; what a
    caller hears, the emergency line."""
    ends = [(address(dialog, state.name), state.say) for dialog, state in states(proposal) if state.people in PEOPLE]
    texts, aloud = proposal.always.texts, {standing(name) for name in call_texts.REACH_US}
    ends += [(standing(name), texts[name]) for name in (*REACH_US_TEXTS, *call_texts.REACH_US) if name in texts]
    for where, words in ends:
        needed = ("emergency_line",) if where in aloud else ("phone", "emergency_line")
        for language, text in words.items():
            missing = [f"{{{name}}}" for name in needed if name not in facts_in(text)]
            if missing:
                yield Finding(
                    f"{where} › {language}",
                    f"a person has yet to read the patient's words; please add {' and '.join(missing)}.",
                )


@lru_cache(maxsize=4096)
def worst_cost(text: str, language: str) -> Cost:
    """The cost of a text with the longest facts, in plain and in accented letters."""
    plain = {name: in_language(fact.longest, language) for name, fact in FACTS.items() if not fact.sensitive}
    accented = {name: in_language(fact.accented, language) for name, fact in FACTS.items() if not fact.sensitive}
    return worst([cost(fill(text, _Lenient(accented)))], cost(fill(text, _Lenient(plain))))


class _Lenient(dict[str, str]):
    """Facts of a text that may name unknown ones: another rule speaks about those."""

    def __missing__(self, name: str) -> str:
        return name


class _Several(dict[str, str]):
    """Facts of which a label may name one, as nothing; all others as they are written."""

    def __missing__(self, name: str) -> str:
        return "" if name in EACH_OF_SEVERAL else f"{{{name}}}"


class _Emptied(dict[str, str]):
    """Every fact as nothing, to look at what stands around them."""

    def __missing__(self, name: str) -> str:
        return ""


def _carrier_sentence(word: str) -> str:
    return f"a carrier acts on “{word}” by itself when a patient sends it alone; please use another word."
