"""Makes `.venv` from the lock files: `python3 tools/bootstrap.py runtime|dev`, standard library only.

Also reads under a Python too old for the project, to say so in a sentence.
A second run with unchanged lock files does nothing.
"""

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NAMES = ["python3", "python3.13", "python3.12", "python3.11", "python3.14", "python"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOOLS = os.path.join(ROOT, ".tools")
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "handrail-stamp")
LOCKS = {"runtime": "requirements.lock", "dev": "requirements-dev.lock"}
# As installers write it: sh first, because a `#!` line may neither be long nor hold a space.
SCRIPT = """#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from app.cli.main import main

sys.exit(main())
"""


class Stop(Exception):
    """What is missing and what to do about it, in words for the person at the keyboard."""


def main(arguments: "list[str]") -> int:
    """Bring `.venv` up to the lock file of the asked profile; return the exit code."""
    wanted = arguments[0] if arguments else "dev"
    if wanted not in LOCKS:
        print("usage: bootstrap.py runtime|dev")
        return 2
    try:
        _bring_up(wanted)
    except Stop as stop:
        print(f"\nhandrail: {stop}", file=sys.stderr)
        return 1
    return 0


def _bring_up(wanted: str) -> None:
    stamp = _stamp()
    if stamp in (_fingerprint(wanted), _fingerprint("dev")):
        return
    started = time.time()
    python, version = _find_python()
    profile = "dev" if stamp.startswith("dev ") else wanted
    _say(f"setting up with Python {version} ({python})")
    _remove_stamp()
    _install(python, profile)
    _install_project()
    _compile_ours()
    with open(STAMP, "w") as stamp_file:
        stamp_file.write(_fingerprint(profile))
    _say(f"ready in {time.time() - started:.0f} s")


def _stamp() -> str:
    try:
        with open(STAMP) as stamp:
            return stamp.read()
    except OSError:
        return ""


def _remove_stamp() -> None:
    if os.path.exists(STAMP):
        os.remove(STAMP)


def _fingerprint(profile: str) -> str:
    """The profile, the hash of what is installed, and where: a virtual environment cannot be moved."""
    content = hashlib.sha256()
    for name in (LOCKS[profile], os.path.join("tools", "bootstrap.py")):
        with open(os.path.join(ROOT, name), "rb") as part:
            content.update(part.read())
    return f"{profile} {content.hexdigest()} {ROOT}"


def _find_python() -> "tuple[str, str]":
    """Path and version of the interpreter running this, or else of the first of NAMES that is new enough."""
    seen = []
    for path in [getattr(sys, "_base_executable", sys.executable), *map(shutil.which, NAMES)]:
        version = _version_of(path) if path else None
        if path and version and tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
            return path, version
        if version and path not in seen:
            seen += [path, f"is {version};"]
    found = " ".join(str(word) for word in seen) or f"only {platform.python_version()};"
    raise Stop(
        f"Python 3.11 or newer is needed, and here {found} "
        "install a newer one or name it: make PYTHON=/path/to/python3.12 setup"
    )


def _version_of(path: str) -> "str | None":
    """The version a candidate reports; None if it does not run (a pyenv shim for one that is not there)."""
    ask = [path, "-c", "import platform; print(platform.python_version())"]
    try:
        return subprocess.check_output(ask, stderr=subprocess.DEVNULL, universal_newlines=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def _install(python: str, profile: str) -> None:
    lock = os.path.join(ROOT, LOCKS[profile])
    with open(lock) as pinned:
        count = sum("==" in line for line in pinned)
    _say(f"installing {count} packages, each checked against its hash (half a minute or so the first time)")
    uv = _find_uv(python)
    if uv is None:
        _say("uv is not to be had here: going on with venv and pip, which is slower")
        _install_with_pip(python, lock)
    else:
        _install_with_uv(uv, python, lock)


def _find_uv(python: str) -> "str | None":
    """uv from PATH, from an earlier run, or fetched by pip into `.tools`; None if it is not to be had."""
    ours = os.path.join(TOOLS, "bin", "uv")
    for candidate in (shutil.which("uv"), ours):
        if candidate and _runs([candidate, "--version"]):
            return candidate
    fetch = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
    lock = os.path.join(ROOT, "tools", "uv.lock")
    fetched = _runs([*fetch, "--target", TOOLS, "--require-hashes", "-r", lock])
    return ours if fetched and _runs([ours, "--version"]) else None


def _runs(command: "list[str]") -> bool:
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _install_with_uv(uv: str, python: str, lock: str) -> None:
    if not _runs([_venv("python"), "-c", "raise SystemExit"]):
        _run([uv, "venv", "--quiet", "--clear", "--python", python, VENV], "no virtual environment was made")
    sync = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
    _run([*sync, "--python", _venv("python"), lock], "the packages could not be installed")


def _install_with_pip(python: str, lock: str) -> None:
    advice = "no virtual environment was made; on Debian or Ubuntu: apt install python3-venv"
    _run([python, "-m", "venv", "--clear", VENV], advice)
    install = [_venv("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*install, "--require-hashes", "-r", lock], "the packages could not be installed")


def _install_project() -> None:
    """Put the checkout itself on the path and write the `handrail` command: no build tool, no network."""
    ask = [_venv("python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = subprocess.check_output(ask, universal_newlines=True).strip()
    with open(os.path.join(site, "handrail.pth"), "w") as path_file:
        path_file.write(ROOT + "\n")
    with open(_venv("handrail"), "w") as script:
        script.write(SCRIPT.format(python=shlex.quote(_venv("python"))))
    os.chmod(_venv("handrail"), 0o755)  # noqa: S103 - a command is for everyone to run


def _compile_ours() -> None:
    ours = ["app", "dialogs", "escalation_desk"]
    subprocess.run([_venv("python"), "-m", "compileall", "-q", *ours], cwd=ROOT, env=_environment())


def _venv(name: str) -> str:
    return os.path.join(VENV, "bin", name)


def _run(command: "list[str]", trouble: str) -> None:
    """Run a step, its own output passed on; end with a sentence if it fails."""
    if subprocess.run(command, cwd=ROOT, env=_environment()).returncode != 0:
        raise Stop(f"{trouble} (the command was: {' '.join(command)})")


def _environment() -> "dict[str, str]":
    """Ours, less what would leave packages uncompiled (twice as slow to start) or fetch another Python."""
    unwanted = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return dict(kept, UV_PYTHON_DOWNLOADS="never", UV_LINK_MODE="copy")


def _say(text: str) -> None:
    print(f"handrail: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
