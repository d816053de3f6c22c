"""`handrail reseal`: the second half of changing DATA_KEYS, while everything runs."""

import sys
from pathlib import Path

import click


@click.command()
def reseal() -> None:
    """Seal with the first of DATA_KEYS what older keys sealed, and say when those can go. Safe to repeat."""
    from app import sealing, starting
    from app.upkeep import resealing

    current = starting.start(pool_size=2)
    keys = list(sealing.keyring().data_keys)
    click.echo(f"{keys[0]} seals. {resealing.seal_all_anew():,} values were sealed anew.")
    found = resealing.by_key()
    old = {key: found[key] for key in keys[1:] if found[key]}
    faults = [_still(key, count, keys[0]) for key, count in old.items()]
    if found[resealing.STRANGE]:
        faults.append(_strange(found[resealing.STRANGE]))
    if current.spool_dir is not None:
        faults += _spooled(current.spool_dir)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo(_may_go(keys))


def _still(key: str, count: int, newest: str) -> str:
    return (
        f"{count:,} values are still sealed with {key}: somebody had them in hand, a process seals with it still, or "
        f"they were changed and open no more. Restart every process with {newest} in front of DATA_KEYS and run this "
        f"again; keep {key}."
    )


def _strange(count: int) -> str:
    return (
        f"{count:,} values open with none of DATA_KEYS. If you still have the key they were sealed with, put it back; "
        "`handrail verify-log` names those that stand in the record."
    )


def _spooled(directory: Path) -> list[str]:
    from app import spool

    heap = spool.heap(directory)
    files = heap.files + heap.set_aside
    waits = (
        f"{files:,} texts lie in SPOOL_DIR, sealed with the key of their day. Run this again once they are taken in."
    )
    return [waits] if files else []


def _may_go(keys: list[str]) -> str:
    if len(keys) == 1:
        return f"Everything is sealed with {keys[0]}."
    others = " and ".join(keys[1:])
    return (
        f"Nothing is sealed with {others} any more. Once every process runs with {keys[0]} in front, take {others} out "
        "of DATA_KEYS and restart; backups made until now need it for as long as you keep them."
    )
