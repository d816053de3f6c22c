"""Text as thumbs really write it: damaged, disguised, quoted back; and the figures unseen text may not fall below."""

import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli.mishearing import misheard
from app.cli.noise import damaged
from escalation_desk.classifier import read
from escalation_desk.evaluation import MEASURES, Share, Verdict, rows
from tests.reading.test_corpus import CORPUS, OFFERED, lines

DIALOGS = Path(__file__).resolve().parents[2] / "dialogs"
REACHES_NURSES, _, MISSED, GRAVE, ALARMS, _, EVERYDAY, OPT_OUT, NO_OPT_OUT = MEASURES


def share(of: Share) -> float:
    return 100 * of.hits / of.of


@pytest.fixture(scope="module")
def unseen() -> dict[float, list[Verdict]]:
    """The held-out set, read as it is and with 12 % and half of its words damaged."""
    table = rows((CORPUS / "unseen" / "held_out.tsv").read_text(encoding="utf-8").splitlines())
    return {
        rate: [
            Verdict(row, read(damaged(row.text, rate, 1), row.lang, row.channel, expected=OFFERED), 0.0)
            for row in table
        ]
        for rate in (0.0, 0.12, 0.5)
    }


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "nurses", "missed"), [(0.0, 98, 0.2), (0.12, 95, 0.2), (0.5, 88, 0.5)])
def test_unseen_health_text_reaches_people(
    unseen: dict[float, list[Verdict]], rate: float, nurses: float, missed: float
) -> None:
    """The floors stand just under what was measured on 2026-11-23; no line of the set was looked at for mending."""
    assert share(REACHES_NURSES.share(unseen[rate])) >= nurses
    assert share(MISSED.share(unseen[rate])) <= missed


@pytest.mark.slow
def test_unseen_emergencies_answers_and_opt_outs(unseen: dict[float, list[Verdict]]) -> None:
    clean = unseen[0.0]
    assert share(GRAVE.share(clean)) == 100
    assert share(EVERYDAY.share(clean)) >= 90
    assert share(OPT_OUT.share(clean)) >= 98
    assert NO_OPT_OUT.share(clean).hits <= 1


@pytest.mark.slow
def test_all_unseen_text_reaches_the_nurses_with_few_alarms(unseen: dict[float, list[Verdict]]) -> None:
    """H01: five sets, each written by somebody who had read no list, or before the lists were widened."""
    verdicts = unseen[0.0] + [
        Verdict(row, read(row.text, row.lang, row.channel, expected=OFFERED), 0.0)
        for name in ("sealed2", "sealed3", "sealed4", "sealed5")
        for row in rows((CORPUS / "unseen" / f"{name}.tsv").read_text(encoding="utf-8").splitlines())
    ]
    assert share(REACHES_NURSES.share(verdicts)) >= 97
    assert share(ALARMS.share(verdicts)) <= 2
    assert MISSED.share(verdicts).hits <= 2


def test_what_is_misheard_is_the_same_every_time_and_made_of_real_words() -> None:
    heard = misheard("Dizzy since the lisinopril!", 1, 1, "en")
    assert heard == misheard("Dizzy since the lisinopril!", 1, 1, "en")
    assert "lisinopril" not in heard, "no recogniser knows it"
    assert len(heard.split()) > 4
    assert misheard("Dizzy since the lisinopril!", 0, 1, "en") == "dizzy since the lisinopril"


@pytest.mark.prove
@pytest.mark.parametrize("rate", [0.12, 0.3])
def test_misheard_health_text_is_answered_by_no_machine(rate: float) -> None:
    """H01, H05: 2,313 spoken lines of the sealed sets; at most one in two hundred is answered; nearly all reach people
    even when a third of the words is wrong. Fewer than of typed ones are told to be clinical."""
    verdicts = [
        Verdict(row, read(misheard(row.text, rate, 1, row.lang), row.lang, "voice", expected=OFFERED), 0.0)
        for name in ("held_out", "sealed2", "sealed3", "sealed4")
        for row in rows((CORPUS / "unseen" / f"{name}.tsv").read_text(encoding="utf-8").splitlines())
    ]
    assert share(MISSED.share(verdicts)) <= 0.5
    assert share(REACHES_NURSES.share(verdicts)) >= {0.12: 82, 0.3: 68}[rate]


