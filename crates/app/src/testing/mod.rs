//! Tests speak of a small world: one community with its people, and a client that asks as any of them.

mod client;
mod world;

pub use client::{Answered, Client};
pub use world::{KINDS, World, afternoon_world, app_with, at, patient_world, world};
