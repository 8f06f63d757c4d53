"""CP-SAT on a public instance: cpsat.py INSTANCE SEED CPU_SECONDS WORKERS ROSTER

CPU seconds are of all workers together. Writes the roster, and one line: cost, lower bound, status, CPU seconds.
"""

import resource
import sys
import threading
import time

from ortools.sat.python import cp_model

import shifts


class Roster:
    """The model: a literal per person, day and shift; runs and orders as clauses."""

    def __init__(self, instance):
        self.instance, self.model = instance, cp_model.CpModel()
        self.has, self.works, self.costs, self.constant = {}, {}, [], 0
        for at, person in enumerate(instance.people):
            self._cells(at, person)
            self._orders(at)
            self._totals(at, person)
            self._runs(at, person)
        self._wishes()
        self._cover()

    def _cells(self, at, person):
        off = self.instance.off.get(person["name"], set())
        for day in range(self.instance.days):
            may = [s for s in self.instance.shifts if day not in off and person["most_of"].get(s, 0) > 0]
            for shift in may:
                self.has[at, day, shift] = self.model.new_bool_var("")
            works = self.works[at, day] = self.model.new_bool_var("")
            self.model.add_exactly_one([self.has[at, day, shift] for shift in may] + [works.Not()])

    def _orders(self, at):
        for day in range(self.instance.days - 1):
            for shift, followers in self.instance.not_before.items():
                for follower in followers:
                    pair = (at, day, shift), (at, day + 1, follower)
                    if pair[0] in self.has and pair[1] in self.has:
                        self.model.add_bool_or([self.has[pair[0]].Not(), self.has[pair[1]].Not()])

    def _totals(self, at, person):
        days, minutes = range(self.instance.days), []
        for shift in self.instance.shifts:
            uses = [self.has[at, day, shift] for day in days if (at, day, shift) in self.has]
            if person["most_of"].get(shift, 0) < len(uses):
                self.model.add(sum(uses) <= person["most_of"].get(shift, 0))
            minutes += [self.instance.minutes[shift] * use for use in uses]
        self.model.add_linear_constraint(sum(minutes), person["least"], person["most"])
        weekends = []
        for pair in self.instance.weekends:
            served = self.model.new_bool_var("")
            for day in pair:
                self.model.add_implication(self.works[at, day], served)
            weekends.append(served)
        self.model.add(sum(weekends) <= person["weekends"])

    def _runs(self, at, person):
        works = [self.works[at, day] for day in range(self.instance.days)]
        longest = person["longest"]
        for start in range(len(works) - longest):
            self.model.add_bool_or([day.Not() for day in works[start : start + longest + 1]])
        for length in range(1, max(person["shortest"], person["rest"])):
            for start in range(len(works) - length - 1):
                before, *run, after = works[start : start + length + 2]
                if length < person["shortest"]:
                    self.model.add_bool_or([before] + [day.Not() for day in run] + [after])
                if length < person["rest"]:
                    self.model.add_bool_or([before.Not()] + run + [after.Not()])

    def _wishes(self):
        number = self.instance.number
        for name, day, shift, price in self.instance.wanted:
            self.constant += price
            if (number[name], day, shift) in self.has:
                self.costs.append(-price * self.has[number[name], day, shift])
        for name, day, shift, price in self.instance.unwanted:
            if (number[name], day, shift) in self.has:
                self.costs.append(price * self.has[number[name], day, shift])

    def _cover(self):
        people = range(len(self.instance.people))
        for day, shift, need, under, over in self.instance.cover:
            present = [self.has[at, day, shift] for at in people if (at, day, shift) in self.has]
            missing = self.model.new_int_var(0, need, "")
            surplus = self.model.new_int_var(0, max(0, len(present) - need), "")
            self.model.add(sum(present) + missing - surplus == need)
            self.costs += [under * missing, over * surplus]

    def rows(self, value):
        names = lambda at, day: [s for s in self.instance.shifts if (at, day, s) in self.has and value(self.has[at, day, s])]
        return [["".join(names(at, day)[:1]) for day in range(self.instance.days)] for at in range(len(self.instance.people))]


def solve(model, seed, seconds, workers):
    """The solver after so many CPU seconds of search."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = workers, seed
    done, begun = threading.Event(), time.process_time()

    def watch():
        while not done.wait(0.1):
            if time.process_time() - begun >= seconds:
                solver.stop_search()
                return

    threading.Thread(target=watch, daemon=True).start()
    status = solver.solve(model)
    done.set()
    return solver, status


def main(path, seed, seconds, workers, out):
    roster = Roster(shifts.Instance(path))
    roster.model.minimize(sum(roster.costs) + roster.constant)
    solver, status = solve(roster.model, int(seed), float(seconds), int(workers))
    cost = -1
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        rows = roster.rows(solver.value)
        hard, cost = shifts.judge(roster.instance, rows)
        assert hard == 0, hard
        shifts.write(out, rows)
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    print(cost, int(solver.best_objective_bound), solver.status_name(status), round(cpu, 1), sep="\t")


if __name__ == "__main__":
    main(*sys.argv[1:])
