"""`handrail lexicon`: what proposed word lists would do, before anybody puts them in force."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from sqlalchemy import select

from app import db, starting, timeline
from app.cli.lists_report import Stands, collisions, differences, under_typos
from app.inbound import readings
from app.library import activation, word_lists
from app.library.word_lists import NotSound, Proved
from app.models.conversations import Exchange
from app.sealing import gaps_shown
from escalation_desk.lexicon import Lexicon, LexiconFault

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
MOST_NAMED = 50


@click.group()
def lexicon() -> None:
    """The word lists: check them, compare them with those in force, try them on all stored texts."""


@lexicon.command("check")
@click.argument("folder", type=FOLDER, required=False)
@click.option("--practice", is_flag=True, help="Look at the names of this practice's providers, too.")
@click.option("--typos", is_flag=True, help="Say each clinical entry with typos, rare names aside; it takes a minute.")
@click.option("--worst", default=20, show_default=True, help="With --typos: how many of the weakest entries to name.")
def check(folder: Path | None, practice: bool, typos: bool, worst: int) -> None:
    """Prove the lists in FOLDER (the checkout's): exit 1 if they may not serve. Collisions and typos are a report."""
    proved = _proved(folder)
    lists = proved.lexicon
    click.echo(f"Lists {lists.version}: {len(lists.entries)} entries can be read, and the golden set is read rightly.")
    names: list[str] = []
    if practice:
        starting.start()
        with db.reading("lexicon.names") as session:
            names = readings.names(session)
    met = list(collisions(lists, names))
    click.echo(f"Everyday words that would go to a nurse: {len(met)}.")
    for line in met:
        click.echo(f"  {line}")
    if typos:
        told = [entry for entry in lists.entries if entry.is_clinical and not entry.rare]
        _report(list(under_typos(lists, told)), worst)


@lexicon.command("diff")
@click.argument("folder", type=FOLDER, required=False)
def diff(folder: Path | None) -> None:
    """What the lists in FOLDER (the checkout's) add to those in force (+), take from them (-), or change (~)."""
    proved = _proved(folder)
    starting.start()
    before = word_lists.activated_last()
    lines = list(differences(proved.lexicon, before))
    click.echo(f"Lists {proved.lexicon.version}; in force: {before.version}. {len(lines)} entries differ.")
    for line in lines:
        click.echo(line)


@lexicon.command("replay")
@click.argument("folder", type=FOLDER, required=False)
@click.option(
    "--words", is_flag=True, help="Show what patients wrote; only on a terminal, and it stands in the record."
)
def replay(folder: Path | None, words: bool) -> None:
    """Read every stored text again under the lists in FOLDER (the checkout's): exit 1 if a nurse would lose one."""
    if words and not sys.stdout.isatty():
        raise click.UsageError("--words is for a terminal: what patients wrote must not lie in files or logs.")
    proved = _proved(folder)
    starting.start()
    found, before = activation.compare(proved)
    click.echo(f"{found.read} stored texts under lists {proved.lexicon.version}; in force: {before}.")
    blocks = " This holds back their activation." if found.lost else ""
    for what, ids in (
        ("Newly caught, for the nurses:", found.caught),
        (f"Newly lost, for the nurses:{blocks}", found.lost),
        ("Moved between a person and the dialogs:", found.moved),
        ("Clinical when they came, and by neither lists now:", found.drifted),
        ("Cannot be unsealed, so nobody knows:", found.unreadable),
    ):
        click.echo(f"{what} {len(ids)}{_named(ids)}")
    if words:
        _show([*found.caught, *found.lost, *found.moved, *found.drifted])
    sys.exit(1 if found.lost else 0)


def _proved(folder: Path | None) -> Proved:
    try:
        texts = word_lists.proposal(folder)
        Lexicon.from_texts(texts)  # `prove` takes those of the checkout as read, and here they may have been edited
        return word_lists.prove(texts)
    except (NotSound, LexiconFault) as refused:
        click.echo(str(refused))
        click.echo("These lists may not serve.")
        sys.exit(1)


def _named(ids: Sequence[int]) -> str:
    if not ids:
        return ""
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return f" (exchange {', '.join(map(str, ids[:MOST_NAMED]))}{more})"


def _show(ids: Sequence[int]) -> None:
    """What these patients wrote; that it was shown at a terminal stands in the record first (P10)."""
    with db.transaction("lexicon.show") as session:
        timeline.append(session, activation.STREAM, "words_shown", "agent", ids=list(ids))
    with gaps_shown(), db.reading("lexicon.words") as session:
        for start in range(0, len(ids), MOST_NAMED):
            some = select(Exchange.id, Exchange.body).where(Exchange.id.in_(ids[start : start + MOST_NAMED]))
            for row in session.execute(some.order_by(Exchange.id)):
                click.echo(f"  {row.id}: {str(row.body).encode('utf-8', 'backslashreplace').decode()}")


def _report(every: Sequence[Stands], worst: int) -> None:
    """All together, by list and group, and the entries that stand least: those that nobody would read first."""
    click.echo(f"Said with one typo: {_standing(every)}.")
    groups: dict[str, list[Stands]] = {}
    for each in every:
        groups.setdefault(f"{each.entry.file}: {each.entry.group}", []).append(each)
    for group, some in sorted(groups.items()):
        click.echo(f"  {group}: {_standing(some)}")
    for each in sorted(every, key=_weakness)[:worst]:
        click.echo(f"  weak: “{each.entry.line.written}” ({each.entry.file}: {each.entry.group}): {_standing([each])}")


def _weakness(each: Stands) -> tuple[float, float, str]:
    of = each.nurses.of
    return -each.nobody.hits / of, each.nurses.hits / of, each.entry.line.written


_FIGURES: tuple[Callable[[Stands], int], ...] = (
    lambda each: each.nurses.hits, lambda each: each.nobody.hits, lambda each: each.nurses.of,
)  # fmt: skip


def _standing(some: Sequence[Stands]) -> str:
    """`93.7 % still reach the nurses (15 of 16), 1 no person`."""
    nurses, nobody, of = (sum(map(figure, some)) for figure in _FIGURES)
    return f"{100 * nurses / of:.1f} % still reach the nurses ({nurses} of {of}), {nobody} no person"
