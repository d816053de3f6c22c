"""What a nemesis can do to a practice: each act begins something and, when it lasts, says how it ends."""

import contextlib
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import redis
import requests

from app.demo.ports import listens
from app.simulator.faults import MEANINGS, Fault
from tests.faults.nemesis.fleet import CARRIER, Fleet, Member
from tests.servers.line import Line

Ending = Callable[[], None]


@dataclass(frozen=True)
class Done:
    """What was done, for the schedule, and how it ends after `seconds`."""

    told: str
    seconds: float = 0.0
    ending: Ending | None = None


Act = Callable[[Fleet, random.Random], Done | None]
"""None: it cannot be done at this moment, and does not count."""

LASTS_UNTIL_LEASES_END = (6, 20, 31, 45)
"""Seconds that everybody else's clock gains while one process stands still: its leases may be over when it goes on."""
PASSES = (5, 31, 61, 130, 600, 1800)
JUMPS = (-172_800, -86_400, -3600, -600, -61, -5, -1, 1, 5, 61, 600, 3600, 43_200, 86_400, 172_800)
UNARMED = frozenset({Fault.UNREGISTERED, Fault.LANDLINE, Fault.UNKNOWN_NUMBER})
"""They shut a number, or the practice, for good, and the rest of the run would be about nothing."""


def _one_of_ours(fleet: Fleet, rng: random.Random) -> Member | None:
    running = [fleet.members[name] for name in fleet.names if _runs(fleet.members[name])]
    return rng.choice(running) if running else None


def _runs(member: Member) -> bool:
    return member.wanted and not member.stopped and member.alive()


def kill(fleet: Fleet, rng: random.Random) -> Done | None:
    """SIGKILL, as a machine dies."""
    member = _one_of_ours(fleet, rng)
    if member is None:
        return None
    member.wanted = False
    member.signal_all(signal.SIGKILL)
    return Done(member.name, rng.uniform(0, 1.5), lambda: fleet.bear(member))


def terminate(fleet: Fleet, rng: random.Random) -> Done | None:
    """SIGTERM and a new start, as with every deployment."""
    member = _one_of_ours(fleet, rng)
    if member is None:
        return None
    member.wanted = False
    member.signal_all(signal.SIGTERM)
    return Done(member.name, rng.uniform(0.5, 3.5), lambda: fleet.bear(member))


def pause(fleet: Fleet, rng: random.Random) -> Done | None:
    """SIGSTOP and SIGCONT. Often the clocks of all others gain time meanwhile, so that its leases run out."""
    member = _one_of_ours(fleet, rng)
    if member is None:
        return None
    member.stopped = True
    member.signal_all(signal.SIGSTOP)
    gains = rng.choice(LASTS_UNTIL_LEASES_END) if rng.random() < 0.6 else 0
    if gains:
        fleet.clock.set("everybody", fleet.clock.get("everybody") + gains)
    return Done(f"{member.name}, {gains} s", rng.uniform(0.3, 4.0), lambda: _goes_on(member))


def _goes_on(member: Member) -> None:
    member.stopped = False
    member.signal_all(signal.SIGCONT)


def valkey_kill(fleet: Fleet, rng: random.Random) -> Done | None:
    """It dies, and comes back empty."""
    if not listens(fleet.bell.port):
        return None
    fleet.bell.kill()
    return Done("", rng.uniform(0, 1.5), fleet.bell.start)


def valkey_wipe(fleet: Fleet, rng: random.Random) -> Done | None:
    with redis.Redis.from_url(fleet.bell.url, socket_timeout=1) as client:
        try:
            client.flushall()
        except redis.RedisError:
            return None
    return Done("")


def backends(fleet: Fleet, rng: random.Random) -> Done | None:
    """PostgreSQL ends connections, whatever they were in the middle of."""
    if fleet.postgres is None:
        return None
    some = rng.choice(("true", "random() < 0.5", "state <> 'idle'"))
    theirs = "pid <> pg_backend_pid() AND backend_type = 'client backend'"
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {theirs} AND {some}"  # noqa: S608
    try:
        with psycopg.connect(fleet.postgres.url, autocommit=True, connect_timeout=2) as connection:
            connection.execute(others)
    except psycopg.OperationalError:
        return None
    return Done(some)


def postmaster(fleet: Fleet, rng: random.Random) -> Done | None:
    """PostgreSQL dies with kill -9 and recovers from its log."""
    if fleet.postgres is None or not listens(fleet.postgres.port):
        return None
    fleet.postgres.kill()
    return Done("", rng.uniform(0, 2.0), fleet.postgres.start)


