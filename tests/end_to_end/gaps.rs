//! Gaps judged, merged and split by people, and held against every answer that was given.

use crate::firm::{Firm, REQUEST, duces, mail};
use serde_json::Value;

/// Four mails of one mailbox with three weeks between them, of which the register calls three days ordinary.
fn silent() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ("c.eml", &mail("m3", "Wed, 31 Jan 2024", "Three", "cedar")),
    ]);
    firm.write(
        "register/sources.csv",
        b"source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,silence_days_max\r\n\
          box,The mailbox,email,ann@small.example,ann,2024-01-08,2024-01-31,mail:**,3\r\n\
          other,Another,email,other@small.example,,2010-01-01,2011-12-31,,\r\n",
    );
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm
}

fn silence(firm: &Firm) -> String {
    let gaps = firm.json(0, &["gap", "list"]);
    let of = |gap: &&Value| gap["id"].as_str().is_some_and(|id| id.starts_with("silence:box"));
    let gap = gaps.as_array().expect("a list").iter().find(of).unwrap_or_else(|| panic!("{gaps}"));
    gap["id"].as_str().expect("a name").to_owned()
}

#[test]
fn what_people_say_of_a_gap_stays_on_record_and_more_evidence_opens_it_again() {
    let firm = silent();
    firm.run(&["coverage"]);
    let gap = silence(&firm);
    firm.json(0, &["gap", "note", &gap, "cause", "the copy rule was deleted"]);
    firm.json(0, &["gap", "dismiss", &gap, "--why", "nobody wrote"]);
    let shown = firm.json(0, &["gap", "show", &gap]);
    assert_eq!((&shown["status"], &shown["notes"][0]["field"]), (&"dismissed".into(), &"cause".into()));
    assert_eq!(shown["current"], true);

    let parts = ["--part", "box:2024-01-10..2024-01-19", "--part", "*:2024-01-20..2024-01-30"];
    let split = [&["gap", "split", &gap][..], &parts, &["--why", "two causes"]].concat();
    firm.json(0, &split);
    let listed = firm.json(0, &["gap", "list"]);
    let whole = listed.as_array().and_then(|gaps| gaps.iter().find(|one| one["id"] == gap.as_str()));
    assert_eq!(whole.expect("it stays listed")["counts"], false);
    firm.expect(4, &["gap", "confirm", &gap, "--why", "it does not count by itself"]);
    firm.json(
        0,
        &["gap", "merge", &format!("{gap}/2"), "--into", &format!("{gap}/1"), "--why", "one after all"],
    );
    let merged = firm.json(0, &["gap", "show", &format!("{gap}/1")]);
    assert_eq!((&merged["first_day"], &merged["last_day"]), (&"2024-01-10".into(), &"2024-01-30".into()));
    assert_eq!(firm.run(&["audit"]).code, 0);
}

