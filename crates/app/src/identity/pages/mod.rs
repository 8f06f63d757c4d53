//! Pages of identity: signing in and joining, passwords, one's own sessions and tokens, and what an administrator may do
//! about somebody's access.

pub mod access;
pub mod join;
pub mod left;
pub mod own;
pub mod password;
pub mod sign_in;
