"""Loading a backup into an empty place. Nobody ever finds it without its hold: nothing in it goes by itself (H64)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import make_url

from app import anchors, clock, db, durable, schema, spool, timeline
from app.anchors import Flaw
from app.models.outbox import Outbound
from app.models.records import Restoration
from app.models.staff import SignIn
from app.settings import Settings
from app.upkeep import backups, dumps, restorations, vault
from app.upkeep.backups import About, BackupRefused
from escalation_desk import items

PRACTICE = "practice"


@dataclass(frozen=True)
class Restored:
    """What was loaded. `waited`: texts that were waiting or on their way in it. `lost`: entries that are known to have
    been written after it; None when no anchors were there to tell."""

    backed_up_at: datetime
    waited: int
    lost: int | None
    flaws: list[Flaw]


def restore(settings: Settings, path: Path) -> Restored:
    """Load the backup at `path`. The database comes last and at once, with its hold: whatever ends this before leaves
    an empty place, and it can be begun again. Raises BackupRefused, NoSpool, VaultBroken, DumpFailed."""
    key = backups.key_of(settings)
    if missing := {backups.ABOUT, backups.ANCHORS, backups.DATABASE} - set(backups.names(path, key)):
        raise BackupRefused(f"{path} is not a whole backup: it holds no {' and no '.join(sorted(missing))}.")
    about = backups.about(path, key)
    _expect_fit(settings, about)
    if settings.spool_dir is not None:
        spool.prove(settings.spool_dir)
    for name, data in vault.read(path, key):
        if name == backups.ANCHORS:
            _put_anchors(settings.anchor_dir, data)
        elif name.startswith(backups.SPOOL) and settings.spool_dir is not None:
            spool.put_back(settings.spool_dir, name.removeprefix(backups.SPOOL), b"".join(data))
        elif name == backups.DATABASE:
            dumps.load(settings.database_url, data, hold(settings.database_url, about.at))
    db.start(settings.database_url, pool_size=2)
    schema.migrate()
    return _look_at(settings, about)


def hold(url: str, backed_up_at: datetime) -> list[str]:
    """Statements that belong to the loading: what waited in the backup may have left since, so it waits no more."""
    now = clock.now()
    waited = update(Outbound).where(Outbound.state.in_(("pending", "sending")))
    statements = [
        waited.values(state="unknown", reason=restorations.REASON, lease_until=None, claimed_at=None),
        update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=now),
        insert(Restoration).inline().values(backed_up_at=backed_up_at, restored_at=now),
    ]
    dialect = make_url(url).get_dialect()()
    return [str(each.compile(dialect=dialect, compile_kwargs={"literal_binds": True})) for each in statements]


def _expect_fit(settings: Settings, about: About) -> None:
    here = dumps.kind(settings.database_url)
    if about.database != here:
        raise BackupRefused(f"It is a backup of {about.database}, and DATABASE_URL names {here}. Give the same kind.")
    if about.revision > schema.head():
        raise BackupRefused(
            f"It stands at revision {about.revision}, this Handrail knows {schema.head()}. Install the newer one first."
        )
    if not dumps.is_empty(settings.database_url):
        raise BackupRefused(
            "There is something where DATABASE_URL points. Stop every process, move the old file away (with its -wal "
            "and -shm) or name an empty database, and begin again. Nothing was changed."
        )


def _put_anchors(directory: Path, data: Iterator[bytes]) -> None:
    """Those of the backup; the newer ones are kept beside it, since they tell what was lost."""
    directory.mkdir(parents=True, exist_ok=True)
    unfinished, there = directory / f"{anchors.FILE}.part", directory / anchors.FILE
    with unfinished.open("wb") as file:
        file.writelines(data)
        file.flush()
        os.fsync(file.fileno())
    if there.exists():
        there.rename(_aside(directory))
    unfinished.rename(there)
    durable.sync(directory)


def _aside(directory: Path) -> Path:
    name = f"anchors-until-{clock.now():%Y%m%dT%H%M%SZ}"
    taken = len(list(directory.glob(f"{name}*.jsonl")))
    return directory / (f"{name}.jsonl" if not taken else f"{name}-{taken + 1}.jsonl")


def _look_at(settings: Settings, about: About) -> Restored:
    with db.transaction("restoring.note") as session:
        held = select(func.count()).select_from(Outbound).where(
            Outbound.state == "unknown", Outbound.reason == restorations.REASON
        )  # fmt: skip
        waited = session.scalar(held) or 0
        timeline.append(session, PRACTICE, "restored", "agent", backed_up_at=about.made_at, waited=waited)
        which = max(each.id for each in restorations.standing(session))
        items.raise_task(session, f"restored_record:{which}", "restored_not_compared", None)
    with db.reading("restoring.proof") as session:
        flaws = list(anchors.verify(session, settings.anchor_dir))
        lost = anchors.missing_since(session, settings.anchor_dir.glob("anchors-until-*.jsonl"))
    return Restored(about.at, waited, lost, flaws)
