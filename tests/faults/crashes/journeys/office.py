"""The front desk's own work, the command line, and the watchers' rare duties: each of their transactions once."""

import click
import pyotp
from click.testing import CliRunner
from sqlalchemy import delete, select

from app import contact_points, db, settings
from app.cli.main import cli
from app.demo import seed
from app.demo.prepare import prepare
from app.models.appointments import Appointment
from app.models.patients import ContactPoint, Patient
from app.models.practice import GoAhead, Provider
from app.models.staff import RecoveryCode, SecondFactor, SignIn, Staff
from app.rehearsal.evidence import Evidence
from app.web import accounts
from app.web.second_factor import HOW_MANY
from tests.faults.crashes import cast
from tests.faults.crashes.journeys.journey import Journey
from tests.faults.crashes.practice import Practice
from tests.faults.crashes.world import Notes

PASSWORD = "a long enough password"
CARLA = {"name": "Carla Gómez", "birth_date": "1979-11-02", "language": "en", "time_zone": "", "phone": "202 555 0177"}


# --- patients, numbers, appointments ---


def _looks_after_patients(practice: Practice) -> None:
    """Find, add, look, change, attach and detach a number, record a death."""
    fran = practice.desk("fran")
    fran.presses("/patients", wanted="Ana")
    fran.presses("/patients/new", **CARLA)
    carla = _patient("Carla")
    fran.opens(f"/patients/{carla}")
    fran.opens(f"/patients/{carla}/change")
    fran.presses(f"/patients/{carla}/change", **{**CARLA, "language": "es"}, version=1)
    fran.presses(f"/patients/{carla}/change", **{**CARLA, "language": "en"}, version=1)
    fran.presses(f"/patients/{carla}/numbers", phone=cast.STRANGERS)
    fran.presses(f"/patients/{carla}/numbers/{_point_of(carla)}/detach")
    fran.presses(f"/patients/{carla}/deceased", deceased_on="2026-11-20", version=2)


def _patient(first_name: str) -> int:
    with db.reading("tests.patient") as session:
        return next((each.id for each in session.scalars(select(Patient)) if each.first_name == first_name), 0)


def _point_of(patient_id: int) -> int:
    with db.reading("tests.point") as session:
        return contact_points.first_of(session, patient_id) or 0


def _one_carla(evidence: Evidence, _: Notes) -> list[str]:
    found = [each for each in evidence.rows(Patient) if each.first_name == "Carla"]
    if [(each.language, str(each.deceased_on)) for each in found] != [("es", "2026-11-20")]:
        return [f"patients {[each.id for each in found]} are Carla, {[each.version for each in found]}"]
    return []


def _looks_after_appointments(practice: Practice) -> None:
    """Book, look, move, cancel; and see the week."""
    fran, ana = practice.desk("fran"), practice.notes["ana"]
    when = {"day": "2026-12-01", "at": "09:00", "provider": 1, "location": 1, "which": ""}
    fran.opens("/appointments")
    fran.opens(f"/patients/{ana}/appointments/new")
    if not _appointments():
        fran.presses(f"/patients/{ana}/appointments/new", **when)
    (booked_now,) = _appointments()
    fran.opens(f"/appointments/{booked_now}")
    fran.presses(f"/appointments/{booked_now}", **{**when, "at": "10:00"}, version=1)
    fran.presses(f"/appointments/{booked_now}/confirm", version=2)
    fran.presses(f"/appointments/{booked_now}/cancel", version=2, whose="patient")


def _appointments() -> list[int]:
    with db.reading("tests.appointments") as session:
        return list(session.scalars(select(Appointment.id)))


def _cancelled_once(evidence: Evidence, _: Notes) -> list[str]:
    found = [(each.state, each.version) for each in evidence.rows(Appointment)]
    return [] if found == [("cancelled", 3)] else [f"appointments are {found}"]


def _a_stranger_wrote(practice: Practice) -> Notes:
    practice.texts(cast.STRANGERS, "is this the bakery")
    practice.until_quiet()
    with db.reading("tests.point") as session:
        return {"point": max(session.scalars(select(ContactPoint.id)))}


