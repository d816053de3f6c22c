"""Figures for a machine that watches: right, whole also in an outage, and nothing of a patient in them (P11)."""

import os
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from app import db, settings, spool
from app.simulator.faults import Fault
from tests.house import House
from tests.people import ANAS, Colleague, Person, visit
from tests.sending.outbox import write

TOKEN = "a token for the one who scrapes"
Figures = dict[tuple[str, ...], float]


@pytest.fixture
def watched(house: House) -> House:
    """A practice that lets somebody with a token read its figures."""
    house.settings = house.settings.model_copy(update={"metrics_token": SecretStr(TOKEN)})
    settings.use(house.settings)
    return house


def scrape(house: House, token: str = f"Bearer {TOKEN}") -> str:
    answer = house.app.test_client().get("/metrics", headers={"Authorization": token})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return answer.text


def figures(house: House) -> Figures:
    """Every sample as (name, labels' values by the labels' names …) → value."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(scrape(house))
        for sample in family.samples
    }


def test_without_the_token_there_is_nothing_to_see(watched: House) -> None:
    for wrong in ("", "Bearer ", "Bearer wrong", f"Bearer {TOKEN}x", "Bearer ñ"):
        answer = watched.app.test_client().get("/metrics", headers={"Authorization": wrong})
        assert answer.status_code == 403
        assert "handrail_" not in answer.text


def test_without_the_setting_there_is_no_such_page(house: House) -> None:
    for given in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert house.app.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404


def test_every_figure_is_right(watched: House, ana: Person, nora: Colleague) -> None:
    visit(watched, ana)
    watched.tick()
    ana.reads("Reply 1")
    ana.texts("1")
    ana.reads("confirmed")
    ana.texts("my chest hurts")
    ana.reads("911")
    watched.carrier.faults.arm(Fault.ERROR_BEFORE_ACCEPT)
    write(watched, ANAS, "reply", "unknown whether it left")
    watched.work()
    write(watched, ANAS, "safety", "waits")
    watched.clock.passes(seconds=90)
    seen = figures(watched)
    expected = {
        ("handrail_texts_total", "routine", "dialog_step"): 1,
        ("handrail_texts_total", "clinical", "escalation"): 1,
        ("handrail_outbox", "outreach", "delivered"): 1,
        ("handrail_outbox", "reply", "delivered"): 1,
        ("handrail_outbox", "safety", "delivered"): 1,
        ("handrail_outbox", "reply", "unknown"): 1,
        ("handrail_outbox", "safety", "pending"): 1,
        ("handrail_outbox_oldest_due_seconds", "safety"): 90,
        ("handrail_outbox_oldest_due_seconds", "reply"): 0,
        ("handrail_unknown",): 1,
        ("handrail_desk_items", "nurses"): 1,
        ("handrail_desk_items", "front_desk"): 0,
        ("handrail_desk_oldest_seconds", "nurses"): 90,
        ("handrail_desk_oldest_seconds", "front_desk"): 0,
        ("handrail_watcher_lag_seconds", "sweeper"): 90,
        ("handrail_spool_files",): 0,
        ("handrail_sending",): 1,
        ("handrail_up", "database"): 1,
        ("handrail_up", "redis"): 1,
    }
    assert {name: seen[name] for name in expected} == expected
    assert seen["handrail_watcher_rounds_total", "sweeper"] >= 3
    before = seen["handrail_watcher_rounds_total", "sweeper"]
    watched.work()
    ana.reads("waits")
    assert figures(watched)["handrail_watcher_rounds_total", "sweeper"] > before


def test_in_an_outage_the_spool_is_told_all_the_same(watched: House) -> None:
    directory = watched.directory / "spool"
    spool.keep(directory, "SM1", {"body": "my chest hurts"})
    an_hour_ago = watched.clock().timestamp() - 3600
    os.utime(directory / "SM1.sealed", (an_hour_ago, an_hour_ago))
    db.start("sqlite:////nowhere/at/all.db")
    seen = figures(watched)
    assert seen["handrail_up", "database"] == 0
    assert seen["handrail_spool_files",] == 1
    assert seen["handrail_spool_bytes",] == (directory / "SM1.sealed").stat().st_size
    assert seen["handrail_spool_oldest_seconds",] == 3600
    assert ("handrail_unknown",) not in seen


def test_nothing_of_a_patient_stands_in_the_figures(watched: House, ana: Person, tmp_path: Path) -> None:
    visit(watched, ana)
    watched.tick()
    ana.reads("Reply 1")
    ana.texts("my chest hurts")
    ana.reads("911")
    text = scrape(watched)
    for mark in ("López", "Ana", ANAS[1:], "chest", "Lakeside", "Chen"):
        assert mark not in text
