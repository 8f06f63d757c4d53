//! Why an action did not happen. Three kinds of failure, never mixed: a refusal is explained to the person, missing and
//! forbidden say no more than they must, a defect gets a reference number and a line in the log.

use rules::shared::{CalendarError, Denied, Faults, Refusal};

#[derive(Debug)]
pub enum Stop {
    /// It is not there, or lies outside what who asks may see.
    Missing,
    /// Who asks may see it but not do this.
    Forbidden { verb: &'static str },
    /// Nobody is signed in and somebody must be.
    SignIn,
    /// The address asks for what there is none of: a parameter at fault.
    Asked(Refusal),
    /// A rule says no.
    Refused(Refusal),
    /// Somebody else was first: the slot is taken, the version is old.
    Conflict(Refusal),
    /// Too many tries; the seconds after which the next may succeed.
    TooMany { seconds: u64 },
    /// The store cannot be reached or is held up. Ask again with the same key: what broke off may have been written.
    Away,
    /// The program is wrong, or the machine is.
    Defect(String),
}

impl Stop {
    pub fn refused(code: &'static str) -> Stop {
        Stop::Refused(Refusal::new(code))
    }

    /// What was done; its refusal is gathered with the others.
    ///
    /// # Errors
    /// What is no refusal.
    pub fn gathered<T>(faults: &mut Faults, done: Result<T, Stop>) -> Result<Option<T>, Stop> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(Stop::Refused(refusal)) => {
                faults.push(refusal);
                Ok(None)
            }
            Err(stop) => Err(stop),
        }
    }

    pub fn defect(what: impl std::fmt::Display) -> Stop {
        Stop::Defect(what.to_string())
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::Refused(refusal)
    }
}

impl From<Denied> for Stop {
    fn from(denied: Denied) -> Stop {
        Stop::Forbidden { verb: denied.verb }
    }
}

impl From<CalendarError> for Stop {
    fn from(error: CalendarError) -> Stop {
        match error {
            CalendarError::YearNotLoaded(year) => {
                Refusal::new("calendar-year-not-loaded").with("year", i64::from(year)).into()
            }
            CalendarError::OutOfRange => Stop::refused("date-out-of-range"),
        }
    }
}

impl From<db::Error> for Stop {
    fn from(error: db::Error) -> Stop {
        if error.is_retriable() {
            tracing::warn!(%error, "put off");
            return Stop::Away;
        }
        Stop::Defect(error.to_string())
    }
}

impl From<db::VaultError> for Stop {
    fn from(error: db::VaultError) -> Stop {
        Stop::defect(error)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Stop {
        Stop::defect(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_second_try_mends_is_a_defect() {
        let cases = [
            (db::Error::Busy("no connection became free".into()), true),
            (db::Error::Unreachable("connection refused".into()), true),
            (db::Error::Other("no such column".into()), false),
        ];
        for (error, away) in cases {
            assert_eq!(matches!(Stop::from(error.clone()), Stop::Away), away, "{error}");
        }
    }
}
