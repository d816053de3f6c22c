"""The auditor: finds what should not be, mends what it can, tells a person once, and rings outside while it stands.

As long as it finds nothing it says so to ALARM_URL: whoever watches there learns from silence, too (H19, I7, I13).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app import alarm, anchors, clock, db, queue
from app.delivery import unknowns
from app.inbound import outage
from app.log import error_name, log
from app.on_call import climbing
from app.settings import Settings
from app.upkeep import disks
from app.watchers import findings, heartbeats, limits, sweeper
from escalation_desk import items, leases, settling
from escalation_desk.models import DeskItem

AGAIN = timedelta(minutes=15)
"""How often it rings for what still stands."""

_untold_at: datetime | None = None


@dataclass(frozen=True)
class Check:
    """One thing that should not be: its name, how many there are now, and what may settle it. `over_with_it`: the task
    asks for nothing but its end, and closes with it."""

    name: str
    count: Callable[[Session], int]
    mend: Callable[[], object] | None = None
    list: items.ListName = "front_desk"
    over_with_it: bool = False

    @property
    def tasks(self) -> ColumnElement[bool]:
        """Those that were raised for it."""
        return DeskItem.key.startswith(f"audit:{self.name}:", autoescape=True)


def checks(settings: Settings) -> list[Check]:
    """All that is looked at. The names are reasons of tasks, with words in app.web.reasons."""
    return [
        Check("item_without_step", findings.items_without_step, _give_steps),
        Check("escalation_late", findings.escalations_late, climbing.climb, over_with_it=True),
        Check("escalation_unanswered", findings.escalations_unanswered, over_with_it=True),
        Check("nobody_on_call", findings.uncovered, over_with_it=True),
        Check("staff_phone_dead", findings.phones_dead, over_with_it=True),
        Check("task_late", findings.tasks_late, _bring_up_tasks),
        Check("claim_past_lease", findings.claims_past_lease, sweeper.release_claims),
        Check("quarantine_unread", findings.quarantine_unread, over_with_it=True),
        Check("text_late", lambda session: findings.texts_late(session, settings), lambda: _ring_for_late(settings)),
        Check("texts_failing", limits.texts_failing),
        Check("too_many_texts", lambda session: limits.too_many_texts(session, settings)),
        Check("sender_dead", findings.senders_dead, unknowns.give_up_leases),
        Check("conversation_without_timer", lambda session: len(findings.without_timer(session)), _end_stuck),
        Check("silence_late", findings.silences_late, sweeper.end_silences),
        Check("version_unreadable", findings.unreadable_versions),
        Check("lists_unreadable", findings.unreadable_lists),
        Check("sweeper_silent", findings.sweeper_silent),
        Check("spool_waits", lambda _: findings.spool_waits(settings.spool_dir), lambda: _replay(settings), "nurses"),
        Check("spool_unwritable", lambda _: disks.spool_unwritable(settings.spool_dir), over_with_it=True),
        Check("disk_low", lambda _: disks.low(settings), over_with_it=True),
        Check("anchors_late", lambda _: disks.anchors_late(settings.anchor_dir),
              lambda: anchors.write_if_due(settings.anchor_dir), over_with_it=True),
    ]  # fmt: skip


def audit(settings: Settings) -> list[str]:
    """One round: look, mend, look again. Names of what still stands; a person and ALARM_URL hear of it."""
    every = checks(settings)
    standing = _look(every)
    try:
        for check in standing:
            _mend(check)
        standing = _look(standing)
        _close_over([check for check in every if check.over_with_it and check not in standing])
        fresh = [check.name for check in standing if _tell(check)]
        heartbeats.beat("auditor")  # before it says outside that all is well: a record that takes nothing is not
    except Exception:
        _ring_untold()
        raise
    if standing:
        _ring_alarm(fresh)
    else:
        _say_all_is_well(settings)
    return [check.name for check in standing]


def _look(some: list[Check]) -> list[Check]:
    return [check for check in some if _stands(check)]


def _stands(check: Check) -> bool:
    """Whether there is any. What cannot be looked at counts as found, and holds up no other."""
    try:
        with db.reading("auditor.look") as session:
            count = check.count(session)
    except Exception as error:  # one broken check must not blind the others
        if db.gone(error):
            raise
        log.error("audit_failed", name=check.name, error=error_name(error))
        return True
    if count:
        log.warning("audit_found", name=check.name, count=count)
    return count > 0


def _mend(check: Check) -> None:
    if check.mend is None:
        return
    try:
        check.mend()
    except Exception as error:  # it still stands then, and a person hears of it
        if db.gone(error):
            raise
        log.error("audit_could_not_mend", name=check.name, error=error_name(error))


def _tell(check: Check) -> bool:
    """A task for as long as it stands: a new one only when the last was closed. The count of earlier ones stands in
    the key, and is asked in one look with the rest, so that two auditors raise one."""
    with db.transaction("auditor.tell") as session:
        look = select(func.count(), func.count().filter(DeskItem.state != "closed")).where(check.tasks)
        earlier, still_open = session.execute(look).one()
        if still_open:
            return False
        key = f"audit:{check.name}:{earlier + 1}"
        return items.raise_task(session, key, f"audit_{check.name}", None, list_name=check.list)


def _close_over(over: list[Check]) -> None:
    """“Tell a nurse” is over once a nurse has the words: nobody needs to be told any more."""
    with db.reading("auditor.over") as session:
        waiting = [select(DeskItem.id).where(check.tasks, DeskItem.state == "open") for check in over]
        tasks = [item_id for query in waiting for item_id in session.scalars(query)]
    for item_id in tasks:
        with db.transaction("auditor.close") as session:
            settling.close_over(session, item_id)


def _ring_alarm(fresh: list[str]) -> None:
    """Ring for what is new, until somebody hears it, and again while it stands."""
    if fresh:
        heartbeats.beat("alarm_owed")
    with db.reading("auditor.alarm") as session:
        owed, heard = (heartbeats.silent_for(session, name) for name in ("alarm_owed", "alarm_heard"))
    due = heard is None or heard >= AGAIN or (owed is not None and owed < heard)
    if due and alarm.ring("something_is_wrong"):
        heartbeats.beat("alarm_heard")


def _ring_untold() -> None:
    """The record took no task, so it does not know either when somebody heard of it last; this process does, by a clock
    that may have been set back meanwhile."""
    global _untold_at
    if (_untold_at is None or abs(clock.now() - _untold_at) >= AGAIN) and alarm.ring("something_is_wrong"):
        _untold_at = clock.now()


def _say_all_is_well(settings: Settings) -> None:
    if not settings.heartbeat_seconds:
        return
    with db.reading("auditor.heartbeat") as session:
        silent = heartbeats.silent_for(session, "all_is_well")
    if (silent is None or silent.total_seconds() >= settings.heartbeat_seconds) and alarm.ring("all_is_well"):
        heartbeats.beat("all_is_well")


# --- What may settle it --------------------------------------------------------------------------------------------


def _give_steps() -> None:
    with db.transaction("auditor.steps") as session:
        leases.give_missing_steps(session)


def _bring_up_tasks() -> None:
    with db.transaction("auditor.tasks") as session:
        leases.bring_up_tasks(session)


def _ring_for_late(settings: Settings) -> None:
    """The doorbell may have been lost; what the sweeper did not send either is then the matter of a person."""
    with db.reading("auditor.late") as session:
        late = findings.texts_to_ring_for(session, settings)
    for row_id in late:
        queue.ring_now("send", row_id)


def _end_stuck() -> None:
    with db.reading("auditor.stuck") as session:
        stuck = findings.without_timer(session)
    for conversation_id, contact_point_id in stuck:
        sweeper.give_up(conversation_id, contact_point_id)


def _replay(settings: Settings) -> None:
    if settings.spool_dir is not None:
        outage.replay(settings.spool_dir)
