"""Starting a process: settings, keys, database, doorbell and logs, in that order."""

import app.tables  # noqa: F401  (every process knows every table)
from app import db, log, queue, sealing, settings, spool
from app.settings import Settings


def start(given: Settings | None = None, *, pool_size: int = 10) -> Settings:
    """Make this process ready to work. Raises SettingsError, SealingError or NoSpool with a sentence."""
    current = given or settings.current()
    settings.use(current)
    log.start()
    sealing.start(current.data_keys.get_secret_value(), current.index_key.get_secret_value())
    db.start(current.database_url, pool_size=pool_size)
    queue.start(current.redis_url)
    if current.spool_dir is not None:
        spool.prepare(current.spool_dir)
    return current
