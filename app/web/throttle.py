"""How often somebody may guess: counted before any password is hashed (H71)."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, func, insert, select

from app import clock, db, sealing
from app.models.staff import SignInAttempt

PER_ACCOUNT, ACCOUNT_WINDOW = 5, timedelta(minutes=15)
PER_ADDRESS, ADDRESS_WINDOW = 20, timedelta(minutes=1)
PER_SHARED_ADDRESS = 60
"""For addresses of this machine or a local network: a proxy or a whole practice may stand behind one."""
LOCAL = "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7 fe80::/10"
SHARED = tuple(ip_network(net) for net in LOCAL.split())
FORGET_AFTER = timedelta(days=1)
ACCOUNT, CODE = "sign_in_account", "sign_in_code"
"""What is guessed: passwords of an account, or the codes of its second factor."""


class Attempt:
    """One try to sign in, written down and committed before it is judged: however many come at once,
    the sixth that is written sees at least six and stops."""

    def __init__(self, username: str, address: str, kind: str = ACCOUNT) -> None:
        self._account = sealing.blind_index(username, kind)
        self._most = PER_SHARED_ADDRESS if _is_shared(address) else PER_ADDRESS
        self._address = sealing.blind_index(address, "sign_in_address")
        with db.transaction("write_attempt") as session:
            now = clock.now()
            session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - FORGET_AFTER))
            rows = [{"subject": subject, "at": now} for subject in (self._account, self._address)]
            self._ids = list(session.scalars(insert(SignInAttempt).returning(SignInAttempt.id), rows))

    def may_go_on(self) -> bool:
        """Whether the password may be looked at. A refused try is taken back, so that waiting helps."""
        now = clock.now()
        few = self._count(self._account, now - ACCOUNT_WINDOW) <= PER_ACCOUNT
        few = few and self._count(self._address, now - ADDRESS_WINDOW) <= self._most
        if not few:
            with db.transaction("take_attempt_back") as session:
                session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(self._ids)))
        return few

    def succeeded(self) -> None:
        """The person is who she says: earlier mistakes at this account are forgotten."""
        with db.transaction("forget_attempts") as session:
            session.execute(delete(SignInAttempt).where(SignInAttempt.subject == self._account))
            session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(self._ids)))

    def _count(self, subject: bytes, since: datetime) -> int:
        with db.reading("count_attempts") as session:
            query = select(func.count()).where(SignInAttempt.subject == subject, SignInAttempt.at > since)
            return session.scalar(query) or 0


def _is_shared(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return True  # a socket without an address: somebody of ours stands before it
    return any(found in net for net in SHARED)
