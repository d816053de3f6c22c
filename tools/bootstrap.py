"""Makes `.venv` from the lock files with nothing but the standard library: `python3 tools/bootstrap.py runtime|dev`.

Runs before the project is installed, so it also reads under an old Python, to say in a sentence what is missing.
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

from app.cli import main

sys.exit(main())
"""


class Stop(Exception):
    """What is missing and what to do about it, in words for the person at the keyboard."""


def main(arguments):
    """Bring `.venv` up to the lock file of the asked profile; return the exit code."""
    wanted = arguments[0] if arguments else "dev"
    if wanted not in LOCKS:
        print("usage: bootstrap.py runtime|dev")
        return 2
    try:
        _bring_up(wanted)
    except Stop as stop:
        print("\nhandrail: " + str(stop), file=sys.stderr)
        return 1
    return 0


def _bring_up(wanted):
    if _stamp() in (_fingerprint(wanted), _fingerprint("dev")):
        return
    started = time.time()
    python, version = _find_python()
    profile = "dev" if _stamp().startswith("dev ") else wanted
    _say("setting up with Python {} ({})".format(version, python))
    _remove(STAMP)
    _install(python, profile)
    _install_project(version)
    _compile_ours()
    with open(STAMP, "w") as stamp:
        stamp.write(_fingerprint(profile))
    _say("ready in {:.0f} s".format(time.time() - started))


def _stamp():
    try:
        with open(STAMP) as stamp:
            return stamp.read()
    except OSError:
        return ""


def _fingerprint(profile):
    """The profile, where the checkout lies (a virtual environment cannot be moved), and the hash of what is installed."""
    content = hashlib.sha256()
    for name in (LOCKS[profile], os.path.join("tools", "bootstrap.py")):
        with open(os.path.join(ROOT, name), "rb") as part:
            content.update(part.read())
    return "{} {} {}".format(profile, content.hexdigest(), ROOT)


def _find_python():
    """The interpreter running this if it is new enough, else the first of NAMES on PATH that is: (path, "3.11.7")."""
    if sys.version_info >= OLDEST and "VIRTUAL_ENV" not in os.environ:
        return sys.executable, platform.python_version()
    seen = []
    for name in NAMES:
        path = shutil.which(name)
        version = _version_of(path) if path else None
        if version and tuple(int(part) for part in version.split(".")[:2]) >= OLDEST:
            return path, version
        if version:
            seen.append("{} is {}".format(path, version))
    found = "; ".join(seen) if seen else "none that runs"
    raise Stop("Python 3.11 or newer is needed. Found: {}. Install one, or run `make PYTHON=/path/to/python3.12 …`.".format(found))


def _version_of(path):
    """The version a candidate reports, or None if it does not run (a pyenv shim for a version that is not there)."""
    ask = [path, "-c", "import platform; print(platform.python_version())"]
    answer = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    return answer.stdout.strip() if answer.returncode == 0 else None


def _install(python, profile):
    lock = os.path.join(ROOT, LOCKS[profile])
    uv = _find_uv(python)
    if uv is None:
        _say("uv is not to be had here: going on with venv and pip, which is slower")
        _install_with_pip(python, lock)
    else:
        _install_with_uv(uv, python, lock)


def _find_uv(python):
    """uv from PATH, from an earlier run, or fetched by pip into `.tools`; None if none of these can be."""
    ours = os.path.join(TOOLS, "bin", "uv")
    for candidate in (shutil.which("uv"), ours):
        if candidate and _runs([candidate, "--version"]):
            return candidate
    fetch = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade", "--target", TOOLS]
    fetched = _runs([*fetch, "--require-hashes", "-r", os.path.join(ROOT, "tools", "uv.lock")])
    return ours if fetched and _runs([ours, "--version"]) else None


def _runs(command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def _install_with_uv(uv, python, lock):
    if not _runs([_venv("python"), "-c", ""]):
        _run([uv, "venv", "--quiet", "--clear", "--python", python, VENV], "no virtual environment could be made")
    sync = [uv, "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", _venv("python"), lock]
    _run(sync, "the packages could not be installed")


def _install_with_pip(python, lock):
    advice = "no virtual environment could be made; on Debian or Ubuntu: apt install python3-venv"
    _run([python, "-m", "venv", "--clear", VENV], advice)
    install = [_venv("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*install, "--require-hashes", "-r", lock], "the packages could not be installed")


def _install_project(version):
    """Put the checkout itself on the path and write the `handrail` command; needs no build tool and no network."""
    site = os.path.join(VENV, "lib", "python" + ".".join(version.split(".")[:2]), "site-packages")
    with open(os.path.join(site, "handrail.pth"), "w") as path_file:
        path_file.write(ROOT + "\n")
    with open(_venv("handrail"), "w") as script:
        script.write(SCRIPT.format(python=shlex.quote(_venv("python"))))
    os.chmod(_venv("handrail"), 0o755)


def _compile_ours():
    folders = [name for name in ("app", "dialogs", "escalation_desk") if os.path.isdir(os.path.join(ROOT, name))]
    subprocess.run([_venv("python"), "-m", "compileall", "-q", *folders], cwd=ROOT, env=_environment())


def _venv(name):
    return os.path.join(VENV, "bin", name)


def _run(command, trouble):
    """Run a step, its own output passed on; end with a sentence if it fails."""
    if subprocess.run(command, cwd=ROOT, env=_environment()).returncode != 0:
        raise Stop("{} (the command was: {})".format(trouble, " ".join(command)))


def _environment():
    """Ours without what would leave the packages uncompiled (start-up is twice as slow) or fetch another Python."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")}
    return dict(kept, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1", UV_LINK_MODE="copy")


def _remove(path):
    if os.path.exists(path):
        os.remove(path)


def _say(text):
    print("handrail: " + text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
