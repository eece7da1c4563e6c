"""Least losses Optuna's TPE finds: optuna_tpe.py TRIALS SEEDS FUNCTION... prints {function: [loss, ...]}."""

import json
import math
import sys

import optuna

A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
C = [1, 1.2, 3, 3.2]


def box(trial, *ranges):
    return [trial.suggest_float(f"x{at}", low, high) for at, (low, high) in enumerate(ranges)]


def sphere(dimensions):
    return lambda trial: sum((x - 1) ** 2 for x in box(trial, *[(-5, 5)] * dimensions))


def branin(trial):
    x, y = box(trial, (-5, 10), (0, 15))
    return (y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann6(trial):
    x = box(trial, *[(0, 1)] * 6)
    return -sum(C[row] * math.exp(-sum(A[row][at] * (x[at] - P[row][at]) ** 2 for at in range(6))) for row in range(4))


def rosenbrock(trial):
    x, y = box(trial, (-2, 2), (-2, 2))
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2


def mixed(trial):
    rate = trial.suggest_float("lr", 1e-5, 1, log=True)
    layers = trial.suggest_int("layers", 1, 12)
    width = trial.suggest_int("width", 8, 1024, log=True)
    family = trial.suggest_categorical("family", ["a", "b", "c"])
    return (math.log10(rate) + 3) ** 2 + ((layers - 7) / 4) ** 2 + (math.log2(width) - 7) ** 2 / 4 + {"a": 0.5, "b": 0, "c": 1}[family]


FUNCTIONS = {"sphere2": sphere(2), "sphere5": sphere(5), "branin": branin, "hartmann6": hartmann6, "rosenbrock": rosenbrock, "mixed": mixed}


def best(function, trials, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(function, n_trials=trials)
    return study.best_value


optuna.logging.set_verbosity(optuna.logging.ERROR)
trials, seeds = int(sys.argv[1]), int(sys.argv[2])
print(json.dumps({name: [best(FUNCTIONS[name], trials, seed) for seed in range(seeds)] for name in sys.argv[3:]}))
