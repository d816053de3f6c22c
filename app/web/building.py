"""Puts the web layer together: a Flask application with its guards, pages and manners, before any door is opened."""

from flask import Flask
from jinja2 import StrictUndefined

from app.settings import Settings
from app.web import access, errors, headers, health, live, page, sign_in, static_files

LARGEST_REQUEST = 256 * 1024


def build(settings: Settings) -> Flask:
    """The application with sign-in, static files, health and live updates."""
    web = Flask("app", static_folder=None, template_folder="web/templates")
    web.secret_key = settings.secret_key.get_secret_value()
    web.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=200,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    web.jinja_env.undefined = StrictUndefined
    web.jinja_env.trim_blocks = web.jinja_env.lstrip_blocks = True
    for part in (access.guard, headers.protect, errors.explain, page.furnish):
        part(web)
    for blueprint in (sign_in.blueprint, static_files.blueprint, health.blueprint, live.blueprint):
        web.register_blueprint(blueprint)
    return web