def _attaches(practice: Practice) -> None:
    """Look at the list and at a number that nobody has, find Ana, and say it is hers."""
    nora, point = practice.desk("nora"), practice.notes["point"]
    nora.opens("/desk/front-desk")
    nora.presses("/desk/search", wanted="bakery")
    nora.opens("/desk/call-list")
    nora.opens(f"/numbers/{point}")
    nora.presses(f"/numbers/{point}/find", wanted="Ana")
    nora.presses(f"/numbers/{point}/attach", patient=practice.notes["ana"])


def _attached_once(evidence: Evidence, notes: Notes) -> list[str]:
    times = evidence.counted("number_attached", "contact_point")[notes["point"]]
    return [] if times == 2 else [f"contact point {notes['point']} was attached {times} times in two streams"]


# --- signing in ---


def _somebody_with_a_password(practice: Practice) -> Notes:
    with db.transaction("tests.account") as session:
        return {"nell": accounts.add(session, "nell", "Nell", "nurse", PASSWORD)}


def _signs_in(practice: Practice) -> None:
    """Wrong, right, out again; and five wrong ones more, so that the sixth is taken back."""
    client = practice.world.app.test_client()
    for password in (PASSWORD + "!", PASSWORD):
        client.post("/sign-in", data={"username": "nell", "password": password})
    practice.clock.passes(seconds=40)
    client.get("/desk/nurses")
    with db.reading("tests.csrf") as session:
        csrf = session.scalars(select(SignIn.csrf_token).order_by(SignIn.id.desc())).first()
    client.post("/sign-out", data={"csrf": csrf})
    for _ in range(6):
        client.post("/sign-in", data={"username": "nell", "password": "no"})


def _can_sign_in(evidence: Evidence, notes: Notes) -> list[str]:
    (nell,) = evidence.rows(Staff, Staff.id == notes["nell"])
    return [] if nell.disabled_at is None else ["staff nell is shut out"]


# --- accounts ---


def _keeps_accounts(practice: Practice) -> None:
    """Mia adds Nell, who chooses her own password; another role, a new password, shut. Then it is done again."""
    mia = practice.desk("mia")
    given = mia.presses("/staff", name="Nell", username="nell", role="nurse")
    with db.reading("tests.nell") as session:
        nell = session.scalar(select(Staff.id).where(Staff.username == "nell")) or 0
    shown = mia.presses(f"/staff/{nell}/reset") if given.status_code != 200 else given
    _chooses(practice, shown.text[shown.text.index("<code>") + 6 : shown.text.index("</code>")])
    mia.presses("/outreach/pauses", purpose="recalls", reason="The letters were wrong", sure="recalls")
    mia.presses("/outreach/pauses/1/end")
    mia.presses("/outreach/set-up", basis="written", kept="In each chart")
    mia.opens("/review/rows/no_show")
    mia.opens("/review/rows/no_show/file")
    mia.presses(f"/staff/{nell}/role", role="front_desk")
    mia.presses(f"/staff/{nell}/disable")


def _chooses(practice: Practice, given: str) -> None:
    client = practice.world.app.test_client()
    client.post("/sign-in", data={"username": "nell", "password": given})
    with db.reading("tests.nells") as session:
        csrf = session.scalars(select(SignIn.csrf_token).order_by(SignIn.id.desc())).first()
    boxes = {"password": given, "new_password": PASSWORD, "again": PASSWORD}
    client.post("/account/password", data={"csrf": csrf, **boxes})


def _not_opened_yet(_: Practice) -> Notes:
    with db.transaction("tests.not_opened") as session:
        session.execute(delete(GoAhead))
    return {}


def _kept(evidence: Evidence, _: Notes) -> list[str]:
    if [row.kept for row in evidence.rows(GoAhead)] != ["In each chart"]:
        return [f"{len(evidence.rows(GoAhead))} go-aheads"]
    found = [(row.role, row.disabled_at is not None) for row in evidence.rows(Staff) if row.username == "nell"]
    return [] if found == [("front_desk", True)] else [f"accounts of nell are {found}"]


