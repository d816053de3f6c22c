"""`handrail serve`, `worker` and `ticker`: the processes of the Procfile."""

import runpy
import signal
import sys
import threading

import click

from app import settings

STOPS_WITHIN = 3


@click.command()
@click.option("--host", help="The address to listen on; otherwise this machine only (demo) or everywhere (live).")
def serve(host: str | None) -> None:
    """Serve the webhooks and the desk on PORT."""
    current = settings.current()
    address = host or ("0.0.0.0" if current.live else "127.0.0.1")  # noqa: S104 - a proxy stands before it in live
    # As `python -m gunicorn`, in this process: a new one would load the settings' half of the house again.
    sys.argv = ["gunicorn", *gunicorn_arguments(f"{address}:{current.port}")]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)


def gunicorn_arguments(bind: str) -> list[str]:
    """gunicorn with one process of many threads, quick to stop, and no access log (addresses may name people)."""
    return [
        *("--bind", bind, "--worker-class", "gthread", "--workers", "1", "--threads", str(settings.WEB_THREADS)),
        *("--graceful-timeout", str(STOPS_WITHIN), "--timeout", "30", "--keep-alive", "5"),
        *("--log-level", "warning", "--no-control-socket"),
        "app:create_app()",
    ]


@click.command()
def worker() -> None:
    """Answer the doorbell: send texts the moment they are written."""
    from app import jobs, starting

    starting.start(pool_size=2)
    jobs.work()


@click.command()
def ticker() -> None:
    """Do what is due, with or without Redis: sweep, remind, let claims lapse, anchor the record."""
    from app import starting
    from app import ticker as loop

    current = starting.start(pool_size=2)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    loop.run(current, stop)
