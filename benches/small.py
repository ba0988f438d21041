#!/usr/bin/env python3
"""A file of less than 64 KiB, scanned with one thread and with two, by turns: what the pool costs where it is not touched.

benches/small.py PROGRAM FILE [RUNS]
"""

import statistics
import subprocess
import sys
import time


def main():
    program, file = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with open(file, "rb") as source:
        if len(source.read(64 << 10)) == 64 << 10:
            sys.exit(f"{file}: it has 64 KiB or more")
    took = {1: [], 2: []}
    for _ in range(runs):
        for threads, times in took.items():
            command = [program, "scan", file, "--threads", str(threads), "--index-cache", "off"]
            begin = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            times.append(1e3 * (time.perf_counter() - begin))
    one, two = (statistics.median(took[threads]) for threads in (1, 2))
    print(f"median of {runs}: one thread {one:.2f} ms, two {two:.2f} ms, ratio {two / one:.3f}")


main()
