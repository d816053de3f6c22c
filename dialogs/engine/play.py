"""A conversation played without an app: facts are believable, actions end as told, every line is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

from dialogs.engine import turn as engine
from dialogs.engine.facts import CHOSEN, examples, in_language
from dialogs.engine.model import DONE, MORE, Always, Dialog, Edge, edges
from dialogs.engine.render import render_together
from dialogs.engine.turn import WRITTEN, Place, Turn
from dialogs.engine.vocabulary import ACTIONS, EACH_OF_SEVERAL, LANGUAGES, PEOPLE, SAVED


class Heard(engine.Reading, Protocol):
    """A reading with the name of the fixed text that answers it if it is clinical."""

    @property
    def fixed_text(self) -> str: ...


THERE_IS = "* there is: "
Read = Callable[[str, str, Sequence[str]], Heard]
"""How a patient's words are read: (text, language, expected)."""


class Play:
    """One dialog being played; `lines` is its transcript, `walked` the authored edges it went along."""

    def __init__(
        self,
        dialogs: Mapping[str, Dialog],
        always: Always,
        name: str,
        language: str,
        read: Read,
        channel: str = "sms",
    ) -> None:
        self.dialog = self._first = dialogs[name]
        self.language = language
        self.lines: list[str] = []
        self.walked: set[Edge] = set()
        self.place: Place | None = None
        self.nurses_hold = False  # as live: while they have an item, no dialog answers and no silence counts
        self._first_name = examples(language)["first_name"]
        self._dialogs, self._always, self._read, self._channel = dialogs, always, read, channel
        self.lacks = frozenset[str]()
        self._chosen: str | None = None

    def there_is(self, *names: str) -> None:
        """Of several things that the dialog may be about there are these alone (else all)."""
        self.lacks = EACH_OF_SEVERAL.difference(names)
        self.lines.append(f"{THERE_IS}{', '.join(names)}")

    def begin(self) -> None:
        self._happen(engine.begin(self.dialog))

    def patient(self, text: str, outcome: str | None = None) -> None:
        """The patient writes; `outcome` is how an action ends if these words cause one (else its first outcome)."""
        self.lines.append(f"patient: {text}")
        heard = self._read(text, self.language, self._expected())
        if heard.lane == "clinical":
            self._to_the_nurses(heard)
        elif self.nurses_hold:
            self.lines.append("* to the nurses, who have the talk; nothing is done by itself")
        elif self.place is None and self.dialog.asks_about_health:
            self._happen(Turn(says=("_always/hand_off",), people="health_answer"))
        elif self.place is None:
            self._happen(Turn(says=("_always/unread",), people="unread"))
        else:
            self._turn(self.place, heard, outcome)

    def wait(self) -> None:
        """Nothing is answered until the wait is over."""
        if self.place is None:
            return
        if self.nurses_hold:
            self.lines.append("* the nurses have the talk; its timers stand still")
            return
        silence = self.dialog.states[self.place.state].silence
        if silence is not None:
            self.lines.append(f"-- {duration(silence.after)} --")
            self._walk("silence", "done")
            self._happen(engine.silent(self.dialog, self.place))

    def _expected(self) -> Sequence[str]:
        return engine.offered(self.dialog, self.place, self.language) if self.place else ()

    def _to_the_nurses(self, heard: Heard) -> None:
        """What the spine does before any dialog is asked: the talk does not move (P1)."""
        self._says((f"_always/{heard.fixed_text}",))
        self.lines.append("* to the nurses; the talk stands still")
        self.nurses_hold = True

    def _turn(self, place: Place, heard: Heard, outcome: str | None) -> None:
        if heard.lane == "routine" and heard.intent == "language":
            self.language = heard.value if heard.value in LANGUAGES else _other(self.language)
        self._follow(engine.turn(self.dialog, place, heard), place, heard, outcome)

    def _follow(self, turn: Turn, place: Place | None, heard: Heard, outcome: str | None) -> None:
        """What comes of a turn: an action first, and in the dialog that it calls what she said counts once more."""
        if turn.does is None or turn.picked is None:
            if turn.picked is not None:
                self._walk(_by(turn.picked), "done")
                self._save(turn)
            self._happen(turn)
            if turn.hears is not None:
                self.place = turn.hears
                self._follow(engine.hear_on(self.dialog, turn.hears, heard), turn.hears, heard, outcome)
            self._go_on(turn, heard)
            return
        assert place is not None  # noqa: S101  (an action belongs to a choice of a place)
        ended = outcome if outcome in ACTIONS[turn.does] else self._usual_end(turn.does, place, turn.picked)
        self._save(turn)
        self.lines.append(f"* {turn.does}: {ended}")
        self._walk(_by(turn.picked), ended)
        if turn.does == "use_other_language":
            self.language = _other(self.language)
        if ended == DONE:
            self._chosen = engine.which(self.dialog, place, turn.picked)
        elif ended == MORE:  # that one is settled, others are not
            self.lacks |= {engine.which(self.dialog, place, turn.picked) or ""}
        next_turn = engine.outcome(self.dialog, place, turn.picked, ended)
        self._happen(next_turn)
        self._go_on(next_turn, heard)

    def _usual_end(self, does: str, place: Place, picked: int) -> str:
        """How an action ends where nobody says otherwise: with more to answer as long as others wait."""
        choices = self.dialog.states[place.state].choices
        others = {each.which for each in choices if each.which} - self.lacks
        waits = others - {engine.which(self.dialog, place, picked)}
        return MORE if waits and MORE in ACTIONS[does] else ACTIONS[does][0]

    def _go_on(self, turn: Turn, heard: Heard) -> None:
        """In the dialog that was called; what she said already counts there."""
        if turn.calls is not None:
            self.lines.append(f"* goes on: {turn.calls}")
            self.dialog = self._dialogs[turn.calls]
            there = engine.go_on(self.dialog, heard)
            self._follow(there, Place(self.dialog.start), heard, None)

    def _save(self, turn: Turn) -> None:
        if turn.saves is not None:
            self.lines.append(f"* {SAVED[turn.saves[0]].lower()}: {turn.saves[1] or 'as she said it'}")

    def _walk(self, by: str, outcome: str) -> None:
        if self.place is not None and self.dialog is self._first:
            to = next(e.to for e in _edges_from(self.dialog, self.place) if (e.by, e.outcome) == (by, outcome))
            self.walked.add(Edge(self.place.state, by, outcome, to))

    def _happen(self, turn: Turn) -> None:
        self._says(turn.says)
        if turn.people is not None:
            self.lines.append(f"* to people ({PEOPLE[turn.people].replace('_', ' ')}): {turn.people}")
            self.nurses_hold = self.nurses_hold or PEOPLE[turn.people] == "nurses"
        if turn.ends is not None:
            self.lines.append(f"* ends: {turn.ends}")
        if turn.place is not None or turn.ends is not None:
            self.place = replace(turn.place, lacks=self.lacks) if turn.place is not None else None
        if turn.begins is not None:
            self.dialog = self._dialogs[turn.begins]
            self.begin()

    def _says(self, references: Sequence[str]) -> None:
        if references:
            if self._channel == "voice":
                references = [self._aloud(each) for each in references]
            text = render_together(
                references, self._dialogs, self._always, self.language, self._facts(), self._channel
            )  # fmt: skip
            self.lines.append(f"clinic: {text}")

    def _facts(self) -> dict[str, str]:
        chosen = {name: in_language(words, self.language) for name, words in CHOSEN.get(self._chosen or "", {}).items()}
        known = {**examples(self.language), "first_name": self._first_name, **chosen}
        return {name: words for name, words in known.items() if name not in self.lacks}

    def _aloud(self, reference: str) -> str:
        """The fixed text as a caller hears it, where it is worded for the ear."""
        owner, _, name = reference.partition("/")
        spoken = f"call_{name}"
        return f"{owner}/{spoken}" if owner == "_always" and spoken in self._always.texts else reference


def duration(length: timedelta) -> str:
    """A length of time as a dialog writes it: 20h, 3d, 30m."""
    minutes = int(length.total_seconds()) // 60
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes % size == 0 and minutes >= 2 * size:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _by(picked: int) -> str:
    return "answer" if picked == WRITTEN else f"choice {picked}"


def _other(language: str) -> str:
    return next(each for each in LANGUAGES if each != language)


def _edges_from(dialog: Dialog, place: Place) -> list[Edge]:
    return [edge for edge in edges(dialog) if edge.state == place.state]
