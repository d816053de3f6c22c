"""Nothing moves for whoever asked their system for less motion (WCAG 2.2, 2.3.3; issue 6, point 8)."""

import re

from tests.guards.source import ROOT

WELCOME = re.compile(r"@media \(prefers-reduced-motion: no-preference\) \{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}")
MOTION = re.compile(r"\b(?:animation|transition|scroll-behavior)[\w-]*\s*:")


def test_styles_move_only_where_motion_is_welcome() -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("app/**/static/**/*.css")}
    assert sum(len(WELCOME.findall(css)) for css in sheets.values()) >= 2
    found = [f"{path.name}: {line}" for path, css in sheets.items() for line in MOTION.findall(WELCOME.sub("", css))]
    assert found == []
