"""Style, scripts and pictures: the only files anybody may fetch."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, send_from_directory, url_for
from werkzeug.security import safe_join

from app.web.access import public

blueprint = Blueprint("static_files", __name__)

FOLDER = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600


@blueprint.get("/static/<version>/<path:name>")
@public
def file(version: str, name: str) -> Response:
    """A file under its own version, so that browsers may keep it; 404 for any other version."""
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file() or version != _version(name):
        abort(404)
    response = send_from_directory(FOLDER, name)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def address(name: str) -> str:
    """Where a static file is fetched."""
    return url_for("static_files.file", version=_version(name), name=name)


@cache
def _version(name: str) -> str:
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
