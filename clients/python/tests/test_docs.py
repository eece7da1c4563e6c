"""The examples of docs/python.md and the README do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import CLIENT, WAIT_SECONDS, Live, script

ROOT = CLIENT.parents[1]


def blocks(page: Path) -> list[str]:
    return [rest.split("\n```")[0] for rest in page.read_text(encoding="utf-8").split("```python\n")[1:]]


PAGES = (ROOT / "docs/python.md", ROOT / "README.md")
EXAMPLES = [(page.name, number, block) for page in PAGES for number, block in enumerate(blocks(page))]


@pytest.mark.parametrize(("page", "number", "block"), EXAMPLES, ids=[f"{page}-{number}" for page, number, _ in EXAMPLES])
def test_an_example_logs_a_run(live: Live, tmp_path: Path, page: str, number: int, block: str) -> None:
    process = script(f"{block}\nprint('RUN', monitor.run_id, monitor.step)", tmp_path, TRAINYARD_URL=live.url)
    output, errors = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 0, errors
    _, run_id, step = output.split()
    run = live.run(run_id)
    assert (run["name"], run["status"]) == ("my run", "completed")
    assert live.points(run_id, "loss")[-1][0] == int(step)
