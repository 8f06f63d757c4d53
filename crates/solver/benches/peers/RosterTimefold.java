// Timefold (community, constraint streams, its default phases) on a public instance:
// java RosterTimefold INSTANCE SEED CPU_SECONDS ROSTER. CPU seconds are of the process, its compiler and collector with it.

import ai.timefold.solver.core.api.domain.entity.PlanningEntity;
import ai.timefold.solver.core.api.domain.lookup.PlanningId;
import ai.timefold.solver.core.api.domain.solution.PlanningEntityCollectionProperty;
import ai.timefold.solver.core.api.domain.solution.PlanningScore;
import ai.timefold.solver.core.api.domain.solution.PlanningSolution;
import ai.timefold.solver.core.api.domain.solution.ProblemFactCollectionProperty;
import ai.timefold.solver.core.api.domain.valuerange.ValueRangeProvider;
import ai.timefold.solver.core.api.domain.variable.PlanningVariable;
import ai.timefold.solver.core.api.score.buildin.hardsoft.HardSoftScore;
import ai.timefold.solver.core.api.score.stream.Constraint;
import ai.timefold.solver.core.api.score.stream.ConstraintCollectors;
import ai.timefold.solver.core.api.score.stream.ConstraintFactory;
import ai.timefold.solver.core.api.score.stream.ConstraintProvider;
import ai.timefold.solver.core.api.score.stream.Joiners;
import ai.timefold.solver.core.api.score.stream.common.Break;
import ai.timefold.solver.core.api.score.stream.common.Sequence;
import ai.timefold.solver.core.api.score.stream.common.SequenceChain;
import ai.timefold.solver.core.api.solver.Solver;
import ai.timefold.solver.core.api.solver.SolverFactory;
import ai.timefold.solver.core.config.solver.SolverConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

public class RosterTimefold {
    public static class Shift {
        public String name;
        public int number, minutes;
        public Set<String> notBefore = new HashSet<>();
    }

    public static class Person {
        public String name;
        public int number, most, least, longest, shortest, rest, weekends;
        public Map<String, Integer> mostOf = new HashMap<>();
        public Set<Integer> off = new HashSet<>();

        int excess(Shift shift, int count) { return count - mostOf.getOrDefault(shift.name, 0); }

        int wrongMinutes(int sum) { return sum > most ? sum - most : Math.max(0, least - sum); }
    }

    public static class Need {
        public int day, need, under, over;
        public Shift shift;

        public int getDay() { return day; }

        public Shift getShift() { return shift; }

        // By how much so many people improve on nobody: nobody is not seen by a grouping.
        int gain(int present) {
            return under * need - under * Math.max(0, need - present) - over * Math.max(0, present - need);
        }
    }

    @PlanningEntity
    public static class Cell {
        @PlanningId public Long id;
        public Person person;
        public int day;
        public int[] costs;
        public List<Shift> range;
        @PlanningVariable(valueRangeProviderRefs = "shifts", allowsUnassigned = true) public Shift shift;

        @ValueRangeProvider(id = "shifts") public List<Shift> getRange() { return range; }

        public Person getPerson() { return person; }

        public Shift getShift() { return shift; }

        public int getDay() { return day; }

        public int getNext() { return day + 1; }

        public int getWeek() { return day / 7; }

        public boolean isWeekend() { return day % 7 >= 5; }
    }

    @PlanningSolution
    public static class Roster {
        @ProblemFactCollectionProperty public List<Person> people = new ArrayList<>();
        @ProblemFactCollectionProperty public List<Shift> shifts = new ArrayList<>();
        @ProblemFactCollectionProperty public List<Need> needs = new ArrayList<>();
        @PlanningEntityCollectionProperty public List<Cell> cells = new ArrayList<>();
        @PlanningScore public HardSoftScore score;
        public int days;
    }

    static int days;

