"""A practice in which every page has something to show, and the addresses of all pages for a role, from the URL map."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from app import db, people, proxies
from app.models.conversations import Exchange
from app.outreach import follow_ups, pauses, snow_day_slots, snow_days
from app.outreach.follow_ups import Need
from app.scheduling import day_moves, day_plans, waitlist
from app.scheduling.wishes import Wishes
from app.web.access import declared
from escalation_desk import proposals
from tests.house import House
from tests.people import Colleague, colleague, patient, visit
from tests.screens.desk import signed_in_again
from tests.slots import times

PIECES = (
    "<script>window.ran=1</script>", "<img src=x onerror=window.ran=1>", '"><svg onload=window.ran=1>',
    "'><iframe srcdoc='<script>parent.ran=1</script>'>", "</textarea></title><script>window.ran=1</script>",
    "{{ 7*7 }}{% raw %}", "<style>*{display:none}</style><base href=//evil.example>",
)  # fmt: skip
HOSTILE = " ".join(PIECES)
"""What must stand on a page as words."""
RAW = ("<script>window", "<img src=x", "<svg onload", "<iframe", "<style>*", "<base", "49{%")
ROLES = ("nurse", "front_desk", "manager", "auditor", "admin")
FIRST = {
    "item_id", "number", "patient_id", "appointment_id", "contact_point_id", "duty_id", "encounter_id", "exchange_id",
    "follow_up_id", "offer_id", "pause_id", "proxy_id", "request_id", "row_id", "slot_id", "staff_id",
    "version_id", "move_id", "proposal_id", "sampled_id", "reply_id", "snow_day_id",
}  # fmt: skip
"""Parts of addresses for which the first row will do."""
OTHERS = {"name": "no_show", "at": "0", "whose": "number", "kind": "routine", "position": "4"}
NOT_LOOKED_AT = ("/live", "/static/")
"""The stream of live updates, which never ends, and files."""


def fill(house: House, words: str) -> dict[str, Colleague]:
    """People and all that is said of them, with `words` in every name, text and note. Returns one colleague a role."""
    staff = {role: colleague(house, f"{role.title()} {words}"[:38], role) for role in ROLES}
    ana = patient(house, f"Ana {words}", "+12025550101")
    patient(house, f"Sam {words}", "+12025550101")
    rosa = patient(house, f"Rosa {words}", "+12025550102", language="es")
    visit(house, ana, days=2, hour=9)
    visit(house, rosa, days=-1)
    visit(house, rosa, days=1)
    visit(house, rosa, days=4)
    house.tick()
    ana.handset.texts(f"my knee is swollen {words}"[:1500])
    rosa.handset.texts(f"which {words} door"[:1500])
    house.work()
    nurse, by = staff["nurse"], staff["manager"].id
    nurse.claims(nurse.sees()[0])
    desk = signed_in_again(house, nurse.id)
    desk.sends("/desk/items/1/notes", note=words, form="f" * 22)
    desk.sends("/desk/items/1/draft", place="body", words=words, form="g" * 22)
    front_desk = signed_in_again(house, staff["front_desk"].id)
    front_desk.sends("/appointments/2/came", how="seen")
    times.put_up(house, front_desk, days=3)
    with db.transaction("tests.everything") as session:
        proposals.propose(session, [each.id for each in session.query(Exchange)], "marked", nurse.id)
        pauses.begin(session, "recalls", words, by)
        snow_days.declare(session, "form:a", snow_day_slots.Wanted(house.on(4, 0).date()), words, 1, by)
        proxies.add(session, 1, proxies.Details(name=words, relation=words, number=None, may_hear="visits"), by)
        waitlist.ask(session, 3, Wishes(), "staff", "agent", said=words)
        day = follow_ups.today(session)
        need = Need(key="a", patient_id=1, kind="lab", owner="nurses", due_on=day, note=words)
        follow_ups.capture(session, need, by)
        people.looked_at_list(session, by, [1, 2, 3])
        plan = day_plans.Plan(1, None, house.on(2, 9).date(), house.on(9, 9).date(), 0)
        day_moves.begin(session, plan, [each.seen for each in day_plans.planned(session, plan)], "a", by)
    return staff


def addresses(app: Flask, role: str) -> Iterator[tuple[Rule, str]]:
    """Every page that this role may open, with the first row of each kind."""
    for rule in app.url_map.iter_rules():
        access = declared(app.view_functions[rule.endpoint])
        if "GET" not in (rule.methods or ()) or access is None or rule.rule.startswith(NOT_LOOKED_AT):
            continue
        if access.kind == "public" or (access.kind == "staff" and role in access.roles):
            unknown = rule.arguments - FIRST - OTHERS.keys()
            assert not unknown, f"{rule.rule}: say what {unknown} may be, so that the page is looked at"
            yield rule, _with(app, rule)


def _with(app: Flask, rule: Rule) -> str:
    given = {each: OTHERS.get(each, 1) for each in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, given, "GET"))
