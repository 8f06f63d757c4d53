//! What is protected is planted as canaries, and nothing that the product gives out sings to whom it is not for
//! (invariant 12). Who may hear what is a table: `policy.rs`.

mod errors;
mod kept;
mod log;
mod planted;
mod policy;
mod searched;
mod shown;
mod watch;
