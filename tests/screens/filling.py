"""What a browser would send of a form on a page: the fields as they stand in it."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self.choosing = action, False, ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = has.get("action") == self.action
        elif not self.inside:
            return
        elif tag == "input" and (has.get("type") != "checkbox" or "checked" in has):
            self.fields[has["name"]] = has.get("value", "")
        elif tag == "select":
            self.choosing = has["name"]
        elif tag == "option" and ("selected" in has or self.choosing not in self.fields):
            self.fields[self.choosing] = has["value"]

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form that goes to `action`."""
    parser = _Fields(action)
    parser.feed(page)
    assert "csrf" in parser.fields, f"there is no form to {action}"
    del parser.fields["csrf"]
    return parser.fields
