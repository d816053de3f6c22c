"""What the demo's database was last made ready for: as long as that has not changed, a start need not look again."""

import hashlib
from pathlib import Path

APP = Path(__file__).resolve().parents[1]
MADE_FROM = ((APP / "migrations" / "versions", "*.py"), (APP.parent / "dialogs", "*.toml"))


def of_this_checkout() -> str:
    """One hash over the migrations and the dialogs."""
    content = hashlib.sha256()
    for folder, pattern in MADE_FROM:
        for path in sorted(folder.glob(pattern)):
            body = path.read_bytes()
            content.update(f"{path.name} {len(body)}\n".encode() + body)
    return content.hexdigest()
