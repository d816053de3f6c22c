"""From a text's reference to the words a patient reads or hears: facts filled in, menu generated."""

import re
from collections.abc import Collection, Iterable, Mapping

from dialogs.engine.model import Always, Dialog, State, Words
from dialogs.engine.vocabulary import EACH_OF_SEVERAL, LANGUAGES, PERSON_DIGIT, PERSON_WORD

_FACT = re.compile(r"\{([^{}]*)\}")
_PRACTICE = "{practice}: "
_MENU = {
    "en": ("Reply {options}.", "{digit} to {label}", "{digit} for a person"),
    "es": ("Responda {options}.", "{digit} para {label}", "{digit} para hablar con una persona"),
}
_SPOKEN_MENU = {
    "en": ("{options}.", "To {label}, press {digit}", "For a person, press {digit}"),
    "es": ("{options}.", "Para {label}, oprima el {digit}", "Para hablar con una persona, oprima el {digit}"),
}
_WRITTEN = {
    "en": {
        "date": "or write a day",
        "time": "or write an hour",
        "text": "or write in your own words",
    },
    "es": {
        "date": "o escriba una fecha",
        "time": "o escriba una hora",
        "text": "o escriba con sus propias palabras",
    },
}


_NUMBER = {
    "en": f"Reply with a number from 0 to 10, or {PERSON_WORD['en']} for a person.",
    "es": f"Responda con un número del 0 al 10, o {PERSON_WORD['es']} para hablar con una persona.",
}
_SPOKEN_NUMBER = {
    "en": "Enter a number from 0 to 10, then press pound. For a person, press star.",
    "es": "Marque un número del 0 al 10 y luego la tecla de número. Para hablar con una persona, oprima asterisco.",
}


def render(
    reference: str,
    dialogs: Mapping[str, Dialog],
    always: Always,
    language: str,
    facts: Mapping[str, str],
    channel: str = "sms",
) -> str:
    """The words of one reference (see `turn.Turn.says`). KeyError if the text, language or a fact is missing."""
    return fill(template(reference, dialogs, always, language, channel, lacking(facts)), facts)


def render_together(
    references: Iterable[str],
    dialogs: Mapping[str, Dialog],
    always: Always,
    language: str,
    facts: Mapping[str, str],
    channel: str = "sms",
) -> str:
    """All that one turn says, as one message that names the practice once; "" when it says nothing."""
    lacks = lacking(facts)
    parts = [template(reference, dialogs, always, language, channel, lacks) for reference in references]
    rest = [part.removeprefix(_PRACTICE) for part in parts[1:]]
    return fill(" ".join(parts[:1] + rest), facts)


def render_in(languages: Iterable[str], reference: str, always: Always, facts: Mapping[str, str]) -> str:
    """A fixed text in these languages, one after the other."""
    return "\n".join(render(reference, {}, always, language, facts) for language in languages)


def render_both(reference: str, always: Always, facts: Mapping[str, str]) -> str:
    """The same in every language, for when we cannot know which one is read (the database is gone)."""
    return render_in(LANGUAGES, reference, always, facts)


def lacking(facts: Collection[str]) -> frozenset[str]:
    """Which of several things a talk with these facts does not have."""
    return EACH_OF_SEVERAL.difference(facts)


def template(
    reference: str, dialogs: Mapping[str, Dialog], always: Always, language: str, channel: str = "sms",
    lacks: Collection[str] = (),
) -> str:  # fmt: skip
    """A text with its menu, its facts still in braces."""
    owner, _, rest = reference.partition("/")
    if owner == "_always":
        return always.texts[rest][language]
    name, _, part = rest.partition("/")
    state = dialogs[owner].states[name]
    menu = menu_of(state, language, channel, lacks)
    if part == "menu":
        return menu
    return f"{_said(state, channel)[language]} {menu}".rstrip()


def menu_of(state: State, language: str, channel: str = "sms", lacks: Collection[str] = ()) -> str:
    """The generated menu of a waiting state, without what a talk lacks; "" for an end."""
    if not state.waits:
        return ""
    if state.takes_number:
        return (_SPOKEN_NUMBER if channel == "voice" else _NUMBER)[language]
    frame, option, person = (_SPOKEN_MENU if channel == "voice" else _MENU)[language]
    options = [option.format(digit=choice.number, label=choice.label[language]) for choice in state.offers(lacks)]
    options.append(person.format(digit=PERSON_DIGIT))
    if state.answer is not None and channel != "voice":  # on a call the keys reach all that words reach
        options.append(_WRITTEN[language].get(state.answer.type, ""))
    return frame.format(options=(". " if channel == "voice" else ", ").join(options))


def keys(options: Iterable[tuple[str, str]], language: str) -> str:
    """What each key does, of (key, label): "To {label}, press 1." With "0" for a person behind."""
    frame, option, person = _SPOKEN_MENU[language]
    said = [option.format(digit=key, label=label) for key, label in options]
    return frame.format(options=". ".join([*said, person.format(digit=PERSON_DIGIT)]))


def key(digit: str, label: str, language: str) -> str:
    """What one key does, by itself."""
    frame, option, _ = _SPOKEN_MENU[language]
    return frame.format(options=option.format(digit=digit, label=label))


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The facts put in; a missing one is a KeyError, never an empty place in a patient's text."""
    return _FACT.sub(lambda match: facts[match[1]], text)


def facts_in(text: str) -> list[str]:
    """The facts a text asks for, as written between braces."""
    return _FACT.findall(text)


def _said(state: State, channel: str) -> Words:
    return state.speak if channel == "voice" and state.speak is not None else state.say
