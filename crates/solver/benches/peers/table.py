"""Medians over the seeds of what scripts/bench-solver.sh has measured, as tab-separated lines: table.py RESULTS

Each result's name ends in its seed. A line: name, number of seeds, and the median of each figure; what is no number is
left out. Lines of a file after its first (the proofs of drop-outs) are counted one by one.
"""

import collections
import pathlib
import statistics
import sys


def numbers(line):
    for word in line.split("\t"):
        try:
            yield float(word)
        except ValueError:
            continue


def main(results):
    groups = collections.defaultdict(list)
    for path in sorted(pathlib.Path(results).glob("*/*")):
        name, _, seed = path.name.rpartition("-")
        name = f"{path.parent.name}/{name or path.parent.name}"
        if (seed or path.name).isdigit() and path.is_file():
            first, *cases = map(list, map(numbers, path.open(encoding="utf-8")))
            groups[name].append(first)
            groups[f"{name} proved"] += cases
    for name, lines in sorted((name, lines) for name, lines in groups.items() if lines):
        print(name, len(lines), *(f"{statistics.median(column):g}" for column in zip(*lines)), sep="\t")


main(sys.argv[1])
