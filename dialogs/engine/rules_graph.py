"""Rules about the shape of a dialog: where it goes, that it ends, that every answer and silence is met."""

from collections.abc import Iterable, Iterator

from dialogs.engine.model import DONE, Answer, Choice, Dialog, State, edges
from dialogs.engine.proposal import Finding, Proposal, address, choices, states, ways
from dialogs.engine.vocabulary import ACTIONS, CHOICE_INTENTS, DETACHES, INTENTS, PEOPLE, WRONG_NUMBER

_MOST_CHOICES = 9


def targets_exist(proposal: Proposal) -> Iterator[Finding]:
    for dialog in proposal.dialogs.values():
        if dialog.start not in dialog.states:
            yield Finding(address(dialog, "start"), _no_such_state(dialog.start))
        for edge in edges(dialog):
            if edge.calls is None and edge.to not in dialog.states:
                yield Finding(address(dialog, edge.state, edge.by), _no_such_state(edge.to))


def states_reachable(proposal: Proposal) -> Iterator[Finding]:
    for dialog in proposal.dialogs.values():
        if not {dialog.start, *(edge.to for edge in edges(dialog) if not edge.calls)} <= set(dialog.states):
            continue  # a way that leads nowhere yet: targets_exist speaks about that first
        reached = _spread({dialog.start}, [(edge.state, edge.to) for edge in edges(dialog)])
        for name in dialog.states:
            if name not in reached:
                yield Finding(
                    address(dialog, name),
                    "no answer and no silence ever leads here; "
                    "please either let a choice go here or remove this state.",
                )


def states_can_end(proposal: Proposal) -> Iterator[Finding]:
    for dialog in proposal.dialogs.values():
        ends = {state.name for state in dialog.states.values() if state.ends}
        ends |= {edge.state for edge in edges(dialog) if edge.calls}  # that one ends by its own proof
        can_end = _spread(ends, [(edge.to, edge.state) for edge in edges(dialog)])
        for state in dialog.states.values():
            if state.name not in can_end and state.waits:
                yield Finding(
                    address(dialog, state.name),
                    "from here the talk can never end; please let a choice or the silence go to a state that ends.",
                )


def silence_ends(proposal: Proposal) -> Iterator[Finding]:
    """A patient who never answers must not be texted for ever."""
    for dialog in proposal.dialogs.values():
        for state in dialog.states.values():
            seen, here = set[str](), state
            while here.silence is not None and here.silence.goes in dialog.states and here.name not in seen:
                seen.add(here.name)
                here = dialog.states[here.silence.goes]
            if here.name == state.name and here.name in seen:
                yield Finding(
                    address(dialog, state.name, "silence"),
                    "a patient who never answers comes back here for ever; "
                    "please let one silence go to a state that ends.",
                )


def waits_or_ends(proposal: Proposal) -> Iterator[Finding]:
    for dialog, state in states(proposal):
        if state.waits and state.ends:
            yield Finding(
                address(dialog, state.name),
                "this state both ends and offers choices; please remove one of the two.",
            )
        if not state.waits and not state.ends:
            yield Finding(
                address(dialog, state.name),
                'this state leaves the patient nowhere; please either add choices or say how it ends, as ends = "…".',
            )
        if state.waits and not state.say:
            yield Finding(
                address(dialog, state.name),
                "this state waits but asks nothing; please add say.en and say.es.",
            )
        for name, there in (("silence", state.silence), ("answer", state.answer), ("saves", state.saves)):
            if there and not state.waits:
                yield Finding(
                    address(dialog, state.name, name),
                    f"this state offers no choices, so it does not wait; please either add choices or remove {name}.",
                )


def silence_answered(proposal: Proposal) -> Iterator[Finding]:
    for dialog, state in states(proposal):
        if state.waits and state.silence is None:
            yield Finding(
                address(dialog, state.name),
                "nothing is said about a patient who does not answer; "
                'please add silence = { after = "20h", goes = "…" }.',
            )


def answers_answered(proposal: Proposal) -> Iterator[Finding]:
    """Silence may end without a text; a patient who wrote must read something."""
    for dialog in proposal.dialogs.values():
        for edge in edges(dialog):
            target = dialog.states.get(edge.to)
            if edge.by != "silence" and target is not None and not target.say:
                yield Finding(
                    address(dialog, edge.state, edge.by),
                    f"a patient who answers would read nothing, for the state “{edge.to}” has no text; "
                    "please either give it one or go to another state.",
                )


def actions_known(proposal: Proposal) -> Iterator[Finding]:
    for where, _, _, way in ways(proposal):
        if way.does is not None and way.does not in ACTIONS:
            yield Finding(
                where,
                f"there is no action “{way.does}”; please use one of: {', '.join(ACTIONS)}; or ask for a new one.",
            )


