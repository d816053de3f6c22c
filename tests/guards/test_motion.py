"""Nothing moves for whoever asked their system for less motion (WCAG 2.2, 2.3.3; issue 6, point 8)."""

import re

from tests.guards.source import ROOT

BLOCKS = r"@media \(prefers-reduced-motion: no-preference\)|@supports \(animation-timeline: scroll\(nearest inline\)\)"
WELCOME = re.compile(rf"(?:{BLOCKS}) \{{(?:[^{{}}]|\{{(?:[^{{}}]|\{{[^{{}}]*\}})*\}})*\}}")
"""What moves only where it is welcome, or only as far as the person herself scrolls."""
MOTION = re.compile(r"\b(?:animation|transition|scroll-behavior)[\w-]*\s*:")


def test_styles_move_only_where_motion_is_welcome() -> None:
    sheets = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("app/**/static/**/*.css")}
    assert sum(len(WELCOME.findall(css)) for css in sheets.values()) == 3
    found = [f"{path.name}: {line}" for path, css in sheets.items() for line in MOTION.findall(WELCOME.sub("", css))]
    assert found == []
