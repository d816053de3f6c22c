"""Rules about answers that are written, saved or never come, and about what a dialog is about."""

from collections.abc import Iterator

from dialogs.engine.call_texts import OF_A_VISIT
from dialogs.engine.model import DONE, NUMBER, Answer, Choice, Dialog, Edge, State, called, edges
from dialogs.engine.play import duration
from dialogs.engine.proposal import Finding, Proposal, address, standing, states, ways, word_groups
from dialogs.engine.render import facts_in
from dialogs.engine.turn import TEXT
from dialogs.engine.vocabulary import (
    ABOUT,
    ACTIONS,
    ANSWER_TYPES,
    ENDS,
    NEEDS,
    OF_DAY,
    OF_OFFER,
    SAVED,
    SILENT_ENDS,
    TELLS_WHAT_WAS_SAVED,
)


def written_answers_led_on(proposal: Proposal) -> Iterator[Finding]:
    """What can be written must be known, reach a person if only a person can read it, and need no keyboard."""
    for dialog, state in states(proposal):
        if state.answer is not None:
            yield from _written_answer(dialog, state, state.answer)


def _written_answer(dialog: Dialog, state: State, answer: Answer) -> Iterator[Finding]:
    where, by_key = address(dialog, state.name, answer.by), {to for each in state.choices for to in each.goes.values()}
    if answer.type not in ANSWER_TYPES:
        yield Finding(where, f"“{answer.type}” is no kind of answer; please use one of: {', '.join(ANSWER_TYPES)}.")
    if answer.type == NUMBER and state.choices:
        yield Finding(
            where, "a number from 0 to 10 and numbered choices would be mistaken for each other; please ask one of the "
            "two, and the other in a state of its own.",
        )  # fmt: skip
    for to in answer.goes.values():
        target = dialog.states.get(to)
        if target is None:
            continue
        if answer.type == TEXT and target.people is None:
            yield Finding(
                where,
                f'only a person can read free words, and “{to}” calls none; please give it people = "…".',
            )
        elif answer.type not in (TEXT, NUMBER) and to not in by_key:
            yield Finding(
                where,
                f"whoever has only a keypad cannot come to “{to}”; please let a choice go there too.",
            )


def saved_is_told(proposal: Proposal) -> Iterator[Finding]:
    """What is asked and kept is read by somebody, under a name that staff know."""
    for dialog, state in states(proposal):
        if state.saves is None:
            continue
        where = address(dialog, state.name, "saves")
        if state.saves not in SAVED:
            yield Finding(where, f"“{state.saves}” cannot be saved; please use one of: {', '.join(SAVED)}.")
        if not any(_gives_value(way) for way in state.ways):
            yield Finding(where, 'no answer here has a value to save; please add value = "…" to a choice.')
        if not any(way.does in TELLS_WHAT_WAS_SAVED for each in _from(proposal, dialog, state) for way in each.ways):
            yield Finding(
                where,
                "nobody is ever told what is saved here; please let a later choice do one of: "
                f"{', '.join(sorted(TELLS_WHAT_WAS_SAVED))}.",
            )
    for where, _, state, way in ways(proposal):
        if isinstance(way, Choice) and way.value is not None and state.saves is None:
            yield Finding(where, 'a value is saved nowhere; please either remove it or add saves = "…" to the state.')


def silence_ends_quietly(proposal: Proposal) -> Iterator[Finding]:
    """Whoever does not answer is asked again or left alone: no text goes out after the last wait."""
    for dialog, state in states(proposal):
        target = dialog.states.get(state.silence.goes) if state.silence else None
        if target is not None and not target.waits and target.say:
            yield Finding(
                address(dialog, state.name, "silence"),
                f"a patient who did not answer would still be texted at “{target.name}”, where she cannot answer; "
                "please let the silence go to a state without a text.",
            )


def life_covers_the_wait(proposal: Proposal) -> Iterator[Finding]:
    for dialog, state in states(proposal):
        if state.silence is not None and state.silence.after > dialog.life:
            yield Finding(
                address(dialog, state.name, "silence"),
                f"we wait for {duration(state.silence.after)}, but an answer counts for {duration(dialog.life)} only; "
                "please either lengthen life or shorten the wait.",
            )


