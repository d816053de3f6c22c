"""The alarm: tells ALARM_URL, outside this house, that somebody must look; and, by its own reason, that all is well."""

from typing import Literal

import requests

from app import clock, db, settings
from app.log import error_name, log

Reason = Literal["clinical_text_waits", "clinical_text_refused", "call_not_kept", "all_is_well", "something_is_wrong"]
"""A clinical text lies in the spool; one could be kept nowhere; the auditor found all well, or did not."""

SECONDS = 3.0
HEARD = range(200, 300)


def ring(reason: Reason) -> bool:
    """POST {"reason", "at"} to ALARM_URL; nothing of a patient stands in it (P11). False when nobody heard it, so that
    the caller tries again in its next round; connecting and answering may take 3 s each, so ring where nobody waits.
    True, too, when ALARM_URL is not set: there is nobody to ring."""
    address = settings.current().alarm_url
    if not address:
        return True
    try:
        with db.outside("alarm.ring"):
            status = _post(address, {"reason": reason, "at": clock.now().isoformat(timespec="seconds")})
    except (requests.RequestException, OSError, ValueError) as error:
        log.error("alarm_not_heard", reason=reason, error=error_name(error))
        return False
    if status not in HEARD:
        log.error("alarm_not_heard", reason=reason, status=status)
        return False
    log.warning("alarm_rung", reason=reason)
    return True


def _post(address: str, words: dict[str, str]) -> int:
    """The answer's status. What it says is not read; a detour is not followed, since it may lead out of https."""
    with requests.post(address, json=words, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
        return answer.status_code
