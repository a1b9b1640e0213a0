//! The built binary, used as a person would.

mod audit;
mod bad_input;
mod certified;
mod chats;
mod clawback;
mod completeness;
mod deadlines;
mod dedup;
mod demo;
mod firm;
mod foreign;
mod gaps;
mod gate;
mod instruments;
mod numbers;
mod people;
mod privilege;
mod rates;
mod redaction;
mod requests;
mod reruns;
mod review;
mod searching;
mod threads;
mod twins;
mod volumes;
