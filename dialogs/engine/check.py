"""The proof of a set of dialogs before any of it runs: every rule, each with its stable id."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from dialogs.engine import rules_answers, rules_calls, rules_graph, rules_never, rules_several, rules_words
from dialogs.engine.model import Always, Dialog, Fault
from dialogs.engine.proposal import Finding, Proposal

Rule = Callable[[Proposal], Iterator[Finding]]

RULES: Mapping[str, Rule] = {
    # D01 unreadable, D02 unknown word, D03 missing, D04 wrong kind: found while reading the file (`sheet`).
    "D05": rules_graph.targets_exist,
    "D06": rules_graph.states_reachable,
    "D07": rules_graph.states_can_end,
    "D08": rules_graph.silence_answered,
    "D09": rules_graph.silence_ends,
    "D10": rules_graph.waits_or_ends,
    "D11": rules_graph.actions_known,
    "D12": rules_graph.outcomes_answered,
    "D13": rules_graph.intents_mean_one_thing,
    "D14": rules_graph.keypad_reaches_all,
    "D15": rules_graph.people_reasons_known,
    "D16": rules_graph.health_goes_to_nurses,
    "D17": rules_words.languages_present,
    "D18": rules_words.facts_known,
    "D19": rules_words.same_facts,
    "D20": rules_words.nothing_sensitive,
    "D21": rules_words.practice_named,
    "D22": rules_words.no_carrier_words,
    "D23": rules_words.no_menu_typed,
    "D24": rules_words.labels_differ,
    "D25": rules_words.labels_not_clinical,
    "D26": rules_words.within_budget,
    "D27": rules_words.fixed_texts_present,
    "D28": rules_words.a_way_to_reach_us,
    "D29": rules_never.never_said,
    "D30": rules_never.spanish_is_polite,
    "D31": rules_graph.answers_answered,
    "D32": rules_never.no_specialty,
    "D33": rules_answers.written_answers_led_on,
    "D34": rules_answers.saved_is_told,
    "D35": rules_answers.silence_ends_quietly,
    "D36": rules_answers.life_covers_the_wait,
    "D37": rules_answers.fits_what_it_is_about,
    "D38": rules_answers.ends_keep_their_word,
    "D39": rules_never.no_links,
    "D40": rules_never.spanish_names_no_gender,
    "D41": rules_calls.called_dialogs_exist,
    "D42": rules_calls.calls_come_to_an_end,
    "D43": rules_calls.callers_fit_what_they_call,
    "D44": rules_several.stands_for_what_it_says,
    "D45": rules_several.each_can_be_chosen,
}


def check(
    dialogs: Mapping[str, Dialog], always: Always, *, clinical_words: Callable[[str], bool],
    beside: Mapping[str, Dialog] = MappingProxyType({}),
) -> list[Fault]:  # fmt: skip
    """Every fault of a set of dialogs, in the order of the rules; an empty list is the proof.

    `clinical_words` says whether the lexicon finds a clinical word; the engine may not import it. `beside`: dialogs
    that were proved before and may be called."""
    proposal = Proposal(dialogs, always, clinical_words, beside)
    return [Fault(rule, where, sentence) for rule, find in RULES.items() for where, sentence in find(proposal)]
