//! Statements that nobody waits for, kept back until the next one that somebody does wait for.
//!
//! SQLite works in a thread of its own, and each statement is a message there and back; between two sleeping cores that
//! costs several times what the statement does. Statements without an answer therefore travel with the next that has
//! one, as one text: `INSERT …; INSERT …; SELECT …`. The order stays, and so does what a failure means: nothing after
//! the statement that failed is done.

use sea_orm::Value;

/// How many travel together at most, so that the texts stay few enough to be prepared once.
const MOST: usize = 8;

#[derive(Default)]
pub(crate) struct Pending {
    sql: String,
    args: Vec<Value>,
    count: usize,
    may_fail: bool,
    /// Where savepoints begin that have not travelled yet: length of the text and count before them.
    savepoints: Vec<(usize, usize)>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// True when even the beginning of the transaction has not travelled: nothing was asked in it.
    pub(crate) fn has_not_begun(&self) -> bool {
        self.sql.starts_with("BEGIN")
    }

    pub(crate) fn is_full(&self) -> bool {
        self.count >= MOST
    }

    /// True when something is kept back that is not the beginning of a transaction or savepoint.
    pub(crate) fn may_fail(&self) -> bool {
        self.may_fail
    }

    /// Keeps a statement back.
    pub(crate) fn push(&mut self, sql: &str, args: Vec<Value>) {
        self.add(sql, args);
        self.may_fail = true;
    }

    /// Keeps the beginning of the transaction back.
    pub(crate) fn begin(&mut self) {
        self.add("BEGIN", Vec::new());
    }

    fn add(&mut self, sql: &str, args: Vec<Value>) {
        renumber(&mut self.sql, sql, self.args.len());
        self.sql.push_str(";\n");
        self.args.extend(args);
        self.count += 1;
    }

    /// Keeps the beginning of a savepoint back. Nothing that may fail may be kept back before it.
    pub(crate) fn enter(&mut self, sql: &str) {
        debug_assert!(!self.may_fail, "a failure before the savepoint would be undone with it");
        self.savepoints.push((self.sql.len(), self.count));
        self.add(sql, Vec::new());
    }

    /// Forgets what was kept back since the last savepoint that has not travelled, and that savepoint with it. False
    /// when it has travelled, and must be undone where it is; what was kept back since is forgotten all the same.
    pub(crate) fn forget(&mut self) -> bool {
        let (began, start) = match self.savepoints.pop() {
            Some(start) => (true, start),
            None => (false, (0, 0)),
        };
        self.sql.truncate(start.0);
        self.args.clear();
        self.count = start.1;
        self.may_fail = false;
        began
    }

    /// Everything kept back, followed by `sql`.
    pub(crate) fn take_before(&mut self, sql: &str, args: Vec<Value>) -> (String, Vec<Value>) {
        let mut text = std::mem::take(&mut self.sql);
        let mut all = std::mem::take(&mut self.args);
        renumber(&mut text, sql, all.len());
        all.extend(args);
        self.count = 0;
        self.may_fail = false;
        self.savepoints.clear();
        (text, all)
    }
}

/// Adds `sql` to `out` with `$1` made `$(1 + offset)`. Our texts hold no `$` but in placeholders: values are arguments.
fn renumber(out: &mut String, sql: &str, offset: usize) {
    if offset == 0 {
        out.push_str(sql);
        return;
    }
    let mut parts = sql.split('$');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        match number.parse::<usize>() {
            Ok(number) => out.push_str(&format!("${}", number + offset)),
            Err(_) => {
                out.push('$');
                out.push_str(number);
            }
        }
        out.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_travel_in_order_with_their_arguments() {
        let mut pending = Pending::default();
        pending.push("INSERT INTO a VALUES ($1, $2)", crate::args![1, 2]);
        pending.push("UPDATE a SET n = $2 WHERE id = $1", crate::args![3, 4]);
        let (sql, args) = pending.take_before("SELECT $1", crate::args![5]);
        assert_eq!(sql, "INSERT INTO a VALUES ($1, $2);\nUPDATE a SET n = $4 WHERE id = $3;\nSELECT $5");
        assert_eq!(args, crate::args![1, 2, 3, 4, 5]);
        assert_eq!(pending.take_before("SELECT 1", Vec::new()), ("SELECT 1".to_owned(), Vec::new()));
    }

    #[test]
    fn an_undone_savepoint_takes_only_its_own() {
        let mut pending = Pending::default();
        pending.begin();
        pending.enter("SAVEPOINT step");
        pending.push("INSERT INTO a VALUES ($1)", crate::args![2]);
        assert!(pending.may_fail());
        assert!(pending.forget());
        assert!(!pending.may_fail());
        let (sql, args) = pending.take_before("SELECT $1", crate::args![3]);
        assert_eq!((sql.as_str(), args), ("BEGIN;\nSELECT $1", crate::args![3]));
        pending.push("INSERT INTO a VALUES ($1)", crate::args![4]);
        assert!(!pending.forget(), "the savepoint has travelled");
        assert!(pending.is_empty());
    }
}