def _asks_for_a_code(practice: Practice) -> None:
    settings.use(practice.world.settings.model_copy(update={"second_factor": True}))


def _shows_a_code(practice: Practice) -> None:
    """The password, then whatever the page asks for: set up first, and a code from then on."""
    client = practice.world.app.test_client()
    for _ in range(2):
        practice.clock.passes(seconds=30)
        client.post("/sign-in", data={"username": "nell", "password": PASSWORD})
        client.get("/second-step")
        with db.reading("tests.half_way") as session:
            csrf = session.scalars(select(SignIn.csrf_token).order_by(SignIn.id.desc())).first()
            secret = session.scalars(select(SecondFactor.secret)).first()
        client.post("/second-step", data={"csrf": csrf, "code": pyotp.TOTP(secret or "").at(practice.clock())})


def _set_up_once(evidence: Evidence, notes: Notes) -> list[str]:
    """However it was cut off: one factor, and as many codes as were made at once."""
    codes = len(evidence.rows(RecoveryCode, RecoveryCode.staff_id == notes["nell"]))
    (factor,) = evidence.rows(SecondFactor)
    return [] if codes == HOW_MANY and factor.confirmed_at else [f"staff nell has {codes} recovery codes"]


# --- the command line ---


def _commands(practice: Practice) -> None:
    """What an administrator types, and types again when the machine went down under it."""
    for command in (
        ["practice", "provider", "Dr. Ruiz"],
        ["staff", "add", "otto", "--name", "Otto", "--role", "auditor"],
        ["activate", "--reviewer", "the tests"],
        ["verify-log"],
        ["doctor"],
    ):
        _typed(cli, command)


def _typed(program: click.Command, words: list[str]) -> None:
    """What a program ends with a sentence for is its own affair; anything else is a fault."""
    ended = CliRunner().invoke(program, words)
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception


def _commanded(evidence: Evidence, _: Notes) -> list[str]:
    staff = [row.username for row in evidence.rows(Staff)]
    providers = {row.name for row in evidence.rows(Provider)}
    return (
        [] if staff.count("otto") == 1 and "Dr. Ruiz" in providers else [f"staff {staff}, {len(providers)} providers"]
    )


def _prepares_the_demo(practice: Practice) -> None:
    """Tables, dialogs, a believable practice."""
    folder = practice.world.folder / "demo"
    files = {name: str(folder / name) for name in ("phones", "welcome", "stamp")}
    _typed(prepare, [word for name, path in files.items() for word in (f"--{name}", path)])


def _seeded_once(evidence: Evidence, _: Notes) -> list[str]:
    staff = [row.username for row in evidence.rows(Staff)]
    return [] if staff and len(staff) == len(set(staff)) == len(seed.sign_ins()) else [f"staff {staff}"]


OFFICE = (
    Journey("patients", _looks_after_patients, _one_carla, again=_looks_after_patients, pairs=False),
    Journey("appointments", _looks_after_appointments, _cancelled_once, again=_looks_after_appointments, pairs=False),
    Journey("attach", _attaches, _attached_once, _a_stranger_wrote, again=_attaches, pairs=False),
    Journey("sign-in", _signs_in, _can_sign_in, _somebody_with_a_password, pairs=False),
    Journey("accounts", _keeps_accounts, _kept, _not_opened_yet, again=_keeps_accounts, pairs=False),
    Journey(
        "second-step",
        _shows_a_code,
        _set_up_once,
        _somebody_with_a_password,
        again=_shows_a_code,
        wakes=_asks_for_a_code,
        pairs=False,
    ),
    Journey("commands", _commands, _commanded, again=_commands, pairs=False),
    Journey("demo", _prepares_the_demo, _seeded_once, again=_prepares_the_demo, pairs=False, unfilled=True),
)
