"""Rules about what never stands in our words: advice, a specialty, links, and in Spanish tú or a gender."""

import re
from collections.abc import Iterator

from dialogs.engine.never_say import (
    GENDERED_AFTER_A_VERB,
    GENDERED_SPANISH,
    INFORMAL_SPANISH,
    LINK,
    NEVER_SAY,
    SPECIALTY,
    TU_COMMANDS,
)
from dialogs.engine.proposal import Finding, Proposal, all_words

_WORD = re.compile(r"\w+")


def never_said(proposal: Proposal) -> Iterator[Finding]:
    for where, _, text in all_words(proposal):
        for what, phrases in NEVER_SAY.items():
            for match in phrases.finditer(text):
                yield Finding(where, f"“{match[0]}” {what}, which we never do; please remove it.")


def no_specialty(proposal: Proposal) -> Iterator[Finding]:
    for where, _, text in all_words(proposal):
        for match in SPECIALTY.finditer(text):
            yield Finding(where, f"“{match[0]}” tells others why a patient is seen; please remove it.")


def no_links(proposal: Proposal) -> Iterator[Finding]:
    for where, _, text in all_words(proposal):
        for match in LINK.finditer(text):
            yield Finding(
                where,
                f"“{match[0]}” cannot be used on a call, and in a text it teaches to press links; please remove it.",
            )


def spanish_names_no_gender(proposal: Proposal) -> Iterator[Finding]:
    for where, language, text in all_words(proposal):
        gendered = [word for word in _WORD.findall(text) if word.casefold() in GENDERED_SPANISH]
        for word in (*gendered, *GENDERED_AFTER_A_VERB.findall(text)) if language == "es" else ():
            yield Finding(where, f"“{word}” may not fit a man or a woman; please find words that fit everybody.")


def spanish_is_polite(proposal: Proposal) -> Iterator[Finding]:
    for where, language, text in all_words(proposal):
        for word in _WORD.findall(text):
            if language == "es" and word.casefold() in INFORMAL_SPANISH:
                yield Finding(where, _speaks_as_tu(word))
        for command in TU_COMMANDS.findall(text) if language == "es" else ():
            yield Finding(where, _speaks_as_tu(command))


def _speaks_as_tu(word: str) -> str:
    return f"“{word}” speaks to the patient as tú; please use the usted form."
