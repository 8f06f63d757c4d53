//! Small groups cannot be seen, and cannot be computed.

use proptest::prelude::*;

use super::suppress::{Margins, PublicTable, SMALLEST_GROUP, Shown, suppress, suppress_list};

fn list(groups: &[u64]) -> (String, String) {
    let (groups, total) = suppress_list(groups, true);
    let word = |shown: &Shown| match shown {
        Shown::Count(n) => n.to_string(),
        Shown::Hidden => "-".into(),
    };
    (groups.iter().map(word).collect::<Vec<_>>().join(" "), total.map_or(String::new(), |t| word(&t)))
}

#[test]
fn a_list_hides_a_second_group_when_one_is_small() {
    let cases: [(&str, &[u64], &str, &str); 10] = [
        ("nothing small", &[5, 20, 0], "5 20 0", "25"),
        ("one small: the smallest of the others goes too", &[3, 20, 40], "- - 40", "63"),
        ("zeros cannot help", &[3, 0, 40], "- 0 -", "43"),
        ("two small ones hide each other", &[3, 2, 40], "- - 40", "45"),
        ("two ones do not: readers know they are at least one", &[1, 1, 40], "- - -", "42"),
        ("only small and zero: the total goes", &[3, 0, 0], "- 0 0", "-"),
        ("five ones: the total goes", &[1, 1, 1, 1, 1], "- - - - -", "-"),
        ("a small total", &[2, 2], "- -", "-"),
        ("one group", &[4], "-", "-"),
        ("none", &[], "", "0"),
    ];
    for (name, groups, cells, total) in cases {
        assert_eq!(list(groups), (cells.to_owned(), total.to_owned()), "{name}");
    }
    assert_eq!(suppress_list(&[3, 20], false), (vec![Shown::Hidden, Shown::Count(20)], None));
}