def outcomes_answered(proposal: Proposal) -> Iterator[Finding]:
    for where, _, _, way in ways(proposal):
        known = _outcomes(way)
        for outcome in known:
            if outcome not in way.goes:
                yield Finding(
                    where,
                    f"the outcome “{outcome}” of {way.does or 'this answer'} has no answer; "
                    f'please add {outcome} = "…" to goes.',
                )
        for outcome in way.goes:
            if known and outcome not in known:
                yield Finding(
                    where,
                    f"“{outcome}” is not an outcome of {way.does or 'an answer that does nothing'}; "
                    f"please either remove it or use one of: {', '.join(known)}.",
                )


def intents_mean_one_thing(proposal: Proposal) -> Iterator[Finding]:
    for where, _, state, choice in choices(proposal):
        for intent in choice.also:
            if intent not in INTENTS:
                yield Finding(where, f"there is no intent “{intent}”; please use one of: {', '.join(CHOICE_INTENTS)}.")
            elif intent not in CHOICE_INTENTS and (intent, choice.does) != (WRONG_NUMBER, DETACHES):
                yield Finding(where, f"“{intent}” has its own answer everywhere; please remove it from also.")
        for earlier in state.choices[: choice.number - 1]:
            if None not in (earlier.which, choice.which) and earlier.does == choice.does:
                continue  # each for one of several: only where a talk has a single one is it meant
            for intent in set(earlier.also) & set(choice.also):
                yield Finding(
                    where,
                    f"“{intent}” already picks choice {earlier.number}; please keep it in one of the two choices only.",
                )


def keypad_reaches_all(proposal: Proposal) -> Iterator[Finding]:
    for dialog, state in states(proposal):
        if len(state.choices) > _MOST_CHOICES:
            yield Finding(
                address(dialog, state.name),
                f"{len(state.choices)} choices do not fit on a keypad; please keep to {_MOST_CHOICES} "
                "or split the question in two.",
            )


def people_reasons_known(proposal: Proposal) -> Iterator[Finding]:
    for dialog, state in states(proposal):
        if state.people is not None and state.people not in PEOPLE:
            yield Finding(
                address(dialog, state.name, "people"),
                f"“{state.people}” is not a reason to call a person; please use one of: {', '.join(PEOPLE)}.",
            )
        elif state.people is not None and not state.ends:
            yield Finding(
                address(dialog, state.name, "people"),
                "a person takes over only where the talk ends; please either add ends or remove people.",
            )


def health_goes_to_nurses(proposal: Proposal) -> Iterator[Finding]:
    """In a talk about health only the first choice, "yes, I am well", may stay away from the nurses."""
    for dialog, state in states(proposal):
        if dialog.asks_about_health and state.waits:
            yield from _health_answers(dialog, state)
            yield from _yes_means_well(dialog, state)


def _health_answers(dialog: Dialog, state: State) -> Iterator[Finding]:
    """Every answer but the good one, and silence unless we ask once more; where that ends, D09 sees to it."""
    not_good = state.ways if state.takes_number else state.ways[1:]  # what a number means is nobody's to judge but hers
    targets = [(way.by, to, False) for way in not_good for to in way.goes.values()]
    if state.silence is not None:
        targets.append(("silence", state.silence.goes, True))
    for by, to, may_ask_again in targets:
        target = dialog.states.get(to)
        if target is None or target.people == "health_answer" or (may_ask_again and target.waits):
            continue
        yield Finding(
            address(dialog, state.name, by),
            "this dialog asks about health, so this must reach the nurses; "
            f'please give the state “{to}” people = "health_answer".',
        )


def _yes_means_well(dialog: Dialog, state: State) -> Iterator[Finding]:
    if not state.takes_number and state.choices[0].also != ("confirm",):
        yield Finding(
            address(dialog, state.name, "choice 1"),
            "in a question about health “yes” must mean that all is well; "
            'please word it so and give choice 1 only also = ["confirm"].',
        )


def _outcomes(way: Choice | Answer) -> tuple[str, ...]:
    return (DONE,) if way.does is None else ACTIONS.get(way.does, ())


def _spread(begin: set[str], steps: Iterable[tuple[str, str]]) -> set[str]:
    """All names that can be reached from some names by steps."""
    reached, grown, pairs = set[str](), set(begin), list(steps)
    while grown:
        reached |= grown
        grown = {to for origin, to in pairs if origin in reached} - reached
    return reached


def _no_such_state(name: str) -> str:
    return f"there is no state “{name}”; please either write [states.{name}] or name a state that exists."
