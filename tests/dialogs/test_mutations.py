"""The proof is worth what it refuses: every line of the shipped files is spoilt in many ways, one at a time."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from app.cli.dialogs import clinical_words
from dialogs.engine.check import check
from dialogs.engine.files import ALWAYS as ALWAYS_FILE
from dialogs.engine.model import DialogFaults
from dialogs.engine.parse import parse_always, parse_dialog
from tests.dialogs.shipped import ALWAYS, BODIES, DIALOGS

INTO_TEXTS = (
    "Don't worry.",
    "No se preocupe.",
    "Reply CANCEL.",
    "Responda 3.",
    "This is normal.",
    "oncology",
    "x" * 400,
)
LEAST_REFUSED = 0.98
SAMPLE, LEAST_OF_A_SAMPLE = 27, 0.96
"""Of one in so many, which a line more or less anywhere draws anew, a few more may survive by chance."""

SURVIVE = {
    r"dropped also = ": "her words do not pick that answer any more: its number does, and people read the words",
    r"dropped answer = ": "she cannot write a day or an hour any more: the keys still lead to all",
    r"dropped value = |\"(morning|afternoon)\" became": "staff read less, or another word, of her wish",
    r"\"(confirm|confirmar|confirmarlas|cambiarla|esperarla)\" became": "another word for a key",
    r"\"(dejarlo|otra|Welcome)\" became": "another word for a key, or a title",
    r"dropped people = ": "nobody has a talk that ends in silence or is done: its conversation shows that",
    r"dropped does = \"(wait_no_more|use_other_language)": "less is done than is said: its conversation shows that",
}
"""The mistakes that the proof lets pass, and why: they are of meaning. The golden conversations and whoever reads their
diff are there for those."""


class Mutation(NamedTuple):
    file: str
    what: str
    body: str


def _mutations(name: str) -> Iterator[Mutation]:
    lines = BODIES[name].split("\n")
    for number, line in enumerate(lines):
        if not line.strip() or line.startswith("#"):
            continue
        for what, instead in _spoilt(line):
            body = "\n".join((*lines[:number], *instead, *lines[number + 1 :]))
            yield Mutation(name, f"{name} line {number + 1}: {what}", body)


def _spoilt(line: str) -> Iterator[tuple[str, list[str]]]:
    yield f"dropped {line[:60]}", []
    for fact in re.finditer(r"\{\w+\}", line):
        for instead in ("", "{ssn}", "{provider}"):
            yield f"{fact[0]} became “{instead}”", [line[: fact.start()] + instead + line[fact.end() :]]
    for word in re.finditer(r'"(\w+)"', line):
        yield f"{word[0]} became “zzz”", [line[: word.start()] + '"zzz"' + line[word.end() :]]
    text = re.fullmatch(r'(.*\b(?:en|es) = ".*)"', line)
    for added in INTO_TEXTS if text else ():
        yield f"{added[:20]} added", [f'{text[1]} {added}"' if text else ""]


_is_clinical = cache(clinical_words)


def _refused(mutation: Mutation) -> bool:
    """Alone: what its rules ask of the others is only what it calls there."""
    try:
        if mutation.file == ALWAYS_FILE:
            return bool(check({}, parse_always(mutation.body), clinical_words=_is_clinical))
        dialog = parse_dialog(mutation.file, mutation.body)
    except DialogFaults:
        return True
    return bool(check({mutation.file: dialog}, ALWAYS, clinical_words=_is_clinical, beside=DIALOGS))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(
    ("one_in", "least"),
    [
        (SAMPLE, LEAST_OF_A_SAMPLE),
        pytest.param(1, LEAST_REFUSED, marks=[pytest.mark.prove, pytest.mark.timeout(900)]),
    ],
)
def test_nearly_every_single_mistake_is_refused(one_in: int, least: float) -> None:
    """And whatever survives is of a kind that is known, with the reason."""
    mutations = [mutation for name in BODIES for mutation in _mutations(name)][::one_in]
    survivors = [mutation.what for mutation in mutations if not _refused(mutation)]
    assert len(mutations) >= 200
    assert len(survivors) <= (1 - least) * len(mutations), "\n".join(survivors)
    assert [what for what in survivors if not any(re.search(kind, what) for kind in SURVIVE)] == []
