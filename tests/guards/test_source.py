"""One way to do each thing that matters: read the time, write the record, commit, leave the process, log (DESIGN 9)."""

import ast
import importlib.metadata
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from app.log import ALLOWED
from tests.guards.source import PACKAGES, ROOT, Module, calls, dotted, files, imports, module, modules, written_out

WRITERS = {
    "Entry": "app.timeline",
    "SealedText": "app.timeline",
    "Stream": "app.timeline",
    "ConsentEvent": "app.messaging.consent",
    "DeliveryEvent": "app.messaging.delivery",
    "Outbound": "app.messaging.outbox",
    "DeskItem": "escalation_desk.items",
    "DeskItemWords": "escalation_desk.items",
    "LibraryVersion": "app.library.versions",
    "Proposal": "escalation_desk.proposals",
    "Sampled": "escalation_desk.sampling",
    "FollowUp": "app.outreach.follow_ups",
    "Encounter": "app.outreach.encounters",
    "Imported": "app.files.intake",
}
"""Who alone makes a row of each table that promises rest on."""

TELLS_THE_TIME = re.compile(
    r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.(time|time_ns|localtime|gmtime|ctime|strftime)"
    r"|func\.(now|current_timestamp|localtimestamp))$"
)
COMMIT_POINTS = ("transaction", "reading", "outside")
REACHES_OUT = {"requests", "socket", "http.client", "urllib.request", "urllib3", "smtplib", "ftplib"}
IMPURE = {
    "flask",
    "sqlalchemy",
    "redis",
    "rq",
    "requests",
    "socket",
    "time",
    "random",
    "secrets",
    "subprocess",
    "threading",
}


def tells_the_time(tree: ast.AST) -> list[str]:
    return [name for name, _call in calls(tree) if TELLS_THE_TIME.search(name)]


def makes(tree: ast.AST, tables: set[str]) -> Iterator[str]:
    """Tables of which a tree makes rows: `Entry(…)`, `insert(Entry)`, `put(session, Entry, …)`."""
    for name, call in calls(tree):
        verb = name.rpartition(".")[2]
        if verb in tables:
            yield verb
        elif verb in ("insert", "insert_or_ignore", "put", "put_all"):
            yield from (_named_in(call) & tables)


def test_only_the_clock_knows_what_time_it_is() -> None:
    """Steady clocks (`time.monotonic`) may measure a wait; nothing else may ask for the date or the hour."""
    told = {each.name: told for each in modules() if (told := tells_the_time(each.tree))}
    assert told == {"app.clock": ["datetime.now"]}


@pytest.mark.parametrize(
    "code", ["datetime.now(UTC)", "date.today()", "dt.datetime.utcnow()", "time.time()", "select(func.now())"]
)
def test_every_other_way_to_tell_the_time_is_found(code: str) -> None:
    assert tells_the_time(ast.parse(code))


def test_each_table_of_the_record_has_one_writer() -> None:
    """P10: only `timeline.append` writes entries; the same care for consent, delivery, the outbox and the desk."""
    found = {(table, each.name) for each in modules() for table in makes(each.tree, _tables_known_to(each))}
    assert found == set(WRITERS.items())


def test_a_second_writer_is_found() -> None:
    code = "session.execute(insert(table_of(Entry)).values(kind='x')); session.add(models.Stream(name='x'))"
    assert set(makes(ast.parse(code), set(WRITERS))) == {"Entry", "Stream"}


def test_only_the_record_changes_or_removes_its_own_rows() -> None:
    for each in modules():
        if each.name != "app.timeline":
            touched = _tables_known_to(each) & {"Entry", "SealedText", "Stream"}
            for name, call in calls(each.tree):
                assert not (name.rpartition(".")[2] in ("update", "delete") and _named_in(call) & touched), each.name


def test_only_transaction_commits() -> None:
    may = {"app.db", "app.migrations.env"}
    for each in modules():
        verbs = {name.rpartition(".")[2] for name, _call in calls(each.tree)}
        assert each.name in may or not verbs & {"commit", "rollback", "sessionmaker", "begin_nested"}, each.name


def test_transactions_readings_and_ways_out_have_names_of_their_own() -> None:
    """A crash point is known by its name: it is written out, and stands in one place."""
    names: Counter[str] = Counter()
    for each in modules():
        for name, call in calls(each.tree):
            if name in COMMIT_POINTS or name in {f"db.{point}" for point in COMMIT_POINTS}:
                (argument,) = call.args
                names[written_out(argument, each.name)] += 1
    assert len(names) > 20
    assert [name for name, count in names.items() if count > 1] == []


