//! People, households, organisations, memberships, credentials; numbers and how they are masked.

pub mod access;
pub mod account;
pub mod availability;
pub mod card;
pub mod codes;
pub mod consent;
pub mod credential;
pub mod household;
pub mod longest;
pub mod mandate;
pub mod membership;
pub mod naming;
pub mod password;
pub mod person;
pub mod second_step;
pub mod volunteer_number;

pub use availability::WeeklySpan;
pub use codes::{CreditCode, IdNumber, Warning};
pub use credential::{Credential, CredentialFault};
pub use membership::{OrganisationKind, Tenure};
pub use person::{AgeBar, MinorRules, Sex};
pub use volunteer_number::VolunteerNumber;

pub use crate::shared::Phone;
