"""One row's trouble is its own: it is told, and holds up no other row of a round (H61)."""

from collections.abc import Callable
from types import TracebackType

from app import db
from app.log import error_name, log


class Alone:
    """Whatever goes wrong in its block is logged as `event` with the row's id, and the round goes on. `give_up` brings
    such a row before a person; one that was only in somebody else's hands is left to the next round. What means that
    nothing can be done with the database now goes through."""

    def __init__(self, event: str, row_id: int, give_up: Callable[[], object] | None = None) -> None:
        self._event, self._row_id, self._give_up = event, row_id, give_up

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception) or db.gone(error):
            return False
        log.error(self._event, id=self._row_id, error=error_name(error))
        if self._give_up is not None and not isinstance(error, db.DATABASE_AWAY):
            self._give_up()
        return True
