"""Rules about choices that each stand for one of several things: no key means another one than its words say."""

from collections.abc import Iterator

from dialogs.engine.model import Choice, Dialog, State
from dialogs.engine.proposal import Finding, Proposal, address, choices, states, word_groups
from dialogs.engine.render import facts_in
from dialogs.engine.vocabulary import DOES_ONE, EACH_OF_SEVERAL, OF_SEVERAL


def stands_for_what_it_says(proposal: Proposal) -> Iterator[Finding]:
    """A choice names the one that it is done with, and no other; without a `which` it names none of several."""
    for where, dialog, state, choice in choices(proposal):
        known = OF_SEVERAL.get(dialog.about, ())
        if choice.which is not None and choice.which not in known:
            yield Finding(where, f"“{choice.which}” is none of several things here; {_either(known)}.")
            continue
        for language, label in choice.label.items():
            yield from (
                Finding(f"{where} › {language}", sentence)
                for sentence in _misnamed(state, choice, set(facts_in(label)))
            )
    several = {where for where, _, _, choice in choices(proposal) if choice.which is not None}
    for where, words in word_groups(proposal):
        for language, text in words.items():
            for name in EACH_OF_SEVERAL.intersection(facts_in(text)) if where not in several else ():
                yield Finding(
                    f"{where} › {language}",
                    f'{{{name}}} may not be there; please name it only in the label of a choice with which = "{name}".',
                )


def _misnamed(state: State, choice: Choice, named: set[str]) -> Iterator[str]:
    """The second choice in a row for the same one may say “it”."""
    before = state.choices[choice.number - 2].which if choice.number > 1 else None
    if choice.which not in (None, before) and choice.which not in named:
        yield f"whoever reads this cannot tell that it is done with {{{choice.which}}}; please name it in the label."
    if choice.which is not None:
        for name in sorted(named & EACH_OF_SEVERAL - {choice.which}):
            yield f"this is done with {{{choice.which}}} and would name {{{name}}}; please name the same one."


def each_can_be_chosen(proposal: Proposal) -> Iterator[Finding]:
    """What is done with one of several is done with each of them, in their order, and with nothing else."""
    for where, dialog, _, choice in choices(proposal):
        if dialog.about in OF_SEVERAL and (choice.does in DOES_ONE) != (choice.which is not None):
            yield Finding(
                where,
                f'{choice.does} is done with one of several; please say with which, as which = "…".'
                if choice.does in DOES_ONE
                else f"nothing is done with the one that this stands for; please either remove which or do one of: "
                f"{', '.join(sorted(DOES_ONE))}.",
            )
    for dialog, state in states(proposal):
        for does in dict.fromkeys(choice.does for choice in state.choices if choice.which is not None):
            yield from _all_of_them(dialog, state, does)


def _all_of_them(dialog: Dialog, state: State, does: str | None) -> Iterator[Finding]:
    wanted = OF_SEVERAL.get(dialog.about, ())
    found = tuple(choice.which for choice in state.choices if choice.which in wanted and choice.does == does)
    if found != wanted:
        yield Finding(
            address(dialog, state.name),
            f"please offer {does} once for each of several, in this order: {', '.join(wanted)}.",
        )


def _either(known: tuple[str, ...]) -> str:
    return f"please use one of: {', '.join(known)}" if known else "please remove which"
