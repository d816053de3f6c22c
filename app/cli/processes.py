"""`handrail serve`: the web process."""

import os
import sys

import click

from app import settings

# Every open desk holds a thread for its live updates; app.web caps those well below this (DEPENDENCIES 6).
THREADS = 256
STOPS_WITHIN = 3


@click.command()
@click.option("--host", help="The address to listen on; otherwise this machine only (demo) or everywhere (live).")
def serve(host: str | None) -> None:
    """Serve the webhooks and the desk on PORT."""
    try:
        current = settings.current()
    except settings.SettingsError as fault:
        raise click.ClickException(str(fault)) from fault
    address = host or ("0.0.0.0" if current.live else "127.0.0.1")  # noqa: S104 - a proxy stands before it in live
    argv = gunicorn_command(f"{address}:{current.port}")
    os.execv(argv[0], argv)  # noqa: S606 - this process becomes the server; no shell


def gunicorn_command(bind: str) -> list[str]:
    """gunicorn with one process of many threads, quick to stop, and no access log (addresses may name people)."""
    return [
        *(sys.executable, "-P", "-m", "gunicorn"),
        *("--bind", bind, "--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS)),
        *("--graceful-timeout", str(STOPS_WITHIN), "--timeout", "30", "--keep-alive", "5"),
        *("--log-level", "warning", "--no-control-socket"),
        "app:create_app()",
    ]
