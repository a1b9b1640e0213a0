//! The HTML of mail into matter.
//!
//! Structure and emphasis are kept; style sheets are not applied, so nothing that they hide is hidden here.
//! Matter that an element's own style hides is shown in brackets that say so. Nothing is fetched, no script
//! is run.

mod style;
mod tree;
mod walk;

pub(crate) use walk::Walker;
