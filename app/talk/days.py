"""What a text about several visits of one day may say: when and where each is, and nothing else (P11)."""

from collections.abc import Mapping, Sequence

from app.scheduling.booking import Visit
from app.settings import Settings
from app.talk import facts

AND = {"en": "and", "es": "y"}


def of_day(settings: Settings, visits: Sequence[Visit], language: str) -> Mapping[str, str]:
    """Everything that such a text may name; the soonest visit first."""
    of_first = facts.of_visit(settings, visits[0], language)
    shared = {name: words for name, words in of_first.items() if name not in ("time", "location")}
    return {**shared, "visits": spoken_visits(visits, language)}


def spoken_visits(visits: Sequence[Visit], language: str) -> str:
    """`9:00 AM and 2:30 PM, Main Street`, each with its place where they differ; `a las 9:00 a. m. y a las 2:30 p. m.,
    Main Street`."""
    times = [facts.spoken_time(each.local, language) for each in visits]
    at = times if language == "en" else [f"a {each}" for each in times]
    if len({each.location for each in visits}) > 1:
        return "; ".join(f"{time}, {each.location}" for time, each in zip(at, visits, strict=True))
    return f"{', '.join(at[:-1])} {AND[language]} {at[-1]}, {visits[0].location}"
