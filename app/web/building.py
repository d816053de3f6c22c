"""Puts the web layer together: a Flask application with its guards, pages and manners, before any door is opened."""

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app.settings import Settings
from app.web import (
    access,
    alarm_screen,
    errors,
    headers,
    health,
    live,
    own_account,
    page,
    second_step,
    sentences,
    sign_in,
    standstill,
    static_files,
    turns,
    waiting,
)

LARGEST_REQUEST = 256 * 1024


def build(settings: Settings) -> Flask:
    """The application with sign-in, static files, health and live updates."""
    web = Flask("app", static_folder=None, template_folder="web/templates")
    if settings.trusted_proxies:
        # the caller's address and nothing else: the signature is over PUBLIC_BASE_URL and the raw target
        web.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            web.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    web.secret_key = settings.secret_key.get_secret_value()
    web.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=200,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    web.jinja_env.undefined = StrictUndefined
    web.jinja_env.trim_blocks = web.jinja_env.lstrip_blocks = True
    web.jinja_env.filters["as_sentence"] = sentences.as_sentence
    for part in (turns.keep, access.guard, headers.protect, errors.explain):
        part(web)
    for furnished in (page, standstill, waiting):
        furnished.furnish(web)
    for room in (sign_in, alarm_screen, second_step, own_account, static_files, health, live, standstill):
        web.register_blueprint(room.blueprint)
    return web
