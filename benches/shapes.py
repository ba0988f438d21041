#!/usr/bin/env python3
"""Writes documents of other shapes than records in records, some 64 MB each, for `cargo bench --bench summary`.

Usage: shapes.py DIR

What a scanner does with depth depends on them: arrays of numbers, of pairs and of strings stay at one depth or come back to it in
each block of 64 bytes, lines of JSON in every other one, coordinates of polygons are flat for a while and then not.
"""
import json
import random
import sys
from pathlib import Path

BYTES = 64_000_000


def numbers(draw):
    yield "["
    while True:
        yield f"{draw.randint(0, 10 ** draw.randint(1, 9))}, "


def pairs(draw):
    yield "[\n"
    while True:
        yield f"[{draw.uniform(0, 180):f}, {draw.uniform(0, 90):f}],\n"


def strings(draw):
    yield "[\n"
    while True:
        yield f'"{"x" * draw.randint(3, 70)}",\n'


def lines(draw):
    number = 0
    while True:
        row = {"id": number, "at": draw.random(), "name": f"n{number}", "tags": ["a", "b"], "text": "x" * draw.randint(0, 60)}
        yield json.dumps(row) + "\n"
        number += 1


def polygons(draw):
    yield '{"type": "FeatureCollection", "features": ['
    while True:
        ring = [[draw.uniform(0, 180), draw.uniform(0, 90)] for _ in range(draw.randint(20, 800))]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        yield json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}) + ", "


ENDS = {numbers: "0]", pairs: "[0, 0]]", strings: '""]', lines: "", polygons: "{}]}"}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for shape, end in ENDS.items():
        name = f"{shape.__name__}.{'jsonl' if shape is lines else 'json'}"
        with (folder / name).open("w") as file:
            n_bytes = 0
            for part in shape(random.Random(1)):
                n_bytes += file.write(part)
                if n_bytes >= BYTES:
                    break
            file.write(end)


main()
