//! The product through its router and its actions, on both engines.

mod access_table;
mod canary;
mod clocks;
mod desk;
mod dispatch;
mod dispatch_race;
mod events;
mod every_page;
mod every_route;
mod help;
mod home;
mod identity;
mod kinds;
mod lived_in;
mod matters;
mod openapi;
mod people;
mod places;
mod reports;
mod service;
mod service_records;
mod story;
mod tasks;