def wire_cut(fleet: Fleet, rng: random.Random) -> Done:
    name, wire = rng.choice(_wires(fleet))
    wire.cut()
    return Done(name)


def wire_slow(fleet: Fleet, rng: random.Random) -> Done:
    name, wire = rng.choice(_wires(fleet))
    wire.delay = rng.uniform(0.02, 1.2)
    return Done(f"{name}, {wire.delay:.2f} s", rng.uniform(0.5, 3), wire.heal)


def wire_silent(fleet: Fleet, rng: random.Random) -> Done:
    """A black hole: everything is taken, nothing arrives."""
    name, wire = rng.choice(_wires(fleet))
    wire.silent.set()
    return Done(name, rng.uniform(0.5, 4), wire.heal)


def wire_answerless(fleet: Fleet, rng: random.Random) -> Done:
    """What is said arrives; the answer is lost."""
    name, wire = rng.choice(_wires(fleet))
    wire.answerless.set()
    return Done(name, rng.uniform(0.3, 3), wire.heal)


def wire_down(fleet: Fleet, rng: random.Random) -> Done:
    name, wire = rng.choice(_wires(fleet))
    wire.down.set()
    wire.cut()
    return Done(name, rng.uniform(0.3, 3), wire.heal)


def _wires(fleet: Fleet) -> list[tuple[str, Line]]:
    return [*sorted(fleet.wires.items()), ("front", fleet.front)]


def time_passes(fleet: Fleet, rng: random.Random) -> Done:
    """For everybody, the carrier too: what was to happen meanwhile is due at once."""
    gains = rng.choice(PASSES)
    fleet.clock.set("everybody", fleet.clock.get("everybody") + gains)
    return Done(f"{gains} s")


def clock_jump(fleet: Fleet, rng: random.Random) -> Done:
    """The practice's clock alone jumps, one second to two days, forth or back, and is set right after a while."""
    jump = rng.choice(JUMPS)
    _set_clocks(fleet, jump)
    return Done(f"{jump:+} s", rng.uniform(1, 8), lambda: _set_clocks(fleet, 0))


def _set_clocks(fleet: Fleet, wrong: float) -> None:
    for name in fleet.names:
        fleet.clock.set(name, wrong)


def clock_skew(fleet: Fleet, rng: random.Random) -> Done:
    """One process's clock is wrong for a while."""
    name = rng.choice([*fleet.names, CARRIER])
    skew = rng.choice((-90, -20, -3, 3, 20, 90))
    fleet.clock.set(name, skew)
    return Done(f"{name} {skew:+} s", rng.uniform(1, 6), lambda: fleet.clock.set(name, 0.0))


def disk_full(fleet: Fleet, rng: random.Random) -> Done | None:
    """Real: a small disk of its own has the spool and, on SQLite, the database."""
    if not fleet.nursery.small_disk:
        return None
    fleet.fill_disk(100)
    return Done("", rng.uniform(0.5, 3), lambda: fleet.fill_disk(0))


def carrier(fleet: Fleet, rng: random.Random) -> Done | None:
    """The carrier does one of the things that carriers do, to the next few texts."""
    fault = rng.choice([fault for fault in Fault if fault not in UNARMED])
    knobs: dict[str, float] = {"times": rng.randint(1, 4), "seed": rng.randint(0, 9999)}
    if MEANINGS[fault].seconds is not None:
        knobs["seconds"] = rng.choice((0.5, 2, 10))
    with contextlib.suppress(requests.RequestException):
        armed = requests.put(f"{fleet.carrier_url}/phone/faults/{fault}", json=knobs, timeout=5)
        if armed.ok:
            return Done(f"{fault} × {knobs['times']}")
    return None


ACTS: dict[str, tuple[int, Act]] = {
    "kill": (9, kill),
    "terminate": (4, terminate),
    "pause": (10, pause),
    "valkey_kill": (4, valkey_kill),
    "valkey_wipe": (6, valkey_wipe),
    "backends": (8, backends),
    "postmaster": (2, postmaster),
    "wire_cut": (10, wire_cut),
    "wire_slow": (8, wire_slow),
    "wire_silent": (6, wire_silent),
    "wire_answerless": (8, wire_answerless),
    "wire_down": (6, wire_down),
    "time_passes": (4, time_passes),
    "clock_jump": (6, clock_jump),
    "clock_skew": (5, clock_skew),
    "disk_full": (5, disk_full),
    "carrier": (18, carrier),
}
"""How often each is chosen, in shares."""
CLOCKS = frozenset({"clock_jump", "clock_skew"})
