"""How an answer on a call sounds: our own texts, in the caller's language or in both, numbers digit by digit (P3)."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from app import practice, settings
from app.library import versions
from app.messaging.twiml import Language, Say
from app.talk import facts
from dialogs.engine import render
from dialogs.engine.model import Always
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk.folding import fold

BOTH: tuple[Language, ...] = ("en", "es")
AS_DIGITS = ("emergency_line", "crisis_line", "phone")
"""A voice would read them as one number."""
COURTESIES = frozenset("please por favor".split())


def aloud(known: Mapping[str, str]) -> dict[str, str]:
    """Facts as the ear needs them."""
    return {**known, **{name: spelled(known[name]) for name in AS_DIGITS}}


def spelled(number: str) -> str:
    """`(608) 555-0100` → `6 0 8, 5 5 5, 0 1 0 0`."""
    groups = "".join(letter if letter.isdigit() else " " for letter in number).split()
    return ", ".join(" ".join(group) for group in groups)


class Voice:
    """Speaks for one call. language: None as long as nobody knows it."""

    def __init__(self, always: Always, known: Mapping[str, str], language: str | None) -> None:
        self._always, self._known = always, aloud(known)
        self.languages: tuple[Language, ...] = (
            BOTH if language is None else tuple(each for each in BOTH if each == language)
        )

    def texts(self, names: Iterable[str], languages: Iterable[str] = ()) -> list[Say]:
        """Several texts, one language after the other: `languages`, or those of the caller."""
        wanted = list(names)
        said = [known for each in languages for known in BOTH if known == each] or self.languages
        return [Say(" ".join(self._text(name, each) for name in wanted), each) for each in said if wanted]

    def with_facts(self, name: str, known: Mapping[str, str]) -> str:
        """One text in the caller's language, with facts of its own."""
        return render.fill(self._always.texts[name][self.languages[0]], aloud(known))

    def keys(self, options: Sequence[tuple[str, str]]) -> list[Say]:
        """What the keys do, of (key, name of its label); "0" for a person is added."""
        return [
            Say(render.keys([(key, self.label(name, each)) for key, name in options], each), each)
            for each in self.languages
        ]

    def choice_of_language(self) -> list[Say]:
        """Each language in itself."""
        return [
            Say(render.key(str(at), self.label("call_in_language", each), each), each)
            for at, each in enumerate(BOTH, 1)
        ]

    def label(self, name: str, language: str) -> str:
        return self._always.texts[name][language]

    def meant(self, words: str, options: Mapping[str, str]) -> str | None:
        """The key of which somebody says the label, in either language and with or without courtesies."""
        return self.means(words, {key: self._always.texts[name] for key, name in options.items()})

    def means(self, words: str, labels: Mapping[str, Mapping[str, str]]) -> str | None:
        """The same for labels by their key."""
        said = _bare(words)
        for key, label in labels.items():
            if said in {_bare(label[language]) for language in LANGUAGES}:
                return key
        return None

    def hints(self, names: Iterable[str]) -> list[str]:
        """What is likely said: the labels of the keys."""
        return [self.label(name, language) for name in names for language in LANGUAGES]

    def _text(self, name: str, language: str) -> str:
        return render.fill(self._always.texts[name][language], self._known)


def _bare(words: str) -> tuple[str, ...]:
    return tuple(word.text for word in fold(words) if word.text not in COURTESIES)


def in_force(session: Session, language: str | None) -> Voice:
    """With the texts in force; those that were activated before there were calls are filled up with the shipped."""
    known = facts.of_practice(settings.current(), practice.name(session))
    texts = {**versions.shipped_always().texts, **versions.in_force(session).always.texts}
    return Voice(Always(texts, ""), known, language)


def shipped() -> Voice:
    """In both languages, with no database (DESIGN 8)."""
    return Voice(versions.shipped_always(), facts.of_practice(settings.current(), None), None)
