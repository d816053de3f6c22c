"""Handrail's agent: the Flask application and everything behind its doors."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings


GARBAGE_AFTER = 50_000
"""Objects made before Python looks for garbage. What a process loads at its start stays for good; with Python's own
700, looking through all of it again and again took an eighth of every start."""


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The application with every door, ready to serve. Raises SettingsError, SealingError or NoSpool with
    sentences."""
    gc.set_threshold(GARBAGE_AFTER)
    from app import starting
    from app.inbound import readings
    from app.library import word_lists
    from app.web.building import build

    current = starting.start_door(settings)
    readings.get_ready()
    word_lists.load_early()
    web = build(current)
    _open_doors(web)
    if not current.live:
        from app.simulator.mount import with_phone

        web.wsgi_app = with_phone(web.wsgi_app, current.twilio_api_base_url)  # type: ignore[assignment, method-assign]
    return web


def _open_doors(web: "Flask") -> None:
    """Imported here, since every module of the house begins by importing this package."""
    from app.screens import (
        appointments,
        attendance,
        calling,
        changes,
        choosing,
        copies,
        dialogs,
        follow_ups,
        four_leaks,
        ladders,
        moving,
        numbers,
        on_call,
        open_follow_ups,
        patients,
        pausing,
        practice_calls,
        putting_up,
        review,
        setting_up,
        snow_days,
        speaking,
        staff,
        timetable,
        waitlist,
        wishing,
    )
    from app.webhooks import sms, status, voice, whisper
    from escalation_desk.views.begin import begin
    from escalation_desk.views.call_list import call_list
    from escalation_desk.views.desk import desk
    from escalation_desk.views.figures import figures
    from escalation_desk.views.lists import lists
    from escalation_desk.views.phoning import phoning
    from escalation_desk.views.replies import replies
    from escalation_desk.views.search import search
    from escalation_desk.views.settle import settle
    from escalation_desk.views.sound import sound
    from escalation_desk.views.writing import writing

    opened = (patients, changes, appointments, attendance, numbers, dialogs, on_call, waitlist, putting_up, wishing)
    outreach = (follow_ups, open_follow_ups, timetable, ladders, pausing, setting_up, snow_days)
    rooms = (*opened, *outreach, copies, speaking, calling, practice_calls, choosing, moving, four_leaks, review, staff)
    desks = (desk, begin, writing, phoning, replies, settle, sound, lists, search, figures, call_list)
    for blueprint in (sms.door, voice.door, whisper.door, status.door, *desks, *(room.blueprint for room in rooms)):
        web.register_blueprint(blueprint)