@pytest.mark.slow
def test_the_rarer_ways_to_say_things_nobody_tuned_to() -> None:
    """H01, H03: the fourth sealed set holds what the others do not; the floors stand just under the first figures."""
    table = rows((CORPUS / "unseen" / "sealed4.tsv").read_text(encoding="utf-8").splitlines())
    verdicts = [Verdict(row, read(row.text, row.lang, row.channel, expected=OFFERED), 0.0) for row in table]
    assert share(REACHES_NURSES.share(verdicts)) >= 95.5
    assert MISSED.share(verdicts).hits <= 1
    assert share(GRAVE.share(verdicts)) >= 96
    assert share(ALARMS.share(verdicts)) <= 2.6  # of this set alone; of all unread text below the goal of 2, as above
    assert share(EVERYDAY.share(verdicts)) >= 63
    assert share(OPT_OUT.share(verdicts)) >= 94
    assert NO_OPT_OUT.share(verdicts).hits <= 2


def _without_apostrophes(text: str) -> str:
    return text.replace("'", "").replace("’", "")


def _stretched(text: str) -> str:
    return " ".join(
        word[:-1] + word[-1] * 4 if word[-1:].isalpha() and len(word) > 3 else word for word in text.split()
    )


def _lookalikes(text: str) -> str:
    return text.translate(str.maketrans("aeopc", "аеорс"))


def _between_pictures(text: str) -> str:
    return "🙂".join(text.split(" "))


DISGUISES: tuple[Callable[[str], str], ...] = (
    str.upper, _without_apostrophes, _stretched, _lookalikes, _between_pictures,
)  # fmt: skip


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda disguise: disguise.__name__.strip("_"))
def test_health_in_disguise_reaches_a_nurse(disguise: Callable[[str], str]) -> None:
    texts = [line.text for line in lines("clinical")[::3] if line.meaning != "help"]
    lanes = {text: read(disguise(text), None, expected=OFFERED).lane for text in texts}
    assert [text for text, lane in lanes.items() if lane == "routine"] == []
    assert list(lanes.values()).count("clinical") >= 0.97 * len(lanes), [
        t for t, lane in lanes.items() if lane != "clinical"
    ]


@pytest.mark.slow
def test_damaged_health_text_is_answered_by_no_machine() -> None:
    """Five hundred lines with half of their words damaged, twice: at most 0.5 % end routine."""
    texts = [damaged(line.text, 0.5, seed) for seed in (1, 2) for line in lines("clinical")[:500:2]]
    answered = [text for text in texts if read(text, None, expected=OFFERED).lane == "routine"]
    assert len(answered) <= 0.005 * len(texts), answered


def _said(value: object) -> Iterator[str]:
    """Every text we may send, out of a dialog's TOML."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _said(each)
    elif isinstance(value, list):
        for each in value:
            yield from _said(each)
    elif isinstance(value, str) and " " in value:
        yield value


def test_no_text_of_ours_escalates_when_it_is_quoted_back() -> None:
    ours = [text for file in sorted(DIALOGS.glob("*.toml")) for text in _said(tomllib.loads(file.read_text("utf-8")))]
    assert len(ours) > 40
    for text in ours:
        for reaction in ("Liked “{}”", 'Emphasized "{}"', "Le gustó “{}”", "Reacted 🙏 to “{}”"):
            reading = read(reaction.format(text), None, expected=OFFERED)
            assert reading.lane == "unsure", (reaction, text, reading.mentions)
