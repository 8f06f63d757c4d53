//! The product through its router and its actions, on both engines.

mod clocks;
mod desk;
mod dispatch;
mod dispatch_race;
mod help;
mod home;
mod identity;
mod kinds;
mod matters;
mod places;
mod reports;
mod service;