#[test]
fn a_gap_learnt_later_is_held_against_certificates_and_what_is_recovered_is_supplemented() {
    let firm = silent();
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.run(&["certify", "SF001"]);
    let gap = silence(&firm);
    firm.json(0, &["gap", "confirm", &gap, "--why", "the copy rule was deleted"]);

    let impact = firm.json(3, &["gap", "impact", &gap]);
    assert_eq!(impact["requests"][0]["request"], "r");
    assert_eq!(impact["requests"][0]["items"][0]["new_hits"], 0);
    assert_eq!(impact["requests"][0]["volumes"][0]["volume"], "SF001");
    let sentences = impact["requests"][0]["sentences"].as_array().expect("sentences").clone();
    assert!(
        sentences.iter().any(|one| one["verdict"] == "stands"),
        "its schedule names the gap: {sentences:?}"
    );

    // A week of the missing mail turns up again.
    firm.write("archive/d.eml", &mail("m4", "Wed, 17 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    let impact = firm.json(3, &["gap", "impact", &gap]);
    assert_eq!(impact["requests"][0]["items"][0]["new_hits"], 1);
    assert_eq!(impact["requests"][0]["items"][0]["new_hits_of_gap"], 1);
    let supplement = firm.json(3, &["gap", "impact", &gap, "--supplement", "r"]);
    assert_eq!(supplement["new_hits"], 1);
    assert_eq!(supplement["selected"]["dispositions"]["excluded-already-produced"], 2);
    let notice = firm.read(&format!("drafts/{}", name_of(&supplement["notice"])));
    assert!(notice.contains("volume SF001") && notice.contains("DRAFT FOR COUNSEL"), "{notice}");
    let second = firm.json(0, &["produce", "r"]);
    assert_eq!((&second["volume"], &second["bates"]["first"]), (&"SF002".into(), &"SF0000003".into()));
}

#[test]
fn every_issued_letter_that_answers_a_touched_item_is_held_against_the_gap_with_its_sentence() {
    let firm = silent();
    // As long as a month without mail is called ordinary, there is no gap to speak of in the letter.
    let sources = firm.read("register/sources.csv");
    firm.write("register/sources.csv", sources.replace("mail:**,3", "mail:**,31").as_bytes());
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.run(&["letter", "transmittal", "SF001"]);
    firm.write("register/sources.csv", sources.as_bytes());
    firm.json(0, &["certify", "custodian", "SF001"]);
    firm.run(&["certify", "scope", "SF001", "--draft"]);
    firm.run(&["coverage"]);
    let gap = silence(&firm);
    firm.json(0, &["gap", "confirm", &gap, "--why", "the copy rule was deleted"]);
    for field in ["cause", "scope", "impact", "detected", "first-known", "remediation", "recovered"] {
        firm.json(0, &["gap", "note", &gap, field, "as inquired"]);
    }
    assert_eq!(firm.json(3, &["certify", "gap-certification", &gap])["draft"], false);
    let impact = firm.json(3, &["gap", "impact", &gap]);
    let word = |one: &Value, key: &str| one[key].as_str().expect("a word").to_owned();
    let sentences = impact["requests"][0]["sentences"].as_array().expect("sentences");
    let said: Vec<_> = sentences.iter().map(|one| (word(one, "title"), word(one, "verdict"))).collect();
    assert_eq!(said.len(), 2, "a draft never left the firm: {impact}");
    assert!(said[0].0.contains("Transmittal") && said[0].1 == "wrong", "no gap was on record then: {said:?}");
    assert!(said[1].1 == "stands", "{said:?}");
    let told = &impact["statements"][0];
    assert_eq!(told["verdict"], "stands", "{told}");
    firm.json(0, &["gap", "dismiss", &gap, "--why", "nobody wrote"]);
    let told = firm.json(3, &["gap", "impact", &gap])["statements"][0].clone();
    assert_eq!(
        (&told["verdict"], &told["because"]),
        (&"incomplete".into(), &"the gap is dismissed now".into())
    );
    let printed = firm.run(&["gap", "impact", &gap]).out;
    assert!(printed.contains("Issued statements of gaps that name it"), "{printed}");
}

fn name_of(path: &Value) -> String {
    path.as_str().and_then(|path| path.rsplit('/').next()).expect("a path").to_owned()
}

#[test]
fn thirty_nine_answers_of_the_past_are_held_against_a_gap_and_what_is_unknown_is_never_cleared() {
    let firm = silent();
    firm.run(&["coverage"]);
    let mut rows = String::from("request,authority,number,item,people,sources,from,to,statement,stated_on\n");
    for n in 1..=39 {
        let row = match n % 4 {
            0 => {
                format!("PAST-{n},SEC,{n},1,,box,2023-11-01,2024-02-29,We produced everything.,2024-03-01\n")
            }
            1 => format!("PAST-{n},FINRA,{n},1,,box,2024-02-01,2024-02-29,,\n"),
            2 => format!("PAST-{n},SEC,{n},1,,other,2024-01-01,2024-03-31,,\n"),
            _ => format!("PAST-{n},FINRA,{n},1,unknown,unknown,2024-01-01,unknown,Complete.,\n"),
        };
        rows += &row;
    }
    firm.write("past.csv", rows.as_bytes());
    let path = firm.path("past.csv");
    let path = path.to_str().expect("UTF-8");
    let imported = firm.json(3, &["request", "import-past", path]);
    assert_eq!((imported["requests"].as_array().map(Vec::len), &imported["vague"]), (Some(39), &10.into()));

    let gap = silence(&firm);
    let impact = firm.json(3, &["gap", "impact", &gap]);
    let past = impact["past"].as_array().expect("a list");
    let certain = past.iter().filter(|one| one["certain"] == true).count();
    assert_eq!((certain, past.len()), (9, 19));
    assert_eq!(impact["requests_in_all"], 40);
    let untouched = impact["untouched"].as_array().map(Vec::len);
    assert_eq!(untouched, Some(20), "of other days or other sources");
    let stated = past.iter().find(|one| one["request"] == "PAST-4").expect("it is touched");
    assert_eq!(stated["statements"][0]["text"], "We produced everything.");

    let summary = firm.json(3, &["gap", "summary", &gap, &gap]);
    let text = firm.read(&format!("drafts/{}", name_of(&summary["path"])));
    assert!(text.contains("cause") && text.contains("PAST-4") && text.contains("may be touched"), "{text}");
    assert!(text.contains("Quantity:               unknown") || text.contains("about"), "{text}");
    assert_eq!(text.matches("Quantity:  ").count(), 1, "a gap that is named twice is told once: {text}");

    firm.write("wrong.csv", b"request,sources\nPAST-1,bax\n");
    let wrong = firm.path("wrong.csv");
    let wrong = firm.run(&["request", "import-past", wrong.to_str().expect("UTF-8")]);
    assert_eq!(wrong.code, 1);
    assert!(wrong.err.contains("bax"), "{}", wrong.err);
}

#[test]
fn a_capture_test_proves_the_day_on_which_it_arrived_and_nothing_else() {
    let firm = silent();
    firm.write(
        "register/sources.csv",
        b"source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths\r\n\
          box,The mailbox,email,ann@small.example,ann,2024-01-08,,mail:**\r\n\
          fax,The fax,text,,,2024-01-08,,\r\n\
          other,Another,email,other@small.example,,2024-01-08,,\r\n",
    );
    firm.json(0, &["index"]);
    let planned = firm.json(3, &["capture-test", "plan", "--all", "--from", "records@small.example"]);
    assert_eq!(planned["written"].as_array().map(Vec::len), Some(2));
    assert_eq!(planned["left_out"][0][0], "fax", "it has no address");
    let file =
        planned["written"][0]["file"].as_str().and_then(|path| path.rsplit('/').next()).expect("a file");
    let missing = firm.json(3, &["capture-test", "check"]);
    assert_eq!((&missing["missing"], &missing["tests"][0]["archived_on"]), (&2.into(), &Value::Null));

    let message = firm.read(&format!("capture-tests/{file}"));
    let reply = message.replace("Subject: ", "Subject: Re: ").replace("Message-ID: <", "Message-ID: <re-");
    firm.write("archive/reply.eml", reply.as_bytes());
    firm.json(0, &["index"]);
    let repeated = firm.json(3, &["capture-test", "check"]);
    assert_eq!(
        (&repeated["missing"], &repeated["tests"][0]["mentions"]),
        (&2.into(), &1.into()),
        "a reply proves nothing"
    );
    firm.write("archive/test.eml", message.as_bytes());
    firm.json(0, &["index"]);
    let found = firm.json(3, &["capture-test", "check"]);
    assert_eq!((&found["missing"], &found["tests"][0]["archived_on"]), (&1.into(), &"2024-09-20".into()));
    assert_eq!(found["tests"][0]["reviewed_on"], Value::Null);
    let token = found["tests"][0]["token"].as_str().expect("a mark");
    firm.write(
        "register/review-log/log.csv",
        format!("source,message_id,reviewer,reviewed_on,action\r\nbox,{token}@small.example,B. Boss,2024-09-23,approved\r\n").as_bytes(),
    );
    firm.json(0, &["index"]);
    let found = firm.json(3, &["capture-test", "check"]);
    assert_eq!(found["tests"][0]["reviewed_on"], "2024-09-23");
    // Without --all those that are in a gap are named as such, also long after the archive's last day.
    firm.run(&["coverage"]);
    let planned = firm.json(
        3,
        &["capture-test", "plan", "--from", "records@small.example", "--now", "2025-09-01T12:00:00Z"],
    );
    let left_out = planned["left_out"].as_array().expect("a list");
    let other = left_out.iter().find(|one| one[0] == "other").expect("listed");
    assert!(
        other[1].as_str().is_some_and(|why| why.contains("already: nothing-captured:other:")),
        "{planned}"
    );
}

#[test]
fn the_nightly_look_always_says_one_line_and_a_stalled_feed_does_not_look_clean() {
    let firm = silent();
    let code = |firm: &Firm, now: &str| {
        let ended = firm.run(&["coverage", "--check", "--now", now]);
        assert!(ended.out.starts_with("duces coverage 20"), "{}{}", ended.out, ended.err);
        ended.code
    };
    let sources = |cadence: &str| {
        format!(
            "source,name,channel,addresses,in_service_from,archive_paths,silence_days_max,cadence_days\r\n\
             box,The mailbox,email,ann@small.example,2024-01-08,mail:**,3,{cadence}\r\n"
        )
    };
    let nowhere = duces(&["-C", "nowhere", "coverage", "--check"]);
    assert_eq!((nowhere.code, nowhere.out.contains("COULD NOT LOOK")), (1, true));
    firm.write("register/sources.csv", sources("1").as_bytes());
    assert_eq!(code(&firm, "2024-02-01T12:00:00Z"), 1, "the register changed: it cannot look");
    firm.json(0, &["index"]);
    assert_eq!(code(&firm, "2024-02-01T12:00:00Z"), 4, "the silence is new");
    assert_eq!(code(&firm, "2024-02-01T13:00:00Z"), 3, "and then it is old and open");
    let gap = silence(&firm);
    firm.json(0, &["gap", "explain", &gap, "--why", "nobody wrote"]);
    assert_eq!(code(&firm, "2024-02-01T14:00:00Z"), 0);
    assert_eq!(code(&firm, "2024-02-09T12:00:00Z"), 1, "nothing came for a week");
    firm.write("register/sources.csv", sources("").as_bytes());
    assert_eq!(
        code(&firm, "2024-02-01T15:00:00Z"),
        1,
        "without a cadence nobody can say that material is fresh"
    );
}

/// The silent firm with its answer produced and its gap on record.
fn answered() -> (Firm, String) {
    let firm = silent();
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    let gap = silence(&firm);
    (firm, gap)
}

#[test]
fn what_is_recovered_and_cannot_be_told_is_not_nothing_and_a_supplement_not_sent_is_no_answer() {
    let (firm, gap) = answered();
    let undated = String::from_utf8(mail("m5", "Wed, 17 Jan 2024", "Five", "juniper five")).expect("UTF-8");
    let undated: String = undated.split_inclusive("\r\n").filter(|line| !line.starts_with("Date:")).collect();
    firm.write("archive/e.eml", undated.as_bytes());
    firm.json(0, &["index"]);
    let item = |firm: &Firm| firm.json(3, &["gap", "impact", &gap])["requests"][0]["items"][0].clone();
    assert_eq!((&item(&firm)["new_hits"], &item(&firm)["new_cannot_tell"]), (&0.into(), &1.into()));
    let supplement = firm.json(3, &["gap", "impact", &gap, "--supplement", "r"]);
    assert_eq!((&supplement["new_cannot_tell"], &supplement["selected"]["queue"]), (&1.into(), &1.into()));
    assert_eq!(item(&firm)["new_cannot_tell"], 1, "nothing of it went out yet");
    // The same notice stands already: nothing is frozen.
    let population = |firm: &Firm| firm.json(0, &["review", "export", "r"])["population"].clone();
    let before = population(&firm);
    assert_eq!(firm.run(&["gap", "impact", &gap, "--supplement", "r"]).code, 1);
    assert_eq!(population(&firm), before);
}

#[test]
fn what_was_answered_is_touched_whatever_its_file_asks_now() {
    let (firm, gap) = answered();
    let touched = |firm: &Firm| {
        let impact = firm.run(&["gap", "impact", &gap, "--format", "json"]).json();
        let requests = impact["requests"].as_array().expect("a list").clone();
        (requests.iter().any(|one| one["request"] == "r"), impact["requests_in_all"].clone())
    };
    let narrow = REQUEST.replace("to = 2024-06-30", "to = 2024-01-09");
    firm.write("requests/r.toml", narrow.as_bytes());
    assert_eq!(touched(&firm), (true, 1.into()), "the volume answered the wider period");
    std::fs::remove_file(firm.path("requests/r.toml")).expect("removed");
    assert_eq!(touched(&firm), (true, 1.into()), "its file is gone, its answer is not");

    let other = silent();
    other.run(&["coverage"]);
    other.json(0, &["select", "r"]);
    std::fs::remove_file(other.path("requests/r.toml")).expect("removed");
    let impact = other.json(3, &["gap", "impact", &silence(&other)]);
    assert_eq!((&impact["requests_in_all"], &impact["requests"][0]["request"]), (&1.into(), &"r".into()));
}

#[test]
fn a_past_request_cannot_be_supplemented_here_and_what_its_import_leaves_open_is_not_nobody() {
    let (firm, gap) = answered();
    let past = "format = 1\n[[request]]\nrequest = \"T-1\"\n[[request.item]]\nitem = \"1\"\nsources = [\"other\"]\n\
                from = 2010-01-01\nto = 2010-12-31\n[[request.statement]]\nitem = \"2\"\ntext = \"Complete.\"\n\
                [[request]]\nrequest = \"T-2\"\n[[request.item]]\nitem = \"1\"\nsources = []\npeople = []\n\
                from = 2024-01-01\nto = 2024-01-31\n";
    firm.write("past.toml", past.as_bytes());
    let path = firm.path("past.toml");
    firm.json(3, &["request", "import-past", path.to_str().expect("UTF-8")]);
    let impact = firm.json(3, &["gap", "impact", &gap]);
    let names: Vec<&str> =
        impact["past"].as_array().expect("a list").iter().filter_map(|one| one["request"].as_str()).collect();
    assert_eq!(names, ["T-1", "T-2"]);
    assert_eq!(impact["past"][0]["statements"][0]["text"], "Complete.");
    let refused = firm.expect(4, &["gap", "impact", &gap, "--supplement", "T-1"]);
    assert!(refused.err.contains("before this program"), "{}", refused.err);
}
