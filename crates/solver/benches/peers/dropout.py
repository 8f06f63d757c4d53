"""How few changes a drop-out takes, by CP-SAT: dropout.py INSTANCE CASES

For each case of benches/solver/dropout.rs: the fewest people missing, then the fewest changed cells with no more people
missing than that, and with no more than the re-plan left. A line per case: person, day, missing and changes of the re-plan;
missing and its lower bound; changes and their lower bound, of both. At most SECONDS of CPU for each question.
"""

import sys

from ortools.sat.python import cp_model

import cpsat
import shifts

SECONDS, WORKERS = 20, 8


def eased(instance, away, day):
    """Nobody owes minutes or long runs while away."""
    person = instance.people[away]
    instance.off.setdefault(person["name"], set()).update(range(day, instance.days))
    person.update(least=0, shortest=1, rest=1)


class Mended(cpsat.Roster):
    """The roster's model with the past fixed, and how many are missing and changed."""

    def __init__(self, instance, rows, away, day):
        super().__init__(instance)
        self.missing, self.changed = [], []
        for at in range(len(instance.people)):
            for on in range(instance.days):
                if at == away and on >= day:
                    continue
                shift = rows[at][on]
                kept = self.has[at, on, shift] if shift else self.works[at, on].Not()
                if on < day:
                    self.model.add_bool_and([kept])
                else:
                    self.changed.append(kept.Not())
                self.model.add_hint(kept, True)
        for on, shift, need, _, _ in instance.cover:
            present = [self.has[at, on, shift] for at in range(len(instance.people)) if (at, on, shift) in self.has]
            missing = self.model.new_int_var(0, need, "")
            self.model.add(sum(present) + missing >= need)
            self.missing.append(missing)

    def least(self, terms):
        self.model.minimize(sum(terms))
        solver, status = cpsat.solve(self.model, 1, SECONDS, WORKERS)
        found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        return (round(solver.objective_value) if found else -1), max(0, round(solver.best_objective_bound))


def main(path, cases):
    lines = open(cases, encoding="utf-8").read().splitlines()
    rows = [line.split(",") for line in lines if not line.startswith("case ")]
    for line in lines[len(rows) :]:
        away, day, missing, changes = map(int, line.split()[1:])
        instance = shifts.Instance(path)
        eased(instance, away, day)
        mended = Mended(instance, rows, away, day)
        fewest = mended.least(mended.missing)
        changed = []
        for most in sorted({missing, fewest[0] if fewest[0] >= 0 else missing}, reverse=True):
            mended.model.add(sum(mended.missing) <= most)
            changed.append(mended.least(mended.changed))
        print(away, day, missing, changes, *fewest, *changed[-1], *changed[0], sep="\t", flush=True)


main(*sys.argv[1:])
