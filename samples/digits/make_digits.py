"""Draws digits as MNIST's IDX files, for a run of the family digits. Needs numpy.

    python samples/digits/make_digits.py my-digits
    curl localhost:5080/api/runs/train -H 'Content-Type: application/json' \\
        -d '{"model_family": "digits", "corpus_path": "my-digits", "num_epochs": 3, "batch_size": 64}'

Every image is a digit of strokes, turned, sheared, scaled and moved at random, with strokes of random width, and noise.
"""

import argparse
import math
import struct
from pathlib import Path

import numpy

SIDE = 28
PIXELS = numpy.array([(column, row) for row in range(SIDE) for column in range(SIDE)], dtype=float)


def arc(x, y, width, height, start, end, pieces=10):
    """Points on an ellipse; angles in degrees, clockwise from the right."""
    angles = numpy.radians(numpy.linspace(start, end, pieces))
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


# In a square from -1 to 1, y down.
STROKES = {
    0: [arc(0, 0, 0.55, 0.9, 0, 360)],
    1: [[(-0.35, -0.5), (0.1, -0.9), (0.1, 0.9)]],
    2: [[*arc(0, -0.42, 0.5, 0.48, 180, 395), (-0.55, 0.9), (0.6, 0.9)]],
    3: [[*arc(-0.05, -0.45, 0.5, 0.45, 200, 450), *arc(-0.05, 0.42, 0.55, 0.48, 270, 520)]],
    4: [[(0.25, 0.9), (0.25, -0.9), (-0.6, 0.3), (0.6, 0.3)]],
    5: [[(0.5, -0.9), (-0.4, -0.9), (-0.45, -0.1), *arc(0, 0.33, 0.52, 0.55, 225, 500)]],
    6: [[*arc(0.35, 0.2, 0.85, 1.1, 270, 180), *arc(0, 0.4, 0.5, 0.5, 180, 540)]],
    7: [[(-0.55, -0.9), (0.55, -0.9), (-0.1, 0.9)]],
    8: [arc(0, -0.45, 0.42, 0.45, 0, 360), arc(0, 0.45, 0.52, 0.45, 0, 360)],
    9: [[*arc(0, -0.4, 0.48, 0.5, 0, 360), (0.4, 0.9)]],
}


def segments_of(digit):
    """Starts and ends of all straight pieces: two arrays of (pieces, 2)."""
    pairs = [pair for stroke in STROKES[digit] for pair in zip(stroke, stroke[1:])]
    return numpy.array([start for start, _ in pairs]), numpy.array([end for _, end in pairs])


def distances(points, starts, ends):
    """The distance of each point to the nearest piece, from products of matrices of (points, pieces)."""
    along = ends - starts
    length = numpy.maximum((along**2).sum(1), 1e-9)
    projected = points @ along.T - (starts * along).sum(1)
    to_start = (points**2).sum(1)[:, None] - 2 * points @ starts.T + (starts**2).sum(1)
    share = numpy.clip(projected / length, 0, 1)
    return numpy.sqrt(numpy.maximum(to_start - 2 * share * projected + share**2 * length, 0).min(1))


def draw(digit, random):
    """An image of SIDE x SIDE bytes."""
    angle, shear = random.uniform(-0.3, 0.3), random.uniform(-0.25, 0.25)
    turn = numpy.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    size = random.uniform(6.5, 11.0) * numpy.array([random.uniform(0.8, 1.15), 1.0])
    move = (SIDE - 1) / 2 + random.uniform(-3.0, 3.0, 2)
    change = turn @ numpy.array([[1.0, shear], [0.0, 1.0]]) @ numpy.diag(size)
    starts, ends = ((points + random.normal(0, 0.03, points.shape)) @ change.T + move for points in segments_of(digit))
    ink = numpy.clip(random.uniform(0.9, 1.9) - distances(PIXELS, starts, ends) + 0.5, 0, 1) * random.uniform(170, 255)
    return numpy.clip(ink + random.normal(0, 14, ink.shape), 0, 255).astype(numpy.uint8)


def write(folder, name, count, random):
    labels = random.integers(0, 10, count).astype(numpy.uint8)
    images = numpy.stack([draw(int(label), random) for label in labels])
    (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, count, SIDE, SIDE) + images.tobytes())
    (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">4BI", 0, 0, 8, 1, count) + labels.tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=8000, help="training images (default 8000)")
    parser.add_argument("--test", type=int, default=1000, help="test images (default 1000)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    random = numpy.random.default_rng(arguments.seed)
    write(arguments.folder, "train", arguments.train, random)
    write(arguments.folder, "t10k", arguments.test, random)
    print(f"Wrote {arguments.train} training and {arguments.test} test images to {arguments.folder}.")


if __name__ == "__main__":
    main()
