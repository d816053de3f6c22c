"""`handrail import`: take appointments or encounters in from a CSV file, all of it or nothing; `handrail changes`: give
back what has become of visits here."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.files.intake import Looked
    from app.files.records import Record

MOST_SHOWN = 50


@click.command("import")
@click.argument("kind", type=click.Choice(["appointments", "encounters"]))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="Who answers for it: a sign-in of the front desk or a manager.")
@click.option("--check", "only_check", is_flag=True, help="Look at every row and change nothing.")
@click.option(
    "--welcome",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Patients who are new here have agreed to texts: welcome N of them a day. Without it nobody is.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write what is wrong by row here.")
def import_file(
    kind: str, file: Path, username: str, only_check: bool, welcome: int | None, report: Path | None
) -> None:
    """Take in FILE, which holds one KIND of rows; nothing if a row is wrong. The same file again changes nothing."""
    from app import starting
    from app.files import intake
    from app.files.table import NotATable

    starting.start()
    staff_id = _staff(username)
    try:
        looked = intake.look(kind, file)
    except NotATable as fault:
        raise click.ClickException(f"{fault} Nothing was taken in.") from fault
    for note in looked.notes:
        click.echo(note)
    _say(looked.faults, report)
    if looked.faults:
        rows = len({number for number, _ in looked.faults})
        click.echo(f"{rows} row{'s are' if rows > 1 else ' is'} to be mended first; nothing was taken in.")
        sys.exit(1)
    if only_check:
        click.echo(f"{len(looked.records)} rows, nothing wrong. Nothing was changed.")
        return
    _take(looked, staff_id, report, welcome)


@click.command("changes")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--by", "username", required=True, help="Who answers for it: a sign-in of the front desk or a manager.")
def changes_file(file: Path, username: str) -> None:
    """Write into FILE, a CSV for your own system, each visit that was booked, moved or cancelled here and is not in it
    yet. Run it as often as you like: what stands in FILE is not written again. It holds names; keep it safe."""
    from app import db, durable, people, starting
    from app.files import changes
    from app.files.table import NotATable

    starting.start()
    staff_id = _staff(username)
    try:
        with db.transaction("changes.write") as session:
            patients, whole = changes.new(session, file)
            people.looked_at_list(session, staff_id, patients)  # stands before anybody can look
        durable.write(file, whole)
    except (NotATable, OSError) as fault:
        raise click.ClickException(f"{fault} Nothing was written.") from fault
    click.echo(f"{len(patients)} new in {file}.")


def _take(looked: "Looked", staff_id: int, report: Path | None, welcome: int | None) -> None:
    from app import db
    from app.files import intake

    def ticking(records: Iterable[tuple[int, "Record"]]) -> Iterable[tuple[int, "Record"]]:
        with click.progressbar(list(records), label="Rows", file=sys.stderr) as shown:
            yield from shown

    try:
        taken = intake.take(looked, staff_id, ticking, welcome)
    except db.DATABASE_AWAY as error:
        raise click.ClickException("The database was away. Run it again: it goes on where it was.") from error
    _say(taken.told, report)
    left = f", {taken.left} left as it stands here: see above" if taken.left else ""
    click.echo(f"{taken.new} new, {taken.changed} changed, {taken.same} as they were{left}.")


def _say(rows: Sequence[tuple[int, str]], report: Path | None) -> None:
    """By row, to the terminal and into the report; neither holds a name."""
    for number, sentence in rows[:MOST_SHOWN]:
        click.echo(f"Row {number}: {sentence}")
    if len(rows) > MOST_SHOWN:
        click.echo(f"… and {len(rows) - MOST_SHOWN} more{'' if report else ': --report FILE writes them all'}.")
    if report is not None and rows:
        report.write_text("".join(f"Row {number}: {sentence}\n" for number, sentence in rows), encoding="utf-8")


def _staff(username: str) -> int:
    from sqlalchemy import select

    from app import db
    from app.models.staff import Staff

    with db.reading("cli.import_by") as session:
        found = session.scalars(select(Staff).where(Staff.username == username, Staff.disabled_at.is_(None))).first()
    if found is None or found.role not in ("front_desk", "manager"):
        raise click.ClickException(f"“{username}” is no sign-in of the front desk or a manager.")
    return found.id
