"""Medians over the seeds of what scripts/bench-solver.sh has measured, as tab-separated lines: table.py RESULTS

Each result's name ends in its seed. A line: name, number of seeds, and the median of each figure; what is no number is
left out, and a file with several lines (the proofs of drop-outs) is counted line by line.
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
        name, _, seed = path.name.removesuffix(".proved").rpartition("-")
        name = name or path.parent.name
        if (seed or path.name).isdigit() and path.is_file():
            kind = " proved" if path.suffix == ".proved" else ""
            groups[f"{path.parent.name}/{name}{kind}"] += [list(numbers(line)) for line in path.open(encoding="utf-8")]
    for name, lines in sorted(groups.items()):
        print(name, len(lines), *(f"{statistics.median(column):g}" for column in zip(*lines)), sep="\t")


main(sys.argv[1])
