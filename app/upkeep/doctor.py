"""The doctor: looks over an installation and says in sentences what is well, what is not, and what to do about it.

It changes nothing, sends nothing, and says nothing of a patient and no secret.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from app import anchors, clock, db, log, queue, schema, sealing
from app import settings as all_settings
from app import spool as spools
from app.environment import SettingsError
from app.library import versions, word_lists
from app.models.outbox import Outbound
from app.models.practice import GoAhead
from app.settings import Settings
from app.upkeep import disks, reach, resealing, restorations
from app.upkeep.verdicts import Line, bad, look, ok
from app.watchers import findings, heartbeats
from escalation_desk.models import DeskItem

AUDITED_WITHIN = timedelta(minutes=2)


def examine() -> Iterator[Line]:
    """Every line of the report. What cannot be looked at is bad, and keeps nothing else from being looked at."""
    try:
        current = all_settings.current()
        sealing.start(current.data_keys.get_secret_value(), current.index_key.get_secret_value())
    except (SettingsError, sealing.SealingError) as fault:
        yield from (bad(f"Settings: {sentence}") for sentence in str(fault).splitlines())
        return
    log.start()
    db.start(current.database_url, pool_size=2)
    queue.start(current.redis_url)
    yield ok(f"Settings: they are whole, for {'real patients' if current.live else 'the demo'}.")
    yield from _run("Database", _database, current)
    for name, examination in EXAMINATIONS:
        yield from _run(name, examination, current)


def _run(name: str, examination: "Examination", current: Settings) -> Iterator[Line]:
    try:
        yield from examination(current)
    except db.DATABASE_AWAY:
        yield bad(f"{name}: not looked at, since the database cannot be reached.")
    except Exception as error:  # noqa: BLE001  (whatever it is, the rest is looked at all the same)
        yield bad(f"{name}: it could not be looked at ({log.error_name(error)}). Please send us this line.")


def _database(current: Settings) -> Iterator[Line]:
    where = _place(current.database_url)
    try:
        stands, newest = schema.current(), schema.head()
    except db.DATABASE_AWAY:
        yield bad(f"Database: {where} cannot be reached. Look at DATABASE_URL and whether its server runs.")
        return
    if stands == newest:
        yield ok(f"Database: {where} answers, at revision {stands}.")
    elif stands is None:
        yield bad(f"Database: {where} is empty. Run `handrail migrate`, then `handrail activate`.")
    elif stands < newest:
        yield bad(
            f"Database: {where} stands at revision {stands}, this Handrail needs {newest}. Run `handrail migrate`."
        )
    else:
        yield bad(
            f"Database: {where} stands at revision {stands}, this Handrail knows {newest}. Install the newer one."
        )


def _place(url: str) -> str:
    """Which database, without user and password."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        return f"SQLite in {parts.database}"
    return f"PostgreSQL “{parts.database}” at {parts.host or 'this machine'}"


def _keys(_current: Settings) -> Iterator[Line]:
    first, *others = sealing.keyring().data_keys
    if shut := resealing.shut_places():
        yield bad(
            f"Keys: DATA_KEYS does not open what stands in {', '.join(shut)}. Put the key it was sealed with back."
        )
    elif not resealing.index_fits():
        yield bad("Keys: INDEX_KEY is not the one this database was filled with. Put that one back.")
    else:
        opens = f"; {' and '.join(others)} still open{'s' if len(others) == 1 else ''}" if others else ""
        yield ok(f"Keys: {first} seals{opens}.")


def _redis(_current: Settings) -> Iterator[Line]:
    if queue.answers():
        yield ok("Redis: it answers.")
    else:
        yield bad("Redis: it does not answer. Nothing is lost, but texts leave seconds later. Look at REDIS_URL.")


def _spool(current: Settings) -> Iterator[Line]:
    if current.spool_dir is None:
        yield bad("Spool: SPOOL_DIR is not set, so texts are refused while the database is away. Set it.")
        return
    try:
        spools.prove(current.spool_dir)
    except spools.NoSpool as fault:
        yield bad(f"Spool: {fault} Texts that come while the database is away would be refused. Mend its rights.")
        return
    heap = spools.heap(current.spool_dir)
    if heap.set_aside:
        yield bad(f"Spool: {heap.set_aside} texts cannot be opened. Is a key missing from DATA_KEYS? Keep the files.")
    if heap.oldest is not None:
        age = _for(clock.now() - heap.oldest)
        verdict = bad if findings.spool_waits(current.spool_dir) else look
        yield verdict(
            f"Spool: {heap.files} texts wait ({heap.size} bytes), the oldest {age}. The ticker takes them in."
        )
    elif not heap.set_aside:
        yield ok("Spool: it can be written to and is empty.")
    yield from _disk(current.spool_dir)


def _disk(directory: Path) -> Iterator[Line]:
    if (free := disks.free(directory)) < disks.LEAST_FREE:
        yield bad(f"Disk: only {free // 2**20} MiB are free at {directory}. Make room, or words will be refused.")


