"""Writes spectral_norm.json: what PyTorch's torch.nn.utils.parametrizations.spectral_norm computes, in float64.

    apt-get install python3-torch
    /usr/bin/python3 make_spectral_norm.py
"""

import json
from pathlib import Path

import torch
from make_reference import weights
from torch.nn.utils.parametrizations import spectral_norm

ROWS, COLUMNS = 5, 7
FORWARDS = [1, 3, 200]


def direction(name, size):
    vector = weights(name + ".", size)
    return vector / vector.norm()


def after(forwards, weight, gradient):
    layer = torch.nn.Linear(COLUMNS, ROWS, bias=False).double()
    with torch.no_grad():
        layer.weight.copy_(weight)
    spectral_norm(layer)
    norm = layer.parametrizations.weight[0]
    norm._u.copy_(direction("u", ROWS))
    norm._v.copy_(direction("v", COLUMNS))
    # Reading the weight in training mode is a forward pass of the parametrization: one power iteration.
    for _ in range(forwards):
        normalised = layer.weight
    (normalised * gradient).sum().backward()
    return {
        "forwards": forwards,
        "u": norm._u.tolist(),
        "v": norm._v.tolist(),
        "normalised": normalised.flatten().tolist(),
        "gradient": layer.parametrizations.weight.original.grad.flatten().tolist(),
    }


if __name__ == "__main__":
    weight, gradient = weights("linear.weight", ROWS, COLUMNS), weights("gradient.weight", ROWS, COLUMNS)
    reference = {
        "rows": ROWS,
        "columns": COLUMNS,
        "weight": weight.flatten().tolist(),
        "upstream": gradient.flatten().tolist(),
        "u": direction("u", ROWS).tolist(),
        "v": direction("v", COLUMNS).tolist(),
        "sigma": torch.linalg.svdvals(weight)[0].item(),
        "after": [after(forwards, weight, gradient) for forwards in FORWARDS],
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in reference.items())
    (Path(__file__).parent / "spectral_norm.json").write_text(f"{{{lines}}}\n")
