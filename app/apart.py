"""One row's trouble is its own: it is told, and holds up no other row of a round (H61)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from types import TracebackType
from typing import TypeVar

from app import db
from app.log import error_name, log

Due = TypeVar("Due", bound=Hashable)


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


def together(
    event: str, due: Sequence[Due], act: Callable[[Sequence[Due]], Mapping[Due, bool]], alone: Callable[[Due], bool]
) -> int:  # fmt: skip
    """Many in one transaction, by `act`, which says what came of each that it saw to; the others, and all of them when
    there is trouble with one, each in its own, by `alone`. How many went a step further."""
    done: Mapping[Due, bool] = {}
    try:
        done = act(due)
    except Exception as error:  # whose it is comes out below, where each has a transaction to itself (H61)
        if db.gone(error):
            raise
        log.info(event, count=len(due), error=error_name(error))
    return sum(done.values()) + sum(alone(each) for each in due if each not in done)
