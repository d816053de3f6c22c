"""What does reading a message cost, beside the two cheapest things that could be called reading?

Floors in the same run, over the same messages and the lexicon's own one-word terms: a look-up of every word in a set,
and rapidfuzz's `extractOne` of the whole message. Neither finds what a patient means; they say what speed is possible.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click

from tests.benchmarks.figures import machine, percentile

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
DIGITS = ("1", "2", "0", "1.", "yes", "si", "ok", "1 please", "YES!", "no thanks")
ROUNDS = 5


@click.command()
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Where to write the figures.")
def main(json_path: Path | None) -> None:
    """Measure classifier.read in microseconds of this process's own time per message."""
    found: dict[str, Any] = {"machine": machine()}
    before = _memory()
    began = time.process_time()
    from escalation_desk import classifier
    from escalation_desk.lexicon import current

    classifier.read("warm", None)
    found["load_seconds"] = round(time.process_time() - began, 2)
    found["load_megabytes"] = round(_memory() - before, 1)

    from rapidfuzz import process

    terms = current().terms
    exact = frozenset(terms)
    messages = _messages()
    readers: dict[str, Callable[[str], object]] = {
        "classifier.read": lambda text: classifier.read(text, None, expected=("1", "2", "0")),
        "floor: extractOne": lambda text: process.extractOne(text, terms),
        "floor: exact words": lambda text: exact.isdisjoint(text.casefold().split()),
    }
    rounds = [{name: _microseconds(reader, messages) for name, reader in readers.items()} for _ in range(ROUNDS)]
    found |= {
        "messages": len(messages),
        "terms": len(terms),
        "first_reading_us": _summary(rounds[0]["classifier.read"]),
    }
    found |= {name: _summary([each for one in rounds[1:] for each in one[name]]) for name in readers}
    _show(found)
    if json_path:
        json_path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _messages() -> list[str]:
    """Everyday and clinical texts of the tests' own corpus, and the digits that most answers are."""
    lists = [path.read_text(encoding="utf-8").splitlines() for path in sorted(CORPUS.glob("*.tsv"))]
    written = [line.split("\t")[-1] for lines in lists for line in lines[2:] if line]
    return [*written, *DIGITS]


def _microseconds(reader: Callable[[str], object], messages: Sequence[str]) -> list[float]:
    gc.collect()
    taken = []
    for text in messages:
        began = time.perf_counter_ns()
        reader(text)
        taken.append((time.perf_counter_ns() - began) / 1000)
    return taken


def _summary(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(median(values), 1),
        "mean": round(sum(values) / len(values), 1),
        "p99": round(percentile(values, 0.99), 1),
        "most": round(max(values), 1),
    }


def _memory() -> float:
    """The most memory this process has held so far, in megabytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _show(found: dict[str, Any]) -> None:
    click.echo(f"loading: {found['load_seconds']} s, {found['load_megabytes']} MB")
    click.echo(f"{found['messages']} messages, {found['terms']} one-word terms; microseconds a message:")
    for name in ("first_reading_us", "classifier.read", "floor: extractOne", "floor: exact words"):
        click.echo(f"  {name:<20} " + "  ".join(f"{key} {value:>9}" for key, value in found[name].items()))


if __name__ == "__main__":
    main()
