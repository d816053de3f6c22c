"""Days and hours as each language says them to a patient."""

from collections.abc import Mapping
from datetime import datetime

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_MONTHS = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio",
        "agosto", "septiembre", "octubre", "noviembre", "diciembre",
    ),
}  # fmt: skip


def when(local: datetime, language: str) -> Mapping[str, str]:
    """The facts weekday, date and time of a moment that already stands in the appointment's own time zone."""
    month, hour = _MONTHS[language][local.month - 1], local.hour % 12 or 12
    time = f"{hour}:{local.minute:02}"
    if language == "es":
        article, half = ("la" if hour == 1 else "las"), ("a. m." if local.hour < 12 else "p. m.")
        date, time = f"{local.day} de {month}", f"{article} {time} {half}"
    else:
        date, time = f"{month} {local.day}", f"{time} {'AM' if local.hour < 12 else 'PM'}"
    return {"weekday": _WEEKDAYS[language][local.weekday()], "date": date, "time": time}
