"""Trains the same model with and without spectral norm, on several seeds, as one sweep, and prints how they compare.

    python samples/python/spectral_norm.py CORPUS_PATH [--server http://localhost:5080] [--seeds 3] [--steps 300]

CORPUS_PATH is a text file or folder below APP__CORPUS_ROOT. Then open the printed address to see the curves.
"""

import argparse
import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request

EXPERIMENT = "spectral-norm"


class Server:
    def __init__(self, address):
        self.address = address.rstrip("/")
        self.headers = {"Content-Type": "application/json"}
        if key := os.environ.get("TRAINYARD_API_KEY"):
            self.headers["X-Api-Key"] = key

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/api{path}", data, self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def wait(self, path, field, running):
        """Polls until the field has none of these values, and returns the whole answer."""
        while (answer := self.call("GET", path))[field] in running:
            time.sleep(1)
        return answer


def tokenizer(server, corpus):
    body = {"corpus_path": corpus, "vocab_size": 512, "name": "spectral norm study"}
    path = f"/tokenizers/{server.call('POST', '/tokenizers/train', body)['tokenizer_id']}"
    trained = server.wait(path, "status", ("queued", "running"))
    if trained["status"] != "completed":
        raise SystemExit(f"The tokenizer is {trained['status']}: {trained.get('message')}")
    return trained["tokenizer_id"]


def sweep(server, corpus, seeds, steps):
    experiment = f"{EXPERIMENT}-{int(time.time())}"
    server.call("POST", "/experiments", {"experiment_id": experiment, "name": "spectral norm on/off"})
    server.call("POST", f"/experiments/{experiment}/sweep", {
        "search_space": {
            "spectral_norm": {"type": "choice", "values": [True, False]},
            "seed": {"type": "int", "min": 1, "max": seeds}},
        "sampler": "grid",
        "objective": {"metric": "val_loss", "stat": "min"},
        "base": {
            "tokenizer_id": tokenizer(server, corpus), "corpus_path": corpus, "model_size": "nano", "learning_rate": 0.003,
            "max_steps": steps, "eval_every": max(1, steps // 10)}})
    ended = server.wait(f"/experiments/{experiment}/sweep", "state", ("running",))
    print(f"The sweep is {ended['state']}: {ended['trials']['completed']} trials completed, {ended['trials']['failed']} failed.")
    return experiment


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpus")
    arguments.add_argument("--server", default="http://localhost:5080")
    arguments.add_argument("--seeds", type=int, default=3)
    arguments.add_argument("--steps", type=int, default=300)
    given = arguments.parse_args()
    server = Server(given.server)
    experiment = sweep(server, given.corpus, given.seeds, given.steps)

    comparison = server.call("GET", f"/experiments/{experiment}/compare?metric=val_loss&stat=min&by=spectral_norm")
    print("spectral_norm  runs  best val_loss, mean ± deviation")
    for group in comparison["groups"]:
        name = "on" if group["by"]["spectral_norm"] else "off"
        value = "none" if group["mean"] is None else f"{group['mean']:.4f} ± {group['std'] or 0:.4f}"
        print(f"{name:<13}  {group['count']:>4}  {value}")
    query = urllib.parse.urlencode({"experiment": experiment, "view": "groups", "by": "spectral_norm"})
    print(f"{server.address}/compare?{query}")


if __name__ == "__main__":
    main()
