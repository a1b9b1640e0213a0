//! From characters with places to lines of text.
//!
//! Characters on one height make a line, from left to right; a gap of a fifth of the size is a space.
//! Columns set side by side are not told apart: their lines are read across.

use super::content::Character;
use crate::letter::{Line, Place};

/// How far heights of one line may differ, in sizes: superscripts stay on their line.
const SAME_LINE: f32 = 0.45;
/// Gap between two characters that is a space, in sizes.
const SPACE: f32 = 0.2;
/// How far two equal characters lie apart that are one, drawn twice to look bold, in sizes.
const DRAWN_TWICE: f32 = 0.12;
/// A distance of lines beyond the usual one that is a gap.
const GAP: f32 = 1.3;
/// Points that count as one character of indent.
const INDENT: f32 = 6.0;

struct Row {
    y: f32,
    size: f32,
    characters: Vec<Character>,
}

/// Puts the characters of a page together; the direction in which most of them run comes first.
pub(super) fn put_together(page: usize, characters: Vec<(Character, u8)>, lines: &mut Vec<Line>) {
    let mut by_direction: [Vec<Character>; 4] = Default::default();
    for (character, turned) in characters {
        if let Some(of) = by_direction.get_mut(usize::from(turned)) {
            of.push(character);
        }
    }
    let mut directions: Vec<Vec<Character>> = by_direction.into_iter().filter(|of| !of.is_empty()).collect();
    directions.sort_by_key(|of| std::cmp::Reverse(of.len()));
    let mut number = 0;
    for of in directions {
        let rows = rows(of);
        let usual = usual_distance(&rows);
        let left = rows
            .iter()
            .filter_map(|row| row.characters.first())
            .map(|first| first.x)
            .fold(f32::INFINITY, f32::min);
        let mut above: Option<f32> = None;
        for row in rows {
            let Some(first) = row.characters.first().map(|first| first.x) else { continue };
            let text = words(row.characters);
            if text.is_empty() {
                continue;
            }
            number += 1;
            let after_gap = above.is_none_or(|above| usual.is_none_or(|usual| above - row.y > usual * GAP));
            above = Some(row.y);
            lines.push(Line {
                place: Place::Page { page, line: number },
                text,
                auto_label: None,
                indent: ((first - left).max(0.0) / INDENT).round().min(200.0) as usize,
                after_gap,
            });
        }
    }
}

fn rows(mut characters: Vec<Character>) -> Vec<Row> {
    characters.sort_by(|a, b| b.y.total_cmp(&a.y));
    let mut rows: Vec<Row> = Vec::new();
    for character in characters {
        if character.text.trim().is_empty() && rows.is_empty() {
            continue;
        }
        match rows.last_mut() {
            Some(row) if (row.y - character.y).abs() <= SAME_LINE * row.size.max(character.size) => {
                row.size = row.size.max(character.size);
                row.characters.push(character);
            }
            _ => rows.push(Row { y: character.y, size: character.size, characters: vec![character] }),
        }
    }
    for row in &mut rows {
        row.characters.sort_by(|a, b| a.x.total_cmp(&b.x));
        let first = row.characters.iter().position(|it| !it.text.trim().is_empty());
        row.characters.drain(..first.unwrap_or(row.characters.len()));
    }
    rows.retain(|row| !row.characters.is_empty());
    rows
}

/// The middle one of the distances between lines.
fn usual_distance(rows: &[Row]) -> Option<f32> {
    let mut distances: Vec<f32> = rows.windows(2).map(|pair| pair[0].y - pair[1].y).collect();
    distances.sort_by(f32::total_cmp);
    // The lower third: in a letter of short paragraphs half of the distances may be gaps.
    distances.get(distances.len() / 3).copied()
}

fn words(characters: Vec<Character>) -> String {
    let mut text = String::new();
    let mut before: Option<Character> = None;
    for character in characters {
        if let Some(before) = &before {
            let apart = character.x - before.x;
            if before.text == character.text
                && apart.abs() < DRAWN_TWICE * character.size
                && before.end - before.x > 2.0 * apart.abs()
            {
                continue;
            }
            if character.x - before.end > SPACE * character.size {
                text.push(' ');
            }
        }
        text.push_str(&character.text);
        before = Some(character);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
