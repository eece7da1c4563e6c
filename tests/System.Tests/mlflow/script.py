"""A script of an MLflow user. MLFLOW_TRACKING_URI names the server; nothing else differs from a script for MLflow's own server."""

import math
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException


def expect(actual, expected):
    if actual != expected:
        sys.exit(f"expected {expected!r}, got {actual!r}")


experiment = mlflow.set_experiment("moved from mlflow")
folder = tempfile.mkdtemp()

with mlflow.start_run(run_name="first") as run:
    run_id = run.info.run_id
    mlflow.log_param("lr", 0.001)
    mlflow.log_params({"layers": 2, "optimizer/name": "adam"})
    for step in range(5):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    mlflow.log_metrics({"accuracy": 0.5, "broken": math.nan, "huge": math.inf}, step=4)
    mlflow.set_tag("team", "nlp")
    mlflow.set_tags({"stage": "draft", "mlflow.note.content": "a note"})
    path = os.path.join(folder, "notes.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("hello")
    mlflow.log_artifact(path)
    mlflow.log_artifact(path, "sub folder")
    mlflow.log_text("other", "texts/other.txt")
    mlflow.log_dict({"a": 1}, "config.json")

with mlflow.start_run(run_name="second"):
    mlflow.log_metric("loss", 3.0)
    with mlflow.start_run(run_name="child", nested=True):
        mlflow.log_metric("loss", 4.0)

client = MlflowClient()
client.log_batch(
    run_id, [Metric("batched", 1.0, 1000, 0), Metric("batched", 2.0, 2000, 1)], [Param("p", "")], [RunTag("t", "")]
)
client.log_batch(run_id, [Metric("batched", 2.0, 2000, 1)])

read = client.get_run(run_id)
expect(read.info.status, "FINISHED")
expect(read.info.run_name, "first")
expect(read.data.params, {"lr": "0.001", "layers": "2", "optimizer/name": "adam", "p": ""})
expect(read.data.metrics["loss"], 0.2)
expect(math.isnan(read.data.metrics["broken"]), True)
expect(read.data.metrics["huge"] > 1e300, True)
expect(read.data.tags["mlflow.note.content"], "a note")
expect([(m.step, m.value) for m in client.get_metric_history(run_id, "loss")], [(s, 1 / (s + 1)) for s in range(5)])
expect([m.value for m in client.get_metric_history(run_id, "batched")], [1.0, 2.0])

found = client.search_runs(
    [experiment.experiment_id], "metrics.loss < 3.5 and attributes.status = 'FINISHED'", order_by=["metrics.loss DESC"]
)
expect([r.info.run_name for r in found], ["second", "first"])
expect(len(mlflow.search_runs(search_all_experiments=True, output_format="list")), 3)
expect(client.search_runs([experiment.experiment_id], "tags.team = 'nlp' and params.lr LIKE '0.%'")[0].info.run_id, run_id)

expect(
    sorted(f.path for f in client.list_artifacts(run_id)), ["config.json", "notes.txt", "sub folder", "texts"]
)
local = mlflow.artifacts.download_artifacts(run_id=run_id, dst_path=tempfile.mkdtemp())
with open(os.path.join(local, "sub folder", "notes.txt"), encoding="utf-8") as file:
    expect(file.read(), "hello")

with mlflow.start_run(run_id=run_id):
    mlflow.log_metric("loss", 0.1, step=5)
expect(len(client.get_metric_history(run_id, "loss")), 6)

try:
    client.log_param(run_id, "lr", "1")
    sys.exit("a changed param was accepted")
except MlflowException as refused:
    expect("Changing param values is not allowed" in str(refused), True)
try:
    client.create_registered_model("m")
    sys.exit("a model was registered")
except MlflowException as refused:
    expect("no model registry" in str(refused), True)

client.delete_run(run_id)
expect(client.get_run(run_id).info.lifecycle_stage, "deleted")
client.restore_run(run_id)
client.set_experiment_tag(experiment.experiment_id, "k", "v")
expect(client.get_experiment_by_name("moved from mlflow").tags["k"], "v")
print(f"ok {mlflow.__version__} {run_id}")
