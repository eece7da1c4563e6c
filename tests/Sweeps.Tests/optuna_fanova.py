"""Importances by Optuna's fANOVA: reads {"names": [...], "ranges": [[low, high] | [option, ...]], "points": [[...]], "losses": [...]}."""

import json
import sys

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution

optuna.logging.set_verbosity(optuna.logging.ERROR)
with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
spaces = {
    name: CategoricalDistribution(span) if isinstance(span[0], str) else FloatDistribution(*span)
    for name, span in zip(given["names"], given["ranges"])
}
study = optuna.create_study()
for point, loss in zip(given["points"], given["losses"]):
    study.add_trial(optuna.trial.create_trial(params=dict(zip(given["names"], point)), distributions=spaces, value=loss))
evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
print(json.dumps(optuna.importance.get_param_importances(study, evaluator=evaluator)))
