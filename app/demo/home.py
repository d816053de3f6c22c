"""The demo's folder `.demo/`: its database, its secrets, and what else must outlive a stop."""

import fcntl
import json
import secrets
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from app import settings

OURS = "A practice of its own, made by `handrail demo`. `make demo-reset` begins anew.\n"


class HomeInUse(Exception):
    """Another demo runs from this folder. address: where it is served, if it got so far."""

    def __init__(self, folder: Path, address: str) -> None:
        where = f", on {address}" if address else ""
        super().__init__(f"A demo is already running from {folder}{where}.")


class NotOurs(Exception):
    """The folder holds something that the demo did not make."""


class Home:
    """The folder, held for this process until `close`."""

    def __init__(self, folder: Path) -> None:
        """Make or take the folder. Raises HomeInUse, NotOurs."""
        self.folder = folder.absolute()
        if self.folder.exists() and any(self.folder.iterdir()) and not self._mark.exists():
            raise NotOurs(f"{self.folder} is not a folder of the demo. Please move it away.")
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mark.write_text(OURS, encoding="utf-8")
        self._hold()
        self._make_folders()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another demo have the folder."""
        self._lock.close()

    @property
    def database(self) -> Path:
        return self.folder / "handrail.db"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    @property
    def anchors(self) -> Path:
        return self.folder / "anchors"

    @property
    def valkey(self) -> Path:
        return self.folder / "valkey"

    @property
    def ledger(self) -> Path:
        """What the stand-in carrier remembers."""
        return self.folder / "carrier.jsonl"

    @property
    def phones(self) -> Path:
        """The handsets for the stand-in carrier, as JSON."""
        return self.folder / "phones.json"

    @property
    def welcome(self) -> Path:
        """The sign-ins; here once the practice has been made."""
        return self.folder / "welcome.txt"

    @property
    def stamp(self) -> Path:
        """What the database was last made ready for (app.demo.stamp)."""
        return self.folder / "stamp.txt"

    @property
    def log(self) -> Path:
        """What the processes say."""
        return self.folder / "processes.log"

    def is_ready_for(self, made_for: str) -> bool:
        """Whether nothing is left to prepare."""
        if not all(part.exists() for part in (self.database, self.welcome, self.phones, self.stamp)):
            return False
        return self.stamp.read_text(encoding="utf-8") == made_for

    def keep_environment(self, environment: Mapping[str, str]) -> None:
        """Write the demo's settings to `env`, for a shell to source before `handrail doctor` and its like."""
        path = self.folder / "env"
        path.touch(mode=0o600)
        lines = (f"export {name}={shlex.quote(environment.get(name, ''))}\n" for name in settings.KNOWN)
        path.write_text("".join(lines), encoding="utf-8")

    def serves_at(self, address: str) -> None:
        """Leave word for whoever finds the folder in use."""
        self._lock.write(address)
        self._lock.flush()

    def reset(self) -> None:
        """Forget everything but the hold on the folder."""
        for entry in self.folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry not in (self._lock_path, self._mark):
                entry.unlink()
        self._make_folders()

    def secrets(self) -> dict[str, str]:
        """Settings that are made once and kept: the account, the token, the keys."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {
                # The stand-in carrier takes no account that could be a real one: mostly zeros.
                "TWILIO_ACCOUNT_SID": "AC" + "0" * 24 + secrets.token_hex(4),
                "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
                "SECRET_KEY": secrets.token_hex(32),
                "DATA_KEYS": "demo1:" + secrets.token_hex(32),
                "INDEX_KEY": secrets.token_hex(32),
            }
            half = path.with_suffix(".new")
            half.touch(mode=0o600)
            half.write_text(json.dumps(made, indent=1), encoding="utf-8")
            half.rename(path)
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return kept

    @property
    def _mark(self) -> Path:
        return self.folder / "README"

    @property
    def _lock_path(self) -> Path:
        return self.folder / "lock"

    def _hold(self) -> None:
        self._lock = self._lock_path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._lock.seek(0)
            address = self._lock.read().strip()
            self._lock.close()
            raise HomeInUse(self.folder, address) from taken
        self._lock.truncate(0)

    def _make_folders(self) -> None:
        for folder in (self.spool, self.anchors, self.valkey):
            folder.mkdir(exist_ok=True)
