//! Checks of whole volumes, each written by hand from literal bytes.

mod arbitrary;
mod archives;
mod command;
mod committed;
mod corpora;
mod damage;
mod flaws;
mod foreign_readers;
mod imaged;
mod ledger;
mod mutations;
mod one_flaw_each;
mod options;
mod tables;
mod tiny;
