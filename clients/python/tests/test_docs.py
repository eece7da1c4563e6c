"""The examples of docs/python.md, of the pages for other trackers and of the README do what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import CLIENT, WAIT_SECONDS, Live, script

ROOT = CLIENT.parents[1]


def blocks(page: Path) -> list[str]:
    return [rest.split("\n```")[0] for rest in page.read_text(encoding="utf-8").split("```python\n")[1:]]


PAGES = (ROOT / "docs/python.md", ROOT / "README.md")
EXAMPLES = [(page.name, number, block) for page in PAGES for number, block in enumerate(blocks(page))]


@pytest.mark.parametrize(
    ("page", "name", "config", "latest"),
    [
        ("from-wandb", "first", {"lr": 0.001, "epochs": 3}, {"train/loss": 1 / 3, "best": 1 / 3}),
        ("from-tensorboard", "from-tensorboard", {"lr": 0.001, "batch_size": 32}, {"accuracy/train": 0.9, "hparam/accuracy": 0.9}),
    ],
)
def test_the_example_for_another_tracker_logs_what_its_page_says(
    live: Live, tmp_path: Path, page: str, name: str, config: dict[str, object], latest: dict[str, float]
) -> None:
    (block,) = blocks(ROOT / f"docs/{page}.md")
    process = script(block, tmp_path, TRAINYARD_URL=live.url)
    _, errors = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 0, errors
    run = live.run(live.get(f"/runs?name={name}&limit=1")["items"][0]["run_id"])
    assert (run["name"], run["status"], run["config"]) == (name, "completed", config)
    assert {key: run["metrics"][key] for key in latest} == latest


@pytest.mark.parametrize(("page", "number", "block"), EXAMPLES, ids=[f"{page}-{number}" for page, number, _ in EXAMPLES])
def test_an_example_logs_a_run(live: Live, tmp_path: Path, page: str, number: int, block: str) -> None:
    process = script(f"{block}\nprint('RUN', monitor.run_id, monitor.step)", tmp_path, TRAINYARD_URL=live.url)
    output, errors = process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == 0, errors
    _, run_id, step = output.split()
    run = live.run(run_id)
    assert (run["name"], run["status"]) == ("my run", "completed")
    assert live.points(run_id, "loss")[-1][0] == int(step)
