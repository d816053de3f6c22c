"""In which languages a fixed text is said, so that whoever wrote or said the words understands it (decision 0059)."""

from collections.abc import Iterable

from app.log import error_name, log
from dialogs.engine.vocabulary import LANGUAGES
from escalation_desk.written_in import written_in

LONGEST_TOLD = 1600
"""Letters that tell a language; more make it no surer."""


def languages(known: Iterable[str], words: str, *, warning: bool) -> tuple[str, ...]:
    """Those of the record, and first the one that the words are plainly in. In all of them when there is no record, or
    when the language of words that need a warning cannot be told."""
    wanted = set(known)
    written: tuple[str, ...] = ()
    try:
        written = written_in(words[:LONGEST_TOLD])
    except Exception as error:  # noqa: BLE001  (whatever it was, she is answered)
        log.error("language_not_told", error=error_name(error))
        wanted = set()
    if not wanted or (warning and not written):
        wanted = set(LANGUAGES)
    first = written if len(written) == 1 else ()
    return tuple(sorted(wanted.union(written), key=lambda language: (language not in first, LANGUAGES.index(language))))
