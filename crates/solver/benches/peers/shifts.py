"""Reads the public shift-scheduling instances and checks rosters for them, apart from the Rust crate.

A roster is a list of rows, one per person, of shift names, '' for a free day.
"""


class Instance:
    def __init__(self, path):
        self.days, self.shifts, self.minutes, self.not_before = 0, [], {}, {}
        self.people, self.off, self.wanted, self.unwanted, self.cover = [], {}, [], [], []
        section = None
        for line in map(str.strip, open(path, encoding="utf-8")):
            if line.startswith("SECTION_"):
                section = line.removeprefix("SECTION_")
            elif line and not line.startswith("#"):
                self._take(section, line.split(","))
        self.number = {person["name"]: at for at, person in enumerate(self.people)}
        self.weekends = [(day, day + 1) for day in range(5, self.days, 7)]

    def _take(self, section, parts):
        if section == "HORIZON":
            self.days = int(parts[0])
        elif section == "SHIFTS":
            name = parts[0]
            self.shifts.append(name)
            self.minutes[name] = int(parts[1])
            self.not_before[name] = [other for other in "".join(parts[2:3]).split("|") if other]
        elif section == "STAFF":
            keys = ["most", "least", "longest", "shortest", "rest", "weekends"]
            person = dict(zip(keys, map(int, parts[2:8])), name=parts[0])
            person["most_of"] = {name: int(most) for name, most in (pair.split("=") for pair in parts[1].split("|"))}
            self.people.append(person)
        elif section == "DAYS_OFF":
            self.off[parts[0]] = set(map(int, parts[1:]))
        elif section == "SHIFT_ON_REQUESTS":
            self.wanted.append((parts[0], int(parts[1]), parts[2], int(parts[3])))
        elif section == "SHIFT_OFF_REQUESTS":
            self.unwanted.append((parts[0], int(parts[1]), parts[2], int(parts[3])))
        elif section == "COVER":
            self.cover.append((int(parts[0]), parts[1], int(parts[2]), int(parts[3]), int(parts[4])))


def broken_rules(instance, person, row):
    """How many hard rules the row breaks."""
    worked = [shift for shift in row if shift]
    minutes = sum(instance.minutes[shift] for shift in worked)
    broken = sum(1 for day in instance.off.get(person["name"], ()) if row[day])
    broken += sum(1 for shift in set(worked) if worked.count(shift) > person["most_of"].get(shift, 0))
    broken += (minutes > person["most"]) + (minutes < person["least"])
    broken += sum(1 for first, then in zip(row, row[1:]) if first and then in instance.not_before[first])
    broken += sum(1 for days in instance.weekends if any(row[day] for day in days)) > person["weekends"]
    start = 0
    while start < len(row):
        end = start
        while end < len(row) and bool(row[end]) == bool(row[start]):
            end += 1
        length, inside = end - start, start > 0 and end < len(row)
        if row[start]:
            broken += length > person["longest"]
        broken += inside and length < (person["shortest"] if row[start] else person["rest"])
        start = end
    return broken


def judge(instance, roster):
    """Broken hard rules and cost."""
    hard = sum(broken_rules(instance, *pair) for pair in zip(instance.people, roster))
    at = lambda name, day: roster[instance.number[name]][day]
    cost = sum(price for name, day, shift, price in instance.wanted if at(name, day) != shift)
    cost += sum(price for name, day, shift, price in instance.unwanted if at(name, day) == shift)
    for day, shift, need, under, over in instance.cover:
        present = sum(1 for row in roster if row[day] == shift)
        cost += under * max(0, need - present) + over * max(0, present - need)
    return hard, cost


def write(path, roster):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(",".join(row) + "\n" for row in roster)


def read(path):
    return [line.rstrip("\n").split(",") for line in open(path, encoding="utf-8")]
