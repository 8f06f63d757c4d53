"""OR-Tools' minimum-cost flow on the same pairings: flow.py EDGES

Prints the cost and CPU seconds of the solver alone, the arcs having been handed over.
"""

import sys
import time

import numpy
from ortools.graph.python import min_cost_flow


def main(path):
    with open(path, encoding="utf-8") as file:
        tasks, workers, unserved = map(int, file.readline().split())
        edges = numpy.loadtxt(file, dtype=numpy.int64)
    # Tasks, then workers, then the end; each task brings one unit, and may send it straight to the end.
    end = tasks + workers
    from_task, to_worker = edges[:, 0], edges[:, 1] + tasks
    all_tasks, all_workers = numpy.arange(tasks), numpy.arange(workers) + tasks
    tails = numpy.concatenate([from_task, all_tasks, all_workers])
    heads = numpy.concatenate([to_worker, numpy.full(tasks + workers, end)])
    costs = numpy.concatenate([edges[:, 2], numpy.full(tasks, unserved), numpy.zeros(workers, dtype=numpy.int64)])
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, numpy.ones(len(tails), dtype=numpy.int64), costs)
    flow.set_nodes_supplies(numpy.append(all_tasks, end), numpy.append(numpy.ones(tasks, dtype=numpy.int64), -tasks))
    begun = time.process_time()
    status = flow.solve()
    seconds = time.process_time() - begun
    assert status == flow.OPTIMAL, status
    print(flow.optimal_cost(), round(seconds, 3), sep="\t")


main(sys.argv[1])
