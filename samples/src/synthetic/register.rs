//! The register of a synthetic workspace.

use super::MEMORY_MB;
use super::compose::{MAILBOXES, mailbox_address, mailbox_name};
use crate::staging::{SamplesError, write_file};
use std::path::Path;

/// Writes `duces.toml` and the register.
pub(super) fn write(root: &Path) -> Result<(), SamplesError> {
    let settings = format!(
        "format = 1\n\n[firm]\nname = \"Synthetic Firm LLC\"\ncrd = \"000000\"\n\
         domains = [\"synthetic.example\"]\nzone = \"America/New_York\"\n\n\
         [[archive]]\nname = \"mail\"\npath = \"archive\"\n\n[index]\nmemory_mb = {MEMORY_MB}\n\n\
         [production]\nprefix = \"SYN\"\nwidth = 9\n"
    );
    write_file(root, "duces.toml", settings.as_bytes())?;
    write_file(root, "register/sources.csv", sources().as_bytes())?;
    write_file(root, "register/people.csv", people().as_bytes())
}

fn sources() -> String {
    let head = "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,\
                capture_path,silence_days_max,retention_class,review_from,review_to,note\n";
    let rows = (0..MAILBOXES).map(|number| {
        let (name, address) = (mailbox_name(number), mailbox_address(number));
        format!("{name},Mailbox of {name},email,{address},{name},2016-01-04,,mail:{name}/**,no,,,,,,\n")
    });
    format!("{head}{}", rows.collect::<String>())
}

fn people() -> String {
    let rows = (0..MAILBOXES).map(|number| {
        let (name, address) = (mailbox_name(number), mailbox_address(number));
        format!("{name},{name},{address},,2016-01-04,,\n")
    });
    format!("person,name,addresses,role,from,to,note\n{}", rows.collect::<String>())
}