def ends_keep_their_word(proposal: Proposal) -> Iterator[Finding]:
    """A talk that ends as “asked for a call” has asked for one: what the last text says has happened."""
    for dialog in proposal.dialogs.values():
        for state in dialog.states.values():
            if state.ends is not None and state.ends not in ENDS:
                yield Finding(
                    address(dialog, state.name, "ends"),
                    f"“{state.ends}” is no way to end; please use one of: {', '.join(ENDS)}.",
                )
        for edge in edges(dialog):
            end = dialog.states.get(edge.to)
            if end is not None and end.ends in ENDS and not _true(dialog, edge, end):
                yield Finding(address(dialog, edge.state, edge.by), _not_true(end.ends))


def _true(dialog: Dialog, edge: Edge, end: State) -> bool:
    if end.ends in SILENT_ENDS:
        return edge.by == "silence"
    if end.ends == "well":
        return dialog.asks_about_health and edge.by == "choice 1"
    does = next((way.does for way in dialog.states[edge.state].ways if way.by == edge.by), None)
    if does is not None and does not in ACTIONS:
        return True  # another rule speaks about that first
    happened = {end.people, does if edge.outcome == DONE else None}
    return end.ends is not None and not ENDS[end.ends].isdisjoint(happened)


def _not_true(ends: str | None) -> str:
    if ends in SILENT_ENDS:
        return f"only silence may end as “{ends}”; please let this answer end otherwise."
    if ends == "well":
        return "only the good answer in a talk about health may end as “well”; please let this end otherwise."
    return (
        f"this would end as “{ends}” though nothing of the kind was done; please either let the answer do, or the "
        f"end call people for, one of: {', '.join(sorted(ENDS[ends or '']))}."
    )


def fits_what_it_is_about(proposal: Proposal) -> Iterator[Finding]:
    for dialog in proposal.dialogs.values():
        if dialog.about not in ABOUT:
            yield Finding(
                address(dialog, "about"),
                f"“{dialog.about}” is nothing a dialog can be about; please use one of: {', '.join(ABOUT)}.",
            )
    for where, dialog, _, way in ways(proposal):
        needs = NEEDS.get(way.does or "", dialog.about)
        if dialog.about != needs:
            yield Finding(
                where,
                f"{way.does} needs {_a(needs)}, and this dialog is about {_a(dialog.about)}; "
                f'please either use another action or write about = "{needs}".',
            )
    yield from _facts_there(proposal)


def _facts_there(proposal: Proposal) -> Iterator[Finding]:
    owners = {f"dialogs/{dialog.name}.toml": dialog for dialog in proposal.dialogs.values()}
    for where, words in word_groups(proposal):
        dialog = owners.get(where.partition(" › ")[0])
        missing = ABOUT.get(dialog.about, frozenset()) if dialog else {"first_name", *ABOUT["patient"]}
        if where in (standing(name) for name in OF_A_VISIT):
            missing = {"first_name"}
        for language, text in words.items():
            for name in facts_in(text):
                if name in missing:
                    yield Finding(
                        f"{where} › {language}",
                        f"{{{name}}} is not known here, for this is said without {_a(_owner(name))}; please remove it.",
                    )


def _a(about: str) -> str:
    return f"{'an' if about[:1] in 'aeiou' else 'a'} {about}"


def _owner(fact: str) -> str:
    return "offer" if fact in OF_OFFER else "day" if fact in OF_DAY else "appointment"


def _gives_value(way: Choice | Answer) -> bool:
    return way.value is not None if isinstance(way, Choice) else way.type != TEXT


def _from(proposal: Proposal, dialog: Dialog, state: State) -> list[State]:
    """The state and all that an answer given in it can still lead to, in the dialogs that are called too."""
    found, grown = {state.name}, {state.name}
    while grown:
        grown = {edge.to for edge in edges(dialog) if edge.state in grown} - found
        found |= grown
    theirs = [proposal.known(name) for name in sorted(filter(None, map(called, found)))]
    own = [each for name, each in dialog.states.items() if name in found]
    return own + [each for other in theirs if other is not None for each in other.states.values()]