def test_only_the_gateway_the_alarm_and_the_doctor_speak_to_other_servers() -> None:
    """The simulator and the demo are the other end of the line and look after this machine's ports."""
    reach_out = {each.name for each in modules() if _imports_any(each, REACHES_OUT)}
    assert {name for name in reach_out if not name.startswith(("app.simulator.", "app.demo."))} == {
        "app.alarm",
        "app.messaging.gateway",
        "app.upkeep.reach",
    }
    for speaker in ("app.alarm", "app.messaging.gateway", "app.upkeep.reach"):
        assert "db.outside" in {name for name, _call in calls(module(speaker).tree)}, speaker


def test_the_pure_row_is_pure() -> None:
    """No web, database, queue, clock, network or chance where a message is read and the next line is decided."""
    not_pure = {
        "drafts",
        "missed",
        "proposals",
        "sampling",
        "handling",
        "holding",
        "hush",
        "settling",
        "items",
        "standing",
        "leases",
        "models",
        "texting",
        "views",
        "paging",
        "page_calls",
        "call_through",
        "nurse_rings",
        "listening",
        "oncall",
        "rota",
        "resting",
        "beginning",
        "leaving",
        "replies",
        "handing",
        "presence",
    }
    pure = [
        each
        for each in modules()
        if each.name.startswith("dialogs")
        or (each.name.startswith("escalation_desk.") and each.name.split(".")[1] not in not_pure)
    ]
    assert {"dialogs.engine.turn", "escalation_desk.classifier", "escalation_desk.lexicon"} <= {
        each.name for each in pure
    }
    for each in pure:
        assert not _imports_any(each, IMPURE | {"app"}), each.name


def test_logs_say_a_name_and_allowed_keys() -> None:
    """P11: the name of an event is written out, and only keys that cannot hold a person's words are used."""
    lines = 0
    for each in modules():
        for name, call in calls(each.tree):
            if name == "apart.Alone":  # it logs the name it is given
                assert written_out(call.args[0], each.name)
            elif re.fullmatch(r"log\.(debug|info|warning|error|exception|critical)", name):
                lines += 1
                assert len(call.args) == 1, each.name
                assert each.name == "app.apart" or written_out(call.args[0], each.name)
                assert {keyword.arg for keyword in call.keywords} <= ALLOWED, each.name
    assert lines > 10


def test_nothing_prints_but_the_command() -> None:
    for each in modules():
        assert "print" not in {name for name, _call in calls(each.tree)}, each.name


def test_every_word_of_a_person_is_escaped() -> None:
    """H70: no template switches escaping off, and markup in code is a written-out frame that escapes what goes in."""
    for path in files(".html", ".xml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false|\bMarkup\b", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", text), f"{path}: the CSP would refuse this"
    for each in modules():
        for name, call in calls(each.tree):
            if name.rpartition(".")[2] == "Markup":
                assert [type(argument) for argument in call.args] == [ast.Constant], each.name


def test_nothing_is_left_for_later_in_a_comment() -> None:
    left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    beneath = (*PACKAGES, "tests", "tools", "docs")
    for path in files(".py", ".html", ".css", ".js", ".md", beneath=beneath):
        assert not left.search(path.read_text(encoding="utf-8")), path


def test_we_never_call_it_that_word() -> None:
    """DESIGN 10: a licensed judgement that Handrail does not make. Only the list of words we never say holds it."""
    word = "tri" + "age"
    papers = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".env.example"]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in [*files(".py", ".html", ".js", ".css", ".toml", ".md", beneath=(*PACKAGES, "docs")), *papers]
        if word in path.read_text(encoding="utf-8").casefold()
    }
    assert found == {"dialogs/engine/never_say.py"}


def test_the_light_phone_library_is_absent() -> None:
    """It and `phonenumbers` write the same files; whichever is installed last wins (DESIGN 9)."""
    light = "phonenumbers" + "lite"
    assert light not in {dist.metadata["Name"].lower() for dist in importlib.metadata.distributions()}
    for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        assert light not in (ROOT / name).read_text(encoding="utf-8").lower()


def _named_in(call: ast.Call) -> set[str]:
    """Every name among a call's arguments: `insert(table_of(Entry))` names Entry."""
    nodes = [node for argument in call.args for node in ast.walk(argument)]
    return {dotted(node).rpartition(".")[2] for node in nodes if isinstance(node, ast.Name | ast.Attribute)}


def _tables_known_to(each: Module) -> set[str]:
    """The guarded tables that a module imports (the word lists have an `Entry` of their own)."""
    known = {name.rpartition(".")[2] for name in imports(each.tree) if "models" in name.split(".")}
    return known & set(WRITERS)


def _imports_any(each: Module, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in imports(each.tree) for package in packages)
