//! The built binary, used as a person would.

mod bad_input;
mod clawback;
mod dedup;
mod demo;
mod firm;
mod gaps;
mod numbers;
mod people;
mod requests;
mod reruns;
mod review;
mod searching;
mod threads;
mod twins;
mod volumes;
