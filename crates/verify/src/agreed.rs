//! What a known profile has otherwise than the SEC's data delivery standards, which every other volume is held against.
//! A volume names its profile in `manifest.json`. What a profile excuses is what it asks for; whatever else is wrong is
//! found as ever.

use crate::fields::Field;
use crate::statement;
use crate::verification::VerifyError;
use crate::volume::Volume;

/// What is excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Agreed {
    /// The profile, where it is known here.
    pub(crate) profile: Option<&'static str>,
    /// Whether load files may come without a byte-order mark, in Windows-1252.
    pub(crate) plain: bool,
    /// Columns that the SEC's table requires and this profile does not have.
    pub(crate) without: &'static [Field],
}

/// Of a volume that names no known profile.
const NOTHING: Agreed = Agreed { profile: None, plain: false, without: &[] };

const KNOWN: [Agreed; 6] = [
    Agreed { profile: Some("sec-enf-2021-08-imaged"), ..NOTHING },
    Agreed { profile: Some("sec-enf-2021-08-native"), ..NOTHING },
    Agreed { profile: Some("sec-enf-2021-08-pdf"), ..NOTHING },
    Agreed { profile: Some("finra"), ..NOTHING },
    // Verified: FTC Bureau of Competition, Production Guide 1.6: non-Unicode load files are preferred.
    Agreed { profile: Some("ftc-bc-2015"), plain: true, ..NOTHING },
    // Verified: DOJ document 246380: a family is FAMLYRNG, PARENTID and ATTCHIDs; the type is in PRPRTIES.
    Agreed {
        profile: Some("doj-atr"),
        without: &[Field::BegAttach, Field::EndAttach, Field::MimeType],
        ..NOTHING
    },
];

impl Agreed {
    /// What the volume's profile excuses.
    ///
    /// # Errors
    /// Where the volume cannot be read.
    pub(crate) fn of(volume: &Volume) -> Result<Self, VerifyError> {
        let named = statement::profile(volume)?;
        let known =
            KNOWN.into_iter().find(|known| known.profile.is_some() && known.profile == named.as_deref());
        Ok(known.unwrap_or(NOTHING))
    }
}
