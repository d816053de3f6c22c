"""`handrail eval FILE.tsv`: how well labelled messages are read, in shares with their bounds, and the worst of it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import click

from app.cli.curve import Point as CurvePoint
from app.cli.curve import Scored, drawn, points
from app.cli.mishearing import misheard
from app.cli.noise import damaged
from escalation_desk.evaluation import (
    GROUPS,
    MEASURES,
    BadTable,
    Row,
    Share,
    Verdict,
    grouped,
    rows,
    worst,
)


@click.command("eval")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--typos", type=click.FloatRange(0, 1), default=0.0, help="Damage this share of the words first.")
@click.option("--speech", type=click.FloatRange(0, 1), default=0.0, help="Mishear this share of the words first.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another damage.")
@click.option("--expected", default="1,2,0", show_default=True, help="Words the patients were offered, with commas.")
@click.option("--worst", "shown", default=20, show_default=True, help="How many misread messages to show.")
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Write misses against false alarms (SVG)."
)
def evaluate(file: Path, typos: float, speech: float, seed: int, expected: str, shown: int, plot: Path | None) -> None:
    """Count how well FILE is read (columns id, lang, channel, label, subtype, text, source).

    The lists are the checkout's, which need not be those in force: `handrail lexicon diff` says how they differ.
    """
    table = [_noisy(row, typos, speech, seed) for row in _table(file)]
    offered = tuple(word.strip() for word in expected.split(",") if word.strip())
    verdicts = _verdicts(table, offered)
    damage = f", {typos:.0%} of the words damaged (seed {seed})" if typos else ""
    damage += f", {speech:.0%} of the words misheard (seed {seed})" if speech else ""
    click.echo(f"{file.name}: {len(table)} messages{damage} · lexicon {verdicts[0].reading.lexicon}\n")
    click.echo(_figures(verdicts))
    for by in GROUPS:
        click.echo(_table_by(verdicts, by))
    click.echo(_times(verdicts))
    for verdict in worst(verdicts)[:shown]:
        click.echo(_explained(verdict))
    if plot is not None:
        plot.write_text(_plot(verdicts, f"{file.name}{damage}"), encoding="utf-8")
        click.echo(f"The curve is in {plot}.")


def _table(file: Path) -> list[Row]:
    try:
        return rows(file.read_text(encoding="utf-8").splitlines())
    except (BadTable, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} cannot be measured: {error}") from error


def _noisy(row: Row, typos: float, speech: float, seed: int) -> Row:
    """As it would come through hasty thumbs or a telephone."""
    text = damaged(row.text, typos, seed)
    return replace(row, text=misheard(text, speech, seed, row.lang) if speech else text)


def _verdicts(table: Sequence[Row], offered: Sequence[str]) -> list[Verdict]:
    from escalation_desk.classifier import read, warm

    warm()
    found = []
    for row in table:
        began = time.perf_counter_ns()
        reading = read(row.text, row.lang, row.channel, expected=offered)
        found.append(Verdict(row, reading, (time.perf_counter_ns() - began) / 1000))
    return found


def _figures(verdicts: Sequence[Verdict]) -> str:
    lines = [f"  {measure.name:<46}{_share(measure.share(verdicts))}" for measure in MEASURES]
    return "\n".join(lines) + "\n"


def _share(share: Share) -> str:
    if not share.of:
        return "  none such"
    return (
        f"{100 * share.hits / share.of:7.2f} %  ({share.hits} of {share.of};"
        f" {100 * share.low:.2f} to {100 * share.high:.2f} %)"
    )


_SHORT = "nurses", "person", "missed", "grave", "alarm", "routine", "everyday", "opt-out", "no opt-out"


def _table_by(verdicts: Sequence[Verdict], by: str) -> str:
    """A line for each group: how many messages, and each measure in percent with its 95 % bounds."""
    lines = [f"by {by:<22}{'texts':>6}" + "".join(f"{name:>16}" for name in _SHORT)]
    for value, some in grouped(verdicts, by):
        shares = "".join(f"{_short(measure.share(some)):>16}" for measure in MEASURES)
        lines.append(f"  {value[:22]:<23}{len(some):>6}{shares}")
    return "\n".join(lines) + "\n"


def _short(share: Share) -> str:
    if not share.of:
        return "-"
    return f"{100 * share.hits / share.of:.1f} ({100 * share.low:.0f}-{100 * share.high:.0f})"


def _times(verdicts: Sequence[Verdict]) -> str:
    taken = sorted(verdict.microseconds for verdict in verdicts)
    slowest = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    return f"time a message: median {median(taken):.0f} µs, p99 {slowest:.0f} µs, most {taken[-1]:.0f} µs\n"


def _explained(verdict: Verdict) -> str:
    row, reading = verdict.row, verdict.reading
    seen = "; ".join(f"“{mention.text}” as “{mention.term}” ({mention.kind})" for mention in reading.mentions)
    return f"  {row.id} {row.label}/{row.subtype} read {reading.lane}, {reading.intent}: {row.text!r}" + (
        f" · {seen}" if seen else ""
    )


def _plot(verdicts: Sequence[Verdict], title: str) -> str:
    """The curve over likeness: of what the reader took for mentions, and of any word at all."""
    from escalation_desk.classifier import nearest_to_clinical
    from escalation_desk.folding import fold
    from escalation_desk.lexicon import current

    scored = []
    for verdict in verdicts:
        guarded = max((mention.score for mention in verdict.reading.mentions if mention.term), default=0.0)
        nearest = nearest_to_clinical(fold(verdict.row.text), verdict.row.text, current())
        scored.append(Scored(verdict, guarded, nearest.score if nearest else 0.0))
    guard, plain = points(scored, guarded=True), points(scored, guarded=False)
    here = CurvePoint(0, _complement(MEASURES[0].share(verdicts)), MEASURES[4].share(verdicts))
    curves = [("our guards, likeness moved", "#1f6f43", guard), ("every word counts", "#b03030", plain)]
    return drawn(curves, here, title)


def _complement(share: Share) -> Share:
    return Share(share.of - share.hits, share.of)