    public static class Rules implements ConstraintProvider {
        @Override
        public Constraint[] defineConstraints(ConstraintFactory all) {
            HardSoftScore hard = HardSoftScore.ONE_HARD, soft = HardSoftScore.ONE_SOFT;
            return new Constraint[] {
                all.forEach(Cell.class)
                    .join(Cell.class, Joiners.equal(Cell::getPerson), Joiners.equal(Cell::getNext, Cell::getDay))
                    .filter((a, b) -> a.shift.notBefore.contains(b.shift.name)).penalize(hard).asConstraint("orders"),
                all.forEach(Cell.class).groupBy(Cell::getPerson, Cell::getShift, ConstraintCollectors.count())
                    .filter((p, s, n) -> p.excess(s, n) > 0).penalize(hard, (p, s, n) -> p.excess(s, n)).asConstraint("most of"),
                all.forEach(Cell.class).groupBy(Cell::getPerson, ConstraintCollectors.sum(c -> c.shift.minutes))
                    .filter((p, sum) -> p.wrongMinutes(sum) > 0)
                    .penalize(hard, (p, sum) -> 1 + p.wrongMinutes(sum) / 240).asConstraint("minutes"),
                all.forEach(Person.class).ifNotExists(Cell.class, Joiners.equal(p -> p, Cell::getPerson))
                    .penalize(hard, p -> 1 + p.least / 240).asConstraint("no minutes at all"),
                all.forEach(Cell.class)
                    .groupBy(Cell::getPerson, ConstraintCollectors.toConsecutiveSequences(Cell::getDay))
                    .flattenLast(SequenceChain::getConsecutiveSequences).filter((p, run) -> ofRun(p, run) > 0)
                    .penalize(hard, Rules::ofRun).asConstraint("runs"),
                all.forEach(Cell.class)
                    .groupBy(Cell::getPerson, ConstraintCollectors.toConsecutiveSequences(Cell::getDay))
                    .flattenLast(SequenceChain::getBreaks).filter((p, rest) -> ofRest(p, rest) > 0)
                    .penalize(hard, Rules::ofRest).asConstraint("rests"),
                all.forEach(Cell.class).filter(Cell::isWeekend)
                    .groupBy(Cell::getPerson, ConstraintCollectors.countDistinct(Cell::getWeek))
                    .filter((p, n) -> n > p.weekends).penalize(hard, (p, n) -> n - p.weekends).asConstraint("weekends"),
                all.forEach(Cell.class).filter(c -> c.costs[c.shift.number] != 0)
                    .impact(soft, c -> -c.costs[c.shift.number]).asConstraint("wishes"),
                all.forEach(Cell.class).groupBy(Cell::getDay, Cell::getShift, ConstraintCollectors.count())
                    .join(Need.class, Joiners.equal((d, s, n) -> d, Need::getDay), Joiners.equal((d, s, n) -> s, Need::getShift))
                    .impact(soft, (d, s, n, need) -> need.gain(n)).asConstraint("cover"),
            };
        }

        static int ofRun(Person p, Sequence<Cell, Integer> run) {
            boolean isInside = run.getFirstItem().day > 0 && run.getLastItem().day < days - 1;
            int tooShort = isInside ? Math.max(0, p.shortest - run.getCount()) : 0;
            return tooShort + Math.max(0, run.getCount() - p.longest);
        }

        static int ofRest(Person p, Break<Cell, Integer> rest) {
            int length = rest.getNextSequenceStart().day - rest.getPreviousSequenceEnd().day - 1;
            return Math.max(0, p.rest - length);
        }
    }

