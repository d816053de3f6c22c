"""Starting a process: settings, keys, database, doorbell and logs, in that order; and for a door the spool."""

import app.tables  # noqa: F401  (every process knows every table)
from app import db, log, queue, sealing, settings, spool
from app.settings import Settings


def start(given: Settings | None = None, *, pool_size: int = 10) -> Settings:
    """Make this process ready to work. Raises SettingsError or SealingError with a sentence."""
    current = given or settings.current()
    settings.use(current)
    log.start()
    sealing.start(current.data_keys.get_secret_value(), current.index_key.get_secret_value())
    db.start(current.database_url, pool_size=pool_size)
    queue.start(current.redis_url)
    return current


def start_door(given: Settings | None = None) -> Settings:
    """The same for a process that takes words in, which must have where to keep them while the database is away. The
    others have duties that need no spool, the more so while its disk is full (decision 0037). Raises NoSpool, too."""
    current = start(given)
    if current.spool_dir is not None:
        spool.prepare(current.spool_dir)
    return current