#[test]
fn a_table_hides_a_rectangle() {
    let cells = vec![vec![3, 20, 30], vec![10, 50, 60], vec![70, 80, 90]];
    let table = suppress(&cells, Margins::ALL);
    let hidden: Vec<(usize, usize)> = (0..3)
        .flat_map(|r| (0..3).map(move |c| (r, c)))
        .filter(|(r, c)| table.cells[*r][*c] == Shown::Hidden)
        .collect();
    assert_eq!(hidden, [(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert!(!table.row_totals.contains(&Shown::Hidden) && !table.column_totals.contains(&Shown::Hidden));
    assert_eq!(table.total, Some(Shown::Count(413)));
}

#[test]
fn a_county_of_small_villages_shows_no_small_value() {
    let cells: Vec<Vec<u64>> = (0..60).map(|r| (0..12).map(|c| (r * 7 + c * 13) % 31 / 2).collect()).collect();
    let table = suppress(&cells, Margins::ALL);
    let shown = table.cells.iter().flatten().filter_map(|s| if let Shown::Count(n) = s { Some(*n) } else { None });
    let shown: Vec<u64> = shown.collect();
    assert!(shown.iter().all(|n| *n == 0 || *n >= SMALLEST_GROUP));
    assert!(shown.iter().filter(|n| **n >= SMALLEST_GROUP).count() > 200, "most of what may be shown is shown");
    assert_eq!(table.total, Some(Shown::Count(cells.iter().flatten().sum())));
}

/// All values of a table in one order: cells, row totals, column totals, total.
fn values(cells: &[Vec<i64>]) -> Vec<i64> {
    let columns = cells.first().map_or(0, Vec::len);
    let mut all: Vec<i64> = cells.iter().flatten().copied().collect();
    all.extend(cells.iter().map(|row| row.iter().sum::<i64>()));
    all.extend((0..columns).map(|c| cells.iter().map(|row| row[c]).sum::<i64>()));
    all.push(cells.iter().flatten().sum());
    all
}

/// What readers see, in the order of [`values`]; `None` for what is not printed.
fn seen(table: &PublicTable, rows: usize, columns: usize) -> Vec<Option<Shown>> {
    let padded = |shown: &[Shown], n: usize| (0..n).map(|k| shown.get(k).copied()).collect::<Vec<_>>();
    let mut all: Vec<Option<Shown>> = table.cells.iter().flatten().map(|s| Some(*s)).collect();
    all.extend(padded(&table.row_totals, rows));
    all.extend(padded(&table.column_totals, columns));
    all.push(table.total);
    all
}

/// For each hidden value, whether readers can compute it: whether every table that they hold possible has the same one.
/// Tries all tables that differ by at most one in each hidden cell, without any knowledge of how cells were chosen.
fn computable(cells: &[Vec<u64>], table: &PublicTable) -> Vec<usize> {
    let columns = cells[0].len();
    let seen = seen(table, cells.len(), columns);
    let truth: Vec<Vec<i64>> = cells.iter().map(|row| row.iter().map(|v| *v as i64).collect()).collect();
    let true_values = values(&truth);
    let free: Vec<usize> = (0..cells.len() * columns).filter(|n| seen[*n] == Some(Shown::Hidden)).collect();
    let mut fixed: Vec<usize> = (0..seen.len()).filter(|n| seen[*n] == Some(Shown::Hidden)).collect();
    for combination in 0..3usize.pow(u32::try_from(free.len()).unwrap()) {
        let mut other = truth.clone();
        let mut rest = combination;
        for n in &free {
            other[n / columns][n % columns] += (rest % 3) as i64 - 1;
            rest /= 3;
        }
        let others = values(&other);
        let possible = seen.iter().zip(&others).all(|(shown, value)| match shown {
            Some(Shown::Count(count)) => *value == *count as i64,
            Some(Shown::Hidden) => *value >= 1,
            None => *value >= 0,
        });
        if possible {
            fixed.retain(|n| others[*n] == true_values[*n]);
        }
    }
    fixed
}

fn any_table() -> impl Strategy<Value = Vec<Vec<u64>>> {
    let value = prop_oneof![3 => 0u64..6, 1 => 5u64..40];
    (1usize..=3, 1usize..=3).prop_flat_map(move |(rows, columns)| {
        prop::collection::vec(prop::collection::vec(value.clone(), columns), rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    /// No small value is printed, and none can be computed from what is.
    #[test]
    fn no_small_group_can_be_computed(cells in any_table(), rows: bool, columns: bool, total: bool) {
        let table = suppress(&cells, Margins { rows, columns, total });
        let signed: Vec<Vec<i64>> = cells.iter().map(|r| r.iter().map(|v| *v as i64).collect()).collect();
        let truth = values(&signed);
        let fixed = computable(&cells, &table);
        for (n, shown) in seen(&table, cells.len(), cells[0].len()).into_iter().enumerate() {
            let small = 0 < truth[n] && truth[n] < SMALLEST_GROUP as i64;
            match shown {
                Some(Shown::Count(count)) => {
                    prop_assert!(!small, "{table:?}");
                    prop_assert_eq!(count as i64, truth[n]);
                }
                Some(Shown::Hidden) => {
                    prop_assert!(truth[n] > 0, "a zero was hidden: {table:?}");
                    prop_assert!(!(small && fixed.contains(&n)), "value {n} is {}: {table:?}", truth[n]);
                }
                None => {}
            }
        }
    }
}

/// The search above finds what can be computed: hiding only the small value is not enough.
#[test]
fn hiding_one_value_alone_is_seen_through() {
    let cells = vec![vec![3, 20, 40]];
    let naive = PublicTable {
        cells: vec![vec![Shown::Hidden, Shown::Count(20), Shown::Count(40)]],
        row_totals: Vec::new(),
        column_totals: Vec::new(),
        total: Some(Shown::Count(63)),
    };
    assert_eq!(computable(&cells, &naive), [0]);
}
