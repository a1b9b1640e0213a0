//! Reports as a person reads them at a terminal.

pub(crate) mod capture_tests;
pub(crate) mod certify;
pub(crate) mod clawback;
pub(crate) mod deadlines;
pub(crate) mod dedup;
pub(crate) mod gaps;
pub(crate) mod gate;
pub(crate) mod hits;
pub(crate) mod impact;
pub(crate) mod numbers;
pub(crate) mod privilege;
pub(crate) mod production;
pub(crate) mod request;
pub(crate) mod review;
pub(crate) mod sample;
pub(crate) mod search;
pub(crate) mod status;
pub(crate) mod steps;
pub(crate) mod threads;
pub(crate) mod words;
