//! Checks of whole volumes, each written by hand from literal bytes.

mod arbitrary;
mod archives;
mod command;
mod committed;
mod corpora;
mod damage;
mod ledger;
mod one_flaw_each;
mod tiny;