    static Roster read(String path) throws IOException {
        Roster roster = new Roster();
        Map<String, Shift> shifts = new HashMap<>();
        Map<String, Person> people = new HashMap<>();
        Map<String, int[]> costs = new HashMap<>();
        String section = "";
        for (String raw : Files.readAllLines(Path.of(path))) {
            String line = raw.trim();
            if (line.startsWith("SECTION_")) section = line.substring(8);
            else if (!line.isEmpty() && !line.startsWith("#")) take(roster, section, line.split(",", -1), shifts, people, costs);
        }
        days = roster.days;
        for (Person person : roster.people) {
            List<Shift> may = roster.shifts.stream().filter(s -> person.mostOf.getOrDefault(s.name, 0) > 0).toList();
            for (int day = 0; day < roster.days; day++) {
                if (person.off.contains(day)) continue;
                Cell cell = new Cell();
                cell.id = (long) roster.cells.size();
                cell.person = person;
                cell.day = day;
                cell.range = may;
                cell.costs = costs.getOrDefault(person.name + "/" + day, new int[roster.shifts.size()]);
                roster.cells.add(cell);
            }
        }
        return roster;
    }

    static void take(Roster roster, String section, String[] p, Map<String, Shift> shifts, Map<String, Person> people,
            Map<String, int[]> costs) {
        switch (section) {
            case "HORIZON" -> roster.days = Integer.parseInt(p[0]);
            case "SHIFTS" -> {
                Shift shift = new Shift();
                shift.name = p[0];
                shift.minutes = Integer.parseInt(p[1]);
                shift.number = roster.shifts.size();
                if (p.length > 2) for (String other : p[2].split("\\|")) if (!other.isEmpty()) shift.notBefore.add(other);
                roster.shifts.add(shift);
                shifts.put(shift.name, shift);
            }
            case "STAFF" -> {
                Person person = new Person();
                person.name = p[0];
                person.number = roster.people.size();
                for (String pair : p[1].split("\\|")) {
                    String[] parts = pair.split("=");
                    person.mostOf.put(parts[0], Integer.parseInt(parts[1]));
                }
                int[] n = Arrays.stream(p, 2, 8).mapToInt(Integer::parseInt).toArray();
                person.most = n[0];
                person.least = n[1];
                person.longest = n[2];
                person.shortest = n[3];
                person.rest = n[4];
                person.weekends = n[5];
                roster.people.add(person);
                people.put(person.name, person);
            }
            case "DAYS_OFF" -> {
                for (int at = 1; at < p.length; at++) people.get(p[0]).off.add(Integer.parseInt(p[at]));
            }
            case "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS" -> {
                int price = Integer.parseInt(p[3]) * (section.contains("_ON_") ? -1 : 1);
                int[] of = costs.computeIfAbsent(p[0] + "/" + p[1], key -> new int[roster.shifts.size()]);
                of[shifts.get(p[2]).number] += price;
            }
            case "COVER" -> {
                Need need = new Need();
                need.day = Integer.parseInt(p[0]);
                need.shift = shifts.get(p[1]);
                need.need = Integer.parseInt(p[2]);
                need.under = Integer.parseInt(p[3]);
                need.over = Integer.parseInt(p[4]);
                roster.needs.add(need);
            }
            default -> throw new IllegalArgumentException(section);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Roster problem = read(arguments[0]);
        SolverConfig config = new SolverConfig().withSolutionClass(Roster.class).withEntityClasses(Cell.class)
            .withConstraintProviderClass(Rules.class).withRandomSeed(Long.parseLong(arguments[1]))
            .withTerminationSpentLimit(Duration.ofHours(2));
        Solver<Roster> solver = SolverFactory.<Roster>create(config).buildSolver();
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long limit = (long) (Double.parseDouble(arguments[2]) * 1e9);
        Thread watch = new Thread(() -> {
            try {
                while (system.getProcessCpuTime() < limit) Thread.sleep(50);
                solver.terminateEarly();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        watch.setDaemon(true);
        watch.start();
        Roster best = solver.solve(problem);
        String[][] rows = new String[best.people.size()][best.days];
        for (String[] row : rows) Arrays.fill(row, "");
        for (Cell cell : best.cells) if (cell.shift != null) rows[cell.person.number][cell.day] = cell.shift.name;
        try (PrintWriter out = new PrintWriter(arguments[3])) {
            for (String[] row : rows) out.println(String.join(",", row));
        }
    }
}
