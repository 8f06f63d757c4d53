//! What narrows a list of matters.

use rules::shared::ids::PersonId;

/// Which matters a list is of.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub kind: Option<String>,
    /// Of these kinds only; empty means of all.
    pub kinds: Vec<String>,
    pub level: Option<String>,
    pub phase: Option<String>,
    pub step: Option<String>,
    /// A path: this place and all below it.
    pub within: Option<String>,
    pub handler: Option<PersonId>,
    /// Those that are not closed only.
    pub open: bool,
    /// Also those that are private.
    pub private: bool,
    /// Of the private ones, those that this person was given.
    pub given_to: Option<PersonId>,
    /// Those that wait for somebody, or those that they only watch.
    pub turn: Option<Turn>,
    /// Those whose nearest clock has run out at this instant, in milliseconds.
    pub late_by: Option<i64>,
    /// What is urgent, or what is not: each is a list of its own.
    pub urgency: Option<Urgency>,
}

/// What is urgent while it waits, or all else.
#[derive(Clone, Debug)]
pub struct Urgency {
    /// Kind and most urgent level.
    pub levels: Vec<(String, String)>,
    /// All else.
    pub ordinary: bool,
}

impl Urgency {
    fn narrow(&self, sql: &mut String, args: &mut Vec<db::Value>) {
        if self.levels.is_empty() {
            return;
        }
        let one = |(kind, level): &(String, String)| {
            args.extend([kind.as_str().into(), level.as_str().into()]);
            // Without a level it is an ordinary one; compared with nothing it would be neither.
            format!("(m.kind = ${} AND COALESCE(m.level, '') = ${})", args.len() - 1, args.len())
        };
        let levels: Vec<String> = self.levels.iter().map(one).collect();
        let not = if self.ordinary { "NOT " } else { "" };
        sql.push_str(&format!(" AND {not}(m.phase <> 'closed' AND ({}))", levels.join(" OR ")));
    }
}

/// Whose turn it is.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Kind and step that wait for somebody by their roles.
    pub steps: Vec<(String, String)>,
    /// Kind and step at which whose it is is waited for: nobody's to do, in whose hands it may be.
    pub waiting: Vec<(String, String)>,
    /// Who is meant: what they have in their hands is theirs as well, wherever it stands.
    pub person: Option<PersonId>,
    /// Theirs, or what is not.
    pub theirs: bool,
}

impl Turn {
    fn narrow(&self, sql: &mut String, args: &mut Vec<db::Value>) {
        let mut either = Vec::new();
        let mut mark = |value: db::Value| {
            args.push(value);
            format!("${}", args.len())
        };
        for (kind, step) in &self.steps {
            let (kind, step) = (mark(kind.as_str().into()), mark(step.as_str().into()));
            either.push(format!("(m.kind = {kind} AND m.step = {step})"));
        }
        if let Some(person) = self.person {
            let (cell, id) = (mark(person.cell.0.into()), mark(person.uuid.into()));
            // Nobody has it: that is no answer to the comparison, and a matter of which it is not known is on neither list.
            // What one has in hand and waits for a word is one's own, and nothing to do.
            let steps = self.waiting.iter().map(|(kind, step)| {
                let (kind, step) = (mark(kind.as_str().into()), mark(step.as_str().into()));
                format!(" AND NOT (m.kind = {kind} AND m.step = {step})")
            });
            let steps: String = steps.collect();
            either
                .push(format!("(m.handler_id IS NOT NULL AND m.handler_cell = {cell} AND m.handler_id = {id}{steps})"));
        }
        if !either.is_empty() {
            let not = if self.theirs { "" } else { "NOT " };
            sql.push_str(&format!(" AND {not}({})", either.join(" OR ")));
        }
    }
}

impl Filter {
    /// Adds what is asked beside cell and place to a query's conditions.
    pub(super) fn narrow(&self, sql: &mut String, args: &mut Vec<db::Value>) {
        let equals =
            [("m.kind", &self.kind), ("m.level", &self.level), ("m.phase", &self.phase), ("m.step", &self.step)];
        for (column, value) in equals {
            if let Some(value) = value {
                args.push(value.as_str().into());
                sql.push_str(&format!(" AND {column} = ${}", args.len()));
            }
        }
        if !self.kinds.is_empty() {
            let mut places = Vec::with_capacity(self.kinds.len());
            for kind in &self.kinds {
                args.push(kind.as_str().into());
                places.push(format!("${}", args.len()));
            }
            sql.push_str(&format!(" AND m.kind IN ({})", places.join(", ")));
        }
        if self.open {
            sql.push_str(" AND m.phase <> 'closed'");
        }
        if let Some(handler) = self.handler {
            args.push(handler.cell.0.into());
            sql.push_str(&format!(" AND m.handler_cell = ${}", args.len()));
            args.push(handler.uuid.into());
            sql.push_str(&format!(" AND m.handler_id = ${}", args.len()));
        }
        if let Some(turn) = &self.turn {
            turn.narrow(sql, args);
        }
        if let Some(urgency) = &self.urgency {
            urgency.narrow(sql, args);
        }
        if let Some(now) = self.late_by {
            args.push(now.into());
            sql.push_str(&format!(" AND m.sort_at <= ${}", args.len()));
        }
        match self.given_to {
            _ if self.private => {}
            None => sql.push_str(" AND NOT m.private"),
            Some(person) => {
                args.push(person.cell.0.into());
                let cell = args.len();
                args.push(person.uuid.into());
                let id = args.len();
                sql.push_str(&format!(" AND (NOT m.private OR (m.handler_cell = ${cell} AND m.handler_id = ${id}))"));
            }
        }
    }
}
