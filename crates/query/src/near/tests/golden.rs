//! Cases of the reference, section 9, by their numbers there.

use super::{Answer, answers, near, of_body, word};
use crate::language::{Element, Near, Node, Pattern, Phrase, Side, Within, Words};
use crate::run::tests::archive::index_messages;

fn stands_in(words: Words, text: &str) -> bool {
    answers(&index_messages(&[of_body(text)], 1), &Node::Words(words))[0].0 == Answer::Yes
}

fn of(left: Side, within: u32, right: Side, ordered: bool, negated: bool) -> Words {
    Words::Near(Box::new(Near { left, right, within: Within::Words(within), ordered, negated }))
}

#[test]
fn cases_1_and_2_a_distance_is_counted_over_every_word() {
    let text = "apple tree is far from the pear";
    assert!(stands_in(near(word("apple"), Within::Words(6), word("pear")), text));
    assert!(!stands_in(near(word("apple"), Within::Words(5), word("pear")), text));
}

#[test]
fn case_3_pre_asks_for_the_order() {
    let query = || of(Side::Words(word("apple")), 6, Side::Words(word("pear")), true, false);
    assert!(!stands_in(query(), "pear tree and an apple"));
    assert!(stands_in(query(), "apple tree and a pear"));
}

#[test]
fn case_6_any_word_stands_for_a_noise_word_inside_a_phrase() {
    let elements = vec![Element::Word("statue".into()), Element::Any, Element::Word("liberty".into())];
    let query = Words::Phrase(Phrase::new(elements).unwrap());
    assert!(stands_in(query.clone(), "statue in liberty"));
    assert!(!stands_in(query, "statue liberty"));
}

#[test]
fn case_7_each_sign_of_fuzziness_allows_one_difference() {
    let fuzzy = Pattern::Fuzzy { exact: "ba".into(), rest: "nana".into(), differences: 1 };
    let query = || Words::Phrase(Phrase::new(vec![Element::Pattern(fuzzy.clone())]).unwrap());
    assert!(stands_in(query(), "banena"));
    assert!(!stands_in(query(), "benana"), "the letters before the sign are exact");
    assert!(!stands_in(query(), "benena"));
}

#[test]
fn case_14_one_occurrence_without_the_other_word_near_is_enough_for_not_within() {
    let query = || of(Side::Words(word("apple")), 5, Side::Words(word("pear")), false, true);
    assert!(stands_in(query(), "apple pear one two three four five six apple"));
    assert!(!stands_in(query(), "apple pear one two apple"));
}

#[test]
fn case_15_the_first_word_is_at_distance_one_from_the_start() {
    let query = |edge| of(Side::Words(word("x")), 3, edge, false, false);
    assert!(stands_in(query(Side::FirstWord), "x one two three"));
    assert!(stands_in(query(Side::FirstWord), "one two x three"));
    assert!(!stands_in(query(Side::FirstWord), "one two three x"));
    assert!(stands_in(query(Side::LastWord), "one x two three"));
    assert!(!stands_in(query(Side::LastWord), "x one two three"));
}

#[test]
fn one_word_never_serves_both_sides_and_a_pair_is_as_wide_as_its_words() {
    assert!(!stands_in(near(word("a"), Within::Words(5), word("a")), "a x y"));
    assert!(stands_in(near(word("a"), Within::Words(5), word("a")), "a x a"));
    let nested = |reach| near(near(word("a"), Within::Words(5), word("b")), Within::Words(reach), word("c"));
    assert!(stands_in(nested(2), "a x b x c"));
    assert!(!stands_in(nested(1), "a x b x c"));
    assert!(stands_in(nested(0), "a x c x b"), "inside the pair is within any distance");
}

#[test]
fn the_parts_of_an_and_stand_near_the_same_word() {
    let both = || Side::AllOf(vec![word("a"), word("b")]);
    let query = |side| of(side, 2, Side::Words(word("x")), false, false);
    assert!(stands_in(query(both()), "a x b"));
    assert!(!stands_in(query(both()), "a x o o o o x b"));
}