def _anchors(current: Settings) -> Iterator[Line]:
    directory = current.anchor_dir
    if why := anchors.unwritable(directory):
        yield bad(f"Anchors: ANCHOR_DIR {directory} cannot be written to. {why}. Mend or change it.")
        return
    last = anchors.last_written(directory)
    if last is None:
        yield look("Anchors: none was written yet. The ticker writes the first within the hour.")
    elif disks.anchors_late(directory):
        yield bad(f"Anchors: the last was written {_for(clock.now() - last)} ago. Does the ticker see ANCHOR_DIR?")
    else:
        yield ok("Anchors: the record is anchored hourly.")


def _watchers(_current: Settings) -> Iterator[Line]:
    with db.reading("doctor.watchers") as session:
        sweeper = heartbeats.silent_for(session, heartbeats.SWEEPER)
        auditor = heartbeats.silent_for(session, "auditor")
        found = session.scalar(select(func.count()).select_from(DeskItem).where(
            DeskItem.key.startswith("audit:"), DeskItem.state != "closed")) or 0  # fmt: skip
    for name, silent, most in (("sweeper", sweeper, findings.SLACK), ("auditor", auditor, AUDITED_WITHIN)):
        if silent is None:
            yield bad(f"Ticker: its {name} has never gone round. Start `handrail ticker`.")
        elif silent > most:
            yield bad(f"Ticker: its {name} has been silent for {_for(silent)}. Restart `handrail ticker`, see its log.")
        else:
            yield ok(f"Ticker: its {name} went round {_for(silent)} ago.")
    if found:
        yield look(f"Auditor: {found} of its tasks are open on the desk. They say what is wrong.")


def _quarantine(_current: Settings) -> Iterator[Line]:
    with db.reading("doctor.quarantine") as session:
        unread = findings.quarantine_unread(session, timedelta())
    if unread:
        yield bad(f"Quarantine: {unread} texts that could not be processed are unread. Tell a nurse now, then us.")
    else:
        yield ok("Quarantine: nothing is unread in it.")


def _sending(current: Settings) -> Iterator[Line]:
    with db.reading("doctor.sending") as session:
        waiting = select(func.count()).select_from(Outbound).where(Outbound.state == "pending")
        pending = session.scalar(waiting) or 0
        held, opened = restorations.held(session), session.scalar(select(func.count()).select_from(GoAhead))
    if not opened:
        yield look("Sending: not opened, so nothing leaves that Handrail begins. A manager opens it on the desk, "
                   "under “Set up sending”.")  # fmt: skip
    if held:
        yield bad("Sending: this database was restored and not compared, so only new safety texts leave. "
                  "Run `handrail compare`.")  # fmt: skip
    elif current.sends:
        yield ok(f"Sending: on; {pending} texts wait.")
    else:
        yield look(
            f"Sending: off; {pending} texts wait, and only safety texts leave. SENDING=on and a restart let them go."
        )


def _versions(_current: Settings) -> Iterator[Line]:
    with db.reading("doctor.versions") as session:
        shelf = versions.in_force(session)
        fixed = versions.newest_fixed(session)
        lists = word_lists.load(session)
    named = [f"{name} v{pinned.version}" for name, pinned in sorted(shelf.dialogs.items())]
    if not named:
        yield bad("In force: no dialog, so nobody is asked anything. Run `handrail activate`.")
    else:
        texts = f"fixed texts v{fixed}" if fixed else "fixed texts as shipped"
        yield ok(f"In force: {', '.join([*named, texts])}, word lists {lists.lexicon.version}.")
    if lists.unreadable:
        yield bad("In force: newer word lists cannot be used, the ones before them serve. Run `handrail activate`.")
    if shelf.unreadable:
        yield bad("In force: a newer version cannot be read, the one before it serves. Run `handrail activate`.")


def _outside(current: Settings) -> Iterator[Line]:
    if not current.alarm_url:
        yield look("Alarm: ALARM_URL is not set, so nobody outside hears when something is wrong. Set it.")
    elif not current.heartbeat_seconds:
        yield look("Alarm: HEARTBEAT_SECONDS is 0, so nobody outside notices when this machine dies. Set it.")
    else:
        yield ok("Alarm: somebody outside is rung, and hears that all is well.")


def _for(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


Examination = Callable[[Settings], Iterator[Line]]
EXAMINATIONS: tuple[tuple[str, Examination], ...] = (
    ("Keys", _keys),
    ("Redis", _redis),
    ("Webhooks", reach.webhook),
    ("Carrier", reach.carrier),
    ("Clock", lambda _: reach.databases_clock()),
    ("Spool", _spool),
    ("Anchors", _anchors),
    ("Ticker", _watchers),
    ("Quarantine", _quarantine),
    ("Sending", _sending),
    ("In force", _versions),
    ("Alarm", _outside),
)
