"""Values, addresses, names and the small parts, without a server."""

from __future__ import annotations

import array
import decimal
import math
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from conftest import Fake
from trainyard import TrainingMonitor, UsageError
from trainyard._events import Clock, RunEvents
from trainyard._identity import Rank, distinct_identifier, identifier, new_run_id
from trainyard._machine import MachineProbe
from trainyard._provenance import command_line
from trainyard._settings import server_address
from trainyard._values import as_json, json_number, snapshot


class Tensor:
    """A stand-in for a tensor."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)

    def item(self) -> float:
        if len(self.values) != 1:
            raise RuntimeError("a Tensor with several elements cannot be converted to Scalar")
        return self.values[0]


def test_numbers_of_every_kind_are_accepted() -> None:
    given = {"int": 1, "bool": True, "decimal": decimal.Decimal("0.5"), "tensor": Tensor(2.5), "huge": 10**400}
    taken = snapshot({**given, "deep": {"a": {"b": 3}}})
    assert {name: json_number(value) for name, value in taken.items()} == {
        "int": 1, "bool": 1.0, "decimal": 0.5, "tensor": 2.5, "huge": "Infinity", "deep/a/b": 3,
    }  # fmt: skip


def test_numpy_scalars_and_arrays_of_one_element_are_accepted() -> None:
    numpy = pytest.importorskip("numpy")
    values = {"f32": numpy.float32(0.5), "i64": numpy.int64(7), "one": numpy.array([1.5]), "nan": numpy.float64("nan")}
    taken = snapshot({**values, "many": numpy.ones(3)})
    assert taken["f32"] == 0.5 and taken["i64"] == 7 and taken["one"] == 1.5 and math.isnan(taken["nan"]) and "many" not in taken


def test_a_value_that_is_not_a_number_is_dropped_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        assert snapshot({"a": "text", "b": Tensor(1, 2), "c": None, "d": array.array("d", [1]), "e": 1.0}) == {"e": 1.0}
    assert [record.message for record in caplog.records].count("'a' is a str and not a number; values of that type are not stored.") == 1


def test_a_tensor_is_read_when_it_is_logged() -> None:
    tensor = Tensor(1.0)
    taken = snapshot({"loss": tensor})
    tensor.values[0] = 2.0
    assert taken == {"loss": 1.0}


@pytest.mark.parametrize(
    ("value", "expected"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity"), (-(10**400), "-Infinity"), (2, 2)]
)
def test_numbers_json_lacks_are_strings(value: float, expected: object) -> None:
    assert json_number(value) == expected


def test_texts_that_the_server_does_not_store_lose_only_those_characters() -> None:
    assert as_json({"a\0b": ["c\0", "undecodable \udcff", "Größe 🚂"]}) == {"a\ufffdb": ["c\ufffd", "undecodable ?", "Größe 🚂"]}
    events = RunEvents("r", None, "s")
    assert events.start(0, "n\0", {}, {"k\0": "v\ud800"})["tags"] == {"k\ufffd": "v?"}
    assert events.log(0, "info", "line \udcff")["metadata"]["message"] == "line ?"


def test_a_config_becomes_json() -> None:
    config = {"path": Path("a/b"), "rates": (1, math.nan), 3: {"set": {1}}, "object": types.SimpleNamespace(a=1), "type": int}
    assert as_json(config) == {"path": "a/b", "rates": [1, "NaN"], "3": {"set": [1]}, "object": {"a": 1}, "type": "<class 'int'>"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("ws://localhost:5080/ws", "http://localhost:5080"),
        ("wss://train.example/ws", "https://train.example"),
        ("http://localhost:5080/", "http://localhost:5080"),
        ("localhost:5080", "http://localhost:5080"),
        ("https://proxy.example/trainyard/", "https://proxy.example/trainyard"),
        ("http://[::1]:5080", "http://[::1]:5080"),
    ],
)
def test_http_and_ws_addresses_name_the_server(address: str, expected: str) -> None:
    assert server_address(address) == expected


@pytest.mark.parametrize("address", ["ftp://x", "http://", "http://x:99999"])
def test_other_addresses_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is not an"):
        server_address(address)


def test_ids_contain_only_valid_characters() -> None:
    assert identifier("Über run/3 #1") == "ber-run-3-1"
    assert identifier("...") == "run"
    assert distinct_identifier("my project") == "my-project"
    assert len({distinct_identifier(name) for name in ("実験", "訓練", "Versuch Ü", "Versuch Ä", "run")}) == 5
    assert len(new_run_id("x" * 300, Rank(), {})) == 128
    assert new_run_id("any", Rank(), {"TRAINYARD_RUN_ID": "given"}) == "given"


def test_the_ranks_of_a_job_have_one_id_and_two_jobs_have_two() -> None:
    job = {"WORLD_SIZE": "2", "TORCHELASTIC_RUN_ID": "17"}
    first, second = (new_run_id("a", Rank.read({**job, "RANK": rank}), job) for rank in "01")
    assert first == second != new_run_id("a", Rank(1, 2), {**job, "TORCHELASTIC_RUN_ID": "18"})
    assert Rank.read({"RANK": "0", "WORLD_SIZE": "1"}) == Rank()


def test_an_event_with_too_many_values_is_several() -> None:
    events = list(RunEvents("r", None, "s").metrics(0, 5, {f"m{number}": number for number in range(2_500)}))
    assert [len(event["measurements"]) for event in events] == [1000, 1000, 500]
    assert all(event["metadata"] == {"step": 5} for event in events)


def test_times_are_utc_with_microseconds() -> None:
    clock = Clock()
    assert clock.text(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123456Z"
    assert clock.text(1_700_000_001_000_000_000) == "2023-11-14T22:13:21.000000Z"


def test_values_of_secret_options_are_hidden() -> None:
    assert command_line(["train.py", "--api-key", "abc", "--hub_token=xyz", "--lr", "1"]) == "train.py --api-key *** --hub_token=*** --lr 1"


def test_the_machine_has_rates_from_its_second_sample_on(tmp_path: Path) -> None:
    def write(cpu: str, received: int) -> None:
        (tmp_path / "net").mkdir(exist_ok=True)
        (tmp_path / "stat").write_text(f"cpu  {cpu}\ncpu0 1 1 1 1\n")
        (tmp_path / "meminfo").write_text("MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 400 kB\n")
        (tmp_path / "net/dev").write_text(f"a\nb\n    lo: 9 0 0 0 0 0 0 0 9 0\n  eth0: {received} 0 0 0 0 0 0 0 5 0\n")

    probe = MachineProbe(tmp_path)
    write("100 0 0 100 0 0 0 0", 1000)
    first = probe.sample()
    write("175 0 0 125 0 0 0 0", 5000)
    second = probe.sample()
    assert first["memory_used_bytes"] == 600 * 1024 and "cpu_percent" not in first
    assert second["cpu_percent"] == pytest.approx(75)
    assert second["network_received_bytes_per_second"] > 0


def test_steps_count_up_when_none_is_given(fake: Fake, tmp_path: Path) -> None:
    with TrainingMonitor("steps", dashboard_url=fake.url, directory=tmp_path, machine_metrics=False, capture_code=False) as monitor:
        for step in (None, None, 10, None, Tensor(20), -5, None):
            monitor.log_metrics({"a": 1}, step)  # type: ignore[arg-type]
        monitor.log_metrics({"no number": "text"}, 22)
    monitor.log_metrics({"a": 1}, 23)
    assert [event["metadata"]["step"] for event in fake.events("ml.run.metric")] == [0, 1, 10, 11, 20, 21]


def test_an_unknown_name_is_accepted_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    import trainyard

    anything: Any = trainyard
    for _ in range(2):
        table = anything.Video("a")
        table.add_data(1)
        assert snapshot({"table": table, "loss": 1.0}) == {"loss": 1.0}
    assert sum("'Video'" in record.message for record in caplog.records) == 1
    assert not hasattr(anything, "_private")


def fakes(monkeypatch: pytest.MonkeyPatch, module: str, **members: Any) -> None:
    made = types.ModuleType(module)
    for name, value in members.items():
        setattr(made, name, value)
    monkeypatch.setitem(sys.modules, module, made)


def test_the_callback_for_transformers(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    fakes(monkeypatch, "transformers", TrainerCallback=type("TrainerCallback", (), {}))
    monkeypatch.delitem(sys.modules, "trainyard.huggingface", raising=False)
    from trainyard.huggingface import TrainyardCallback

    (tmp_path / "checkpoint-10").mkdir()
    arguments = types.SimpleNamespace(output_dir=str(tmp_path), run_name="bert", to_sanitized_dict=lambda: {"learning_rate": 0.1})
    state = types.SimpleNamespace(is_world_process_zero=True, global_step=10, best_model_checkpoint=str(tmp_path / "checkpoint-10"))
    callback = TrainyardCallback()
    callback.on_train_begin(arguments, state, None, model=None)
    callback.on_log(arguments, state, None, logs={"loss": 2.0, "eval_loss": 1.0})
    callback.on_save(arguments, state, None)
    callback.on_train_end(arguments, state, None)

    (metrics,) = fake.events("ml.run.metric")
    assert (metrics["metadata"]["step"], metrics["measurements"]) == (10, {"train/loss": 2.0, "eval/loss": 1.0})
    assert [one["metadata"]["is_best"] for one in fake.events("ml.run.checkpoint")] == [False, True]
    assert fake.events("ml.run.start")[0]["metadata"] == {"name": "bert", "hyperparams": {"learning_rate": 0.1}}
    assert fake.events("ml.run.stop")[0]["metadata"]["status"] == "completed"


def test_the_callback_for_lightning(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    fakes(monkeypatch, "lightning")
    fakes(monkeypatch, "lightning.pytorch", Callback=type("Callback", (), {}))
    monkeypatch.delitem(sys.modules, "trainyard.lightning", raising=False)
    from trainyard.lightning import TrainyardCallback

    trainer = types.SimpleNamespace(
        is_global_zero=True, global_step=5, current_epoch=0, log_every_n_steps=5, sanity_checking=False,
        logged_metrics={"train_loss": Tensor(2.0)}, callback_metrics={"val_loss": Tensor(1.0)},
    )  # fmt: skip
    callback = TrainyardCallback(run_name="lit")
    callback.on_fit_start(trainer, types.SimpleNamespace(hparams={"lr": 0.1}))
    callback.on_train_batch_end(trainer, None, None, None, 4)
    callback.on_train_epoch_end(trainer, None)
    callback.on_exception(trainer, None, ValueError("no"))
    callback.on_fit_end(trainer, None)

    assert [event["measurements"] for event in fake.events("ml.run.metric")] == [{"train_loss": 2.0}, {"val_loss": 1.0, "epoch": 0}]
    (stop,) = fake.events("ml.run.stop")
    assert (stop["metadata"]["status"], stop["metadata"]["message"]) == ("failed", "ValueError: no")


def test_the_callback_for_keras(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINYARD_URL", fake.url)
    base = type("Callback", (), {"params": {"epochs": 2}, "model": types.SimpleNamespace(name="mnist")})
    fakes(monkeypatch, "keras")
    fakes(monkeypatch, "keras.callbacks", Callback=base)
    monkeypatch.delitem(sys.modules, "trainyard.keras", raising=False)
    from trainyard.keras import TrainyardCallback

    callback = TrainyardCallback(log_batches=True)
    callback.on_train_begin()
    callback.on_train_batch_end(0, {"loss": 3.0})
    callback.on_epoch_end(0, {"loss": 2.0, "val_loss": 2.5})
    callback.on_train_end()

    assert fake.events("ml.run.start")[0]["metadata"] == {"name": "mnist", "hyperparams": {"epochs": 2}}
    assert [event["measurements"] for event in fake.events("ml.run.metric")] == [{"batch/loss": 3.0}, {"loss": 2.0, "val_loss": 2.5}]
