"""The house stands: verbs, pinned requirements, no addresses, layers."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_verb_is_there() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test", "check", "bench", "docs", "lock"} <= targets


def test_the_two_commands_stand_first_in_the_readme() -> None:
    head = (ROOT / "README.md").read_text()[:250]
    assert head.index("make run") < head.index("make test")


def test_requirements_are_pinned_with_hashes_and_name_no_address() -> None:
    for path in ROOT.glob("requirements/*.txt"):
        text = path.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--index|--find-links|file:", text), path


def test_requirements_cover_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {re.split(r"[<>=\[]", name)[0].lower() for group in groups for name in group}
    locked = {
        line.split("==")[0].lower()
        for line in (ROOT / "requirements/dev.txt").read_text().splitlines()
        if "==" in line
    }
    assert wanted <= locked


def test_layers_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_knowledge_carries_the_whole_text_of_its_licence() -> None:
    text = (ROOT / "knowledge/LICENSE").read_text()
    assert "SPDX-License-Identifier: CC-BY-4.0" in text
    assert all(f"Section {n} --" in text for n in range(1, 9))


def test_the_core_holds_no_clinical_import() -> None:
    for path in (ROOT / "src/needlepoint/core").rglob("*.py"):
        assert not re.search(r"^\s*(import|from) (yaml|pydantic|rich|django)", path.read_text(),
                             re.MULTILINE), path  # fmt: skip


def test_every_page_that_the_readme_names_exists() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text()):
        assert (ROOT / link).exists(), link


def test_the_chart_of_the_format_page_is_read(knowledge) -> None:
    from needlepoint.files import read_chart

    text = (ROOT / "docs/chart.md").read_text()
    example = text[text.index("```yaml") + 7 : text.index("```\n\n**Beside")]
    assert len(read_chart(example, knowledge=knowledge).entries) == 10


def test_the_tutorial_leads_where_it_says(knowledge) -> None:
    from needlepoint import assess, read_chart

    text = (ROOT / "docs/tutorial.md").read_text()
    parts = [part.split("```")[0] for part in text.split("```yaml\n")[1:]]
    chance = []
    for n in (1, 2, 3):
        chart = read_chart("".join(parts[:n]), knowledge=knowledge)
        one = assess(chart, knowledge, with_intervals=False).complaints[0]
        kinds = dict(zip(one.where.frame.kinds, one.where.posterior.kinds, strict=True))
        assert max(kinds, key=lambda kind: kinds[kind]) == "sacroiliac_joint"
        chance.append(kinds["sacroiliac_joint"])
        blocks = [s.action for s in one.plan.steps if s.tier == "block"]
        if n == 2:
            assert blocks[0] == "sacroiliac_joint_injection"
    assert chance[0] < chance[1] < chance[2] and chance[2] > 0.85
