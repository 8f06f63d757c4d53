//! Dispatch: tasks, who could serve, offers that are answered freely, waves.

pub mod access;
