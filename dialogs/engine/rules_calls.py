"""Rules about dialogs that call one another: the talk goes on in the other one and does not come back."""

from collections.abc import Iterator

from dialogs.engine.model import DONE, Answer, Choice, Dialog, Edge, edges
from dialogs.engine.proposal import Finding, Proposal, address
from dialogs.engine.turn import TEXT
from dialogs.engine.vocabulary import TELLS_WHAT_WAS_SAVED as TELLS


def called_dialogs_exist(proposal: Proposal) -> Iterator[Finding]:
    for dialog, edge, name in _calls(proposal):
        if proposal.known(name) is None:
            yield Finding(
                address(dialog, edge.state, edge.by),
                f"there is no dialog “{name}”; please either write dialogs/{name}.toml or name one that exists.",
            )


def calls_come_to_an_end(proposal: Proposal) -> Iterator[Finding]:
    """No talk is led in a circle from one dialog to the next, however it is answered."""
    for dialog, edge, name in _calls(proposal):
        if dialog.name in _reached(proposal, name):
            yield Finding(
                address(dialog, edge.state, edge.by),
                f"the dialog “{name}” leads back to this one, so a talk might never end; "
                "please let one of them end by itself.",
            )


def callers_fit_what_they_call(proposal: Proposal) -> Iterator[Finding]:
    """What is called knows no more than its caller did, asks something, and is nobody's health."""
    for dialog, edge, name in _calls(proposal):
        other = proposal.known(name)
        if other is not None:
            for sentence in _misfits(dialog, edge, other):
                yield Finding(address(dialog, edge.state, edge.by), sentence)


def _misfits(dialog: Dialog, edge: Edge, other: Dialog) -> Iterator[str]:
    if other.about not in (dialog.about, "patient"):
        yield (
            f"“{other.name}” is about an {other.about}, and this dialog is not; please name a dialog that is about the "
            "same, or about the patient alone."
        )
    if dialog.asks_about_health or other.asks_about_health:
        yield (
            "answers about health go to the nurses and to no other dialog; "
            "please end the talk here, or call a dialog that does not ask about health."
        )
    if any(state.ends == "said_no_more" for state in other.states.values()) and _does(dialog, edge) not in TELLS:
        yield (
            f"in “{other.name}” whoever falls silent is left to what was done before, and nothing was; please let this "
            f"do one of: {', '.join(sorted(TELLS))}."
        )
    first = other.states.get(other.start)
    if first is not None and not first.waits:
        yield (
            f"“{other.name}” begins with a text that asks nothing; please let it begin with a question, "
            "or write that text here."
        )
    if edge.by == "answer" and getattr(_way(dialog, edge), "type", None) == TEXT:
        yield "only a person can read free words, and a dialog is none; please let them go to a state with people."


def _way(dialog: Dialog, edge: Edge) -> Choice | Answer | None:
    return next((each for each in dialog.states[edge.state].ways if each.by == edge.by), None)


def _does(dialog: Dialog, edge: Edge) -> str | None:
    """What was done for sure when the call is made."""
    way = _way(dialog, edge)
    return way.does if way is not None and edge.outcome == DONE else None


def _calls(proposal: Proposal) -> Iterator[tuple[Dialog, Edge, str]]:
    for dialog in proposal.dialogs.values():
        for edge in edges(dialog):
            if edge.calls is not None:
                yield dialog, edge, edge.calls


def _reached(proposal: Proposal, name: str) -> set[str]:
    """The dialog of that name and all that can be called from it, one after the other."""
    found, grown = set[str](), {name}
    while grown:
        found |= grown
        known = [proposal.known(each) for each in grown]
        grown = {edge.calls for other in known if other is not None for edge in edges(other) if edge.calls} - found
    return found
