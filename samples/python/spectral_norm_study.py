"""A hyperparameter study in PyTorch that reports to Trainyard as an outside job: spectral norm, learning rate and depth.

    python samples/python/spectral_norm_study.py                        # Optuna chooses the trials
    python samples/python/spectral_norm_study.py --sampler trainyard    # Trainyard does: POST /api/experiments/{id}/ask and tell

It needs torch, and Optuna for the first form. TRAINYARD_URL and TRAINYARD_API_KEY name the server and the key. With
MLFLOW_TRACKING_URI set, every trial is logged there too, and its stop event carries the id of the MLflow run.

Events are plain HTTP here: a reader sees exactly what a job in any language has to send. A script of your own takes the trainyard
package, which also keeps events while the server is down (external_trainer.py does that).
"""

import argparse
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

SPACE = {
    "spectral_norm": {"type": "choice", "values": [True, False]},
    "learning_rate": {"type": "log_uniform", "min": 0.001, "max": 0.1},
    "depth": {"type": "int", "min": 1, "max": 4},
}
OBJECTIVE = "val_loss"
EVENTS_PER_POST = 50


class Api:
    """JSON over HTTP with the standard library."""

    def __init__(self, url, headers):
        self.url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json", **{name: value for name, value in headers.items() if value}}

    def call(self, method, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {**self._headers, **headers}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            refused.msg += f": {refused.read().decode(errors='replace')}"
            raise


class Trainyard(Api):
    def __init__(self, url):
        super().__init__(url, {"X-Api-Key": os.environ.get("TRAINYARD_API_KEY")})

    def send(self, events, tries=6):
        """Sends events. A repetition has the same key, so the events are stored once even if an answer was lost."""
        key = uuid.uuid4().hex
        for attempt in range(tries):
            try:
                return self.call("POST", "/api/events/ml", events, **{"Idempotency-Key": key})
            except urllib.error.HTTPError as refused:
                if refused.code < 500 and refused.code != 429 or attempt == tries - 1:
                    raise
            except OSError:
                if attempt == tries - 1:
                    raise
            time.sleep(2**attempt)

    def create_experiment(self, experiment):
        try:
            self.call("POST", "/api/experiments", {"experiment_id": experiment})
        except urllib.error.HTTPError as refused:
            if refused.code != 409:  # 409: it exists.
                raise


class Mlflow(Api):
    """The calls of MLflow's REST protocol that a study needs."""

    def __init__(self, url, experiment):
        token = os.environ.get("MLFLOW_TRACKING_TOKEN")
        super().__init__(url, {"Authorization": token and f"Bearer {token}"})
        self._experiment = self._experiment_id(experiment)

    def _experiment_id(self, name):
        try:
            found = self.call("GET", f"/api/2.0/mlflow/experiments/get-by-name?experiment_name={urllib.parse.quote(name)}")
            return found["experiment"]["experiment_id"]
        except urllib.error.HTTPError as refused:
            if refused.code != 404:
                raise
        return self.call("POST", "/api/2.0/mlflow/experiments/create", {"name": name})["experiment_id"]

    def start(self, name, params, tags):
        body = {"experiment_id": self._experiment, "run_name": name, "start_time": _milliseconds(), "tags": _pairs(tags)}
        run_id = self.call("POST", "/api/2.0/mlflow/runs/create", body)["run"]["info"]["run_id"]
        self.call("POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run_id, "params": _pairs(params)})
        return run_id

    def log(self, run_id, curve):
        now = _milliseconds()
        points = [{"key": key, "value": value, "step": step, "timestamp": now} for step, values in curve for key, value in values.items()]
        self.call("POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run_id, "metrics": points})

    def end(self, run_id, status):
        self.call("POST", "/api/2.0/mlflow/runs/update", {"run_id": run_id, "status": status, "end_time": _milliseconds()})


def _pairs(values):
    return [{"key": key, "value": str(value)} for key, value in values.items()]


def _milliseconds():
    return time.time_ns() // 1_000_000


class OptunaSampler:
    """Optuna's ask and tell: this process chooses the points, and Trainyard gets to know them by the start events."""

    def __init__(self, trainyard, experiment, trials, seed):
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
        self._experiment = experiment
        self._session = uuid.uuid4().hex[:6]
        self._left = trials
        self._trials = {}

    def ask(self):
        if self._left == 0:
            return None, None
        self._left -= 1
        trial = self._study.ask()
        norm, rate, depth = SPACE["spectral_norm"], SPACE["learning_rate"], SPACE["depth"]
        params = {
            "spectral_norm": trial.suggest_categorical("spectral_norm", norm["values"]),
            "learning_rate": trial.suggest_float("learning_rate", rate["min"], rate["max"], log=True),
            "depth": trial.suggest_int("depth", depth["min"], depth["max"]),
        }
        trial_id = f"{self._experiment}-{self._session}-{trial.number}"
        self._trials[trial_id] = trial
        return trial_id, params

    def tell(self, trial_id, value):
        self._study.tell(self._trials[trial_id], value)

    def best(self):
        return self._study.best_value, self._study.best_params


class TrainyardSampler:
    """The same over HTTP: Trainyard chooses the points, also for several such processes at once."""

    def __init__(self, trainyard, experiment, trials, seed):
        self._trainyard, self._sweep = trainyard, f"/api/experiments/{experiment}"
        trainyard.create_experiment(experiment)
        trainyard.call("POST", f"{self._sweep}/sweep", {
            "search_space": SPACE, "sampler": "tpe", "max_trials": trials, "seed": seed, "trainer": "external",
            "objective": {"metric": OBJECTIVE, "stat": "min"}})

    def ask(self):
        trial = self._trainyard.call("POST", f"{self._sweep}/ask", {}, **{"Idempotency-Key": uuid.uuid4().hex})
        return trial["trial_id"], trial["hyperparams"]

    def tell(self, trial_id, value):
        # Without a value Trainyard takes the objective from the curve that it has. Untold, the trial would count at the next pass.
        self._trainyard.call("POST", f"{self._sweep}/tell", {"trial_id": trial_id})

    def best(self):
        best = self._trainyard.call("GET", f"{self._sweep}/sweep")["best"]
        return best["value"], best["hyperparams"]


def points(count, generator):
    """Two rings, one within the other; a fifth of the labels is wrong."""
    angle = torch.rand(count, generator=generator) * 2 * torch.pi
    label = (torch.rand(count, generator=generator) < 0.5).float()
    radius = 1 + label + 0.15 * torch.randn(count, generator=generator)
    wrong = (torch.rand(count, generator=generator) < 0.2).float()
    return torch.stack([radius * angle.cos(), radius * angle.sin()], dim=1), (label - wrong).abs()


def model(depth, constrained, width=32):
    linear = (lambda *size: spectral_norm(nn.Linear(*size))) if constrained else nn.Linear
    layers = [layer for at in range(depth) for layer in (linear(width if at else 2, width), nn.ReLU())]
    return nn.Sequential(*layers, linear(width, 1), nn.Flatten(0))


def train(params, epochs, seed):
    """Yields the measurements of each epoch."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    inputs, labels = points(128, generator)
    val_inputs, val_labels = points(1024, generator)
    net = model(params["depth"], params["spectral_norm"])
    optimizer = torch.optim.Adam(net.parameters(), lr=params["learning_rate"])
    loss_of = nn.BCEWithLogitsLoss()
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = loss_of(net(inputs), labels)
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            guess = net.eval()(val_inputs)
            net.train()
        right = ((guess > 0) == (val_labels > 0)).float().mean()
        yield {"train_loss": loss.item(), OBJECTIVE: loss_of(guess, val_labels).item(), "val_accuracy": right.item()}


def run_trial(trainyard, mlflow, experiment, trial_id, params, options):
    """Trains one trial, reports it, and returns its objective."""
    method = "spectral_norm" if params["spectral_norm"] else "none"
    name = f"depth {params['depth']}, {'spectral norm' if params['spectral_norm'] else 'unconstrained'}"
    run = {"trial_id": trial_id, "model_run_id": experiment, "source": "spectral-norm-study"}
    mlflow_run = mlflow and mlflow.start(name, params, {
        "trial_id": trial_id, "model_run_id": experiment, "constraint_method": method})
    linked = {"mlflow_run_id": mlflow_run} if mlflow_run else {}
    began = time.monotonic()
    trainyard.send([{**run, "event": "ml.run.start", "tags": {"constraint_method": method}, "metadata": {
        **linked, "name": name, "spectral_norm": params["spectral_norm"],
        "hyperparams": {**params, "epochs": options.epochs, "seed": options.seed}}}])
    curve, sent = [], 0
    try:
        for epoch, values in enumerate(train(params, options.epochs, options.seed)):
            curve.append((epoch, values))
            if len(curve) - sent == EVENTS_PER_POST or epoch == options.epochs - 1:
                trainyard.send([{**run, "event": "ml.run.metric", "metadata": {"epoch": at}, "measurements": measured}
                                for at, measured in curve[sent:]])
                if mlflow:
                    mlflow.log(mlflow_run, curve[sent:])
                sent = len(curve)
    except BaseException as fault:
        stop = {"status": "interrupted" if isinstance(fault, KeyboardInterrupt) else "failed", "message": repr(fault), **linked}
        trainyard.send([{**run, "event": "ml.run.stop", "metadata": stop}], tries=1)
        if mlflow:
            mlflow.end(mlflow_run, "KILLED" if isinstance(fault, KeyboardInterrupt) else "FAILED")
        raise
    best = min(values[OBJECTIVE] for _, values in curve)
    trainyard.send([{**run, "event": "ml.run.stop", "metadata": {"success": True, "epochs": options.epochs, **linked},
                     "measurements": {"duration_ms": round(1000 * (time.monotonic() - began))}}])
    if mlflow:
        mlflow.end(mlflow_run, "FINISHED")
    print(f"{trial_id}: {name}, learning rate {params['learning_rate']:.4f}: {OBJECTIVE} {best:.4f}", flush=True)
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sampler", choices=["optuna", "trainyard"], default="optuna")
    parser.add_argument("--trials", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--experiment", default="spectral-norm-study")
    parser.add_argument("--url", default=os.environ.get("TRAINYARD_URL") or os.environ.get("GATEWAY_HTTP") or "http://localhost:5080")
    options = parser.parse_args()
    torch.set_num_threads(1)  # Such a small model is slower on several.
    trainyard = Trainyard(options.url)
    tracking = os.environ.get("MLFLOW_TRACKING_URI")
    mlflow = Mlflow(tracking, options.experiment) if tracking else None
    sampler = {"optuna": OptunaSampler, "trainyard": TrainyardSampler}[options.sampler](
        trainyard, options.experiment, options.trials, options.seed)
    done = []
    while True:
        trial_id, params = sampler.ask()
        if trial_id is None:
            break
        sampler.tell(trial_id, run_trial(trainyard, mlflow, options.experiment, trial_id, params, options))
        done.append(trial_id)
    print("best:", *sampler.best())
    print(f"compare: {trainyard.url}/compare?runs={','.join(done)}&by=spectral_norm")


if __name__ == "__main__":
    main()
