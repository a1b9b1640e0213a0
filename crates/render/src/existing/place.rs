//! Where an existing page stands on its sheet.

/// Kept free at the foot of each sheet, in points, as on pages that are set here.
pub(crate) const BAND: f32 = 58.0;
/// Narrowest sheet, a little below A4: number and legend need the room.
const WIDTH_MIN: f32 = 575.0;
/// Lowest sheet.
const HEIGHT_MIN: f32 = 396.0;
/// Longest and second longest side of a sheet, 22 × 17 inches: at 300 dots an inch it stays within
/// [`crate::DOTS_MAX`].
pub(crate) const LONG_MAX: f32 = 1_584.0;
const SHORT_MAX: f32 = 1_224.0;

/// A page shown at less than so many percent is said to be smaller.
const SAID_BELOW: u32 = 80;

/// Letter paper, upright.
const LETTER: (f32, f32) = (612.0, 792.0);
/// White around a picture.
const MARGIN: f32 = 36.0;

/// A page or picture on a sheet, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place {
    /// Width and height of the sheet.
    pub(crate) sheet: (f32, f32),
    /// From the left edge of the sheet to that of the page.
    pub(crate) left: f32,
    /// From the upper edge of the sheet to that of the page.
    pub(crate) top: f32,
    /// Width and height of the page on the sheet.
    pub(crate) size: (f32, f32),
    /// How large a point of the page is on the sheet.
    pub(crate) scale: f32,
}

impl Place {
    /// A page of its own size where there is room for it above the band, else smaller; never larger.
    /// Nowhere for a page without a size.
    pub(crate) fn of_page(width: f32, height: f32) -> Option<Self> {
        let (long, short) = (width.max(height), width.min(height));
        if !is_size(width, height) {
            return None;
        }
        let fit = (LONG_MAX / long).min(SHORT_MAX / short).min(1.0);
        let sheet = ((width * fit).max(WIDTH_MIN), (height * fit).max(HEIGHT_MIN));
        let scale = fit.min((sheet.1 - BAND) / height);
        let size = (width * scale, height * scale);
        Some(Self { sheet, left: (sheet.0 - size.0) / 2.0, top: 0.0, size, scale })
    }

    /// A picture on letter paper with white around it, never larger than it is: upright paper, or paper on its
    /// side where the picture is wide and has no room on upright paper.
    pub(crate) fn of_picture(width: f32, height: f32) -> Option<Self> {
        if !is_size(width, height) {
            return None;
        }
        let wide = width > height && width > LETTER.0 - 2.0 * MARGIN;
        let sheet = if wide { (LETTER.1, LETTER.0) } else { LETTER };
        let room = (sheet.0 - 2.0 * MARGIN, sheet.1 - MARGIN - BAND);
        let scale = (room.0 / width).min(room.1 / height).min(1.0);
        let size = (width * scale, height * scale);
        Some(Self { sheet, left: (sheet.0 - size.0) / 2.0, top: MARGIN, size, scale })
    }

    /// How large a page of this width is shown, in percent, where it is much smaller than it is. That it is a
    /// little smaller to make room for the foot is the rule and nothing to be said.
    pub(crate) fn shrunk(&self, width: f32) -> Option<u32> {
        let percent = (self.size.0 / width * 100.0).round() as u32;
        (percent < SAID_BELOW).then_some(percent)
    }
}

fn is_size(width: f32, height: f32) -> bool {
    [width, height].iter().all(|side| side.is_finite() && *side > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bitmap, DPI};
    use proptest::prelude::*;

    fn holds(place: Place, width: f32, height: f32) {
        assert!(place.top + place.size.1 <= place.sheet.1 - BAND + 0.01);
        assert!(place.left >= -0.01 && place.left + place.size.0 <= place.sheet.0 + 0.01);
        assert!(place.size.0 <= width * 1.0001);
        let bent = (place.size.0 / width) / (place.size.1 / height);
        assert!((bent - 1.0).abs() < 1e-3);
        let dots = |points: f32| (points * DPI as f32 / 72.0).round() as u32;
        assert!(Bitmap::white(dots(place.sheet.0), dots(place.sheet.1)).is_ok());
    }

    proptest! {
        #[test]
        fn all_stands_above_the_band_undistorted_on_a_sheet_that_can_be_an_image(
            width in 0.1f32..20_000.0, height in 0.1f32..20_000.0,
        ) {
            holds(Place::of_page(width, height).unwrap(), width, height);
            holds(Place::of_picture(width, height).unwrap(), width, height);
        }
    }

    #[test]
    fn letter_stays_letter_and_what_has_no_size_has_no_place() {
        assert_eq!(Place::of_page(612.0, 792.0).unwrap().sheet, (612.0, 792.0));
        for (width, height) in [(0.0, 792.0), (612.0, f32::NAN), (f32::INFINITY, 10.0), (-3.0, 4.0)] {
            assert_eq!(Place::of_page(width, height), None);
            assert_eq!(Place::of_picture(width, height), None);
        }
    }

    #[test]
    fn a_small_picture_keeps_its_size_and_a_wide_one_lies_on_its_side() {
        assert_eq!(Place::of_picture(200.0, 100.0).unwrap().size, (200.0, 100.0));
        assert_eq!(Place::of_picture(4_000.0, 3_000.0).unwrap().sheet, (792.0, 612.0));
        assert_eq!(Place::of_picture(3_000.0, 4_000.0).unwrap().sheet, (612.0, 792.0));
    }
}
