//! The schedule, the holds and the closed days: what is read, and what is refused.

use super::{assert_says, files};
use duces_register::ReviewDays;

const CLASSED: &str = "source,name,channel,in_service_from,system,cadence_days,retention_class,review_days_max\n\
                       box,Box,email,2020-01-01,mx-01,2,comm-3y,0\n";

#[test]
fn a_source_has_a_system_a_cadence_and_a_time_for_review() {
    let register = files(&[("sources.csv", CLASSED)]).unwrap();
    let source = &register.sources[0];
    assert_eq!(source.system.as_ref().map(|system| system.as_str()), Some("mx-01"));
    assert_eq!((source.cadence_days, source.review_days_max), (Some(2), Some(ReviewDays::Calendar(0))));
    let wrong = CLASSED.replace("mx-01,2", "mx 01,0").replace(",0\n", ",soon\n");
    assert_says(
        &[("sources.csv", &wrong)],
        &[
            &["register/sources.csv:2, column system", "mx 01"],
            &["register/sources.csv:2, column cadence_days", "found 0", "at least 1"],
            &["register/sources.csv:2, column review_days_max", "found \"soon\"", "10 business days"],
        ],
    );
}

#[test]
fn a_time_for_review_is_in_calendar_days_or_in_business_days_and_says_which() {
    let days = |cell: &str| cell.parse::<ReviewDays>().map(|days| days.to_string());
    assert_eq!(days("30").as_deref(), Ok("30 calendar days"));
    assert_eq!(days("1 calendar day").as_deref(), Ok("1 calendar day"));
    assert_eq!(days("5 days").as_deref(), Ok("5 calendar days"));
    assert_eq!(days("10 Business days").as_deref(), Ok("10 business days"));
    assert_eq!(days("1 business").as_deref(), Ok("1 business day"));
    for wrong in
        ["", "ten", "-1", "+3", "5 working days", "5 business weeks", "5 business days later", "9999"]
    {
        assert!(days(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_schedule_has_every_class_that_sources_name_once_and_with_a_period() {
    let schedule = "class,keep_years,keep_months,from,rule\ncomm-3y,3,,sent,r\nodd,1,6,sent,r\n";
    let register = files(&[("sources.csv", CLASSED), ("retention.csv", schedule)]).unwrap();
    let months: Vec<_> = register.retention.iter().map(|class| class.keep_months).collect();
    assert_eq!(months, [36, 18]);
    assert_eq!(register.retention_of(&"box".parse().unwrap()).map(|class| class.line), Some(2));
    assert!(files(&[("sources.csv", CLASSED), ("retention.csv", "class,from,rule\n")]).is_ok());
    assert_says(
        &[
            ("sources.csv", CLASSED),
            (
                "retention.csv",
                "class,keep_years,keep_months,from,rule\ncomm-3,3,,sent,r\ncomm-3,,,closed,\nx,99999999999999999999,,sent,r\ny,101,,sent,r\n",
            ),
        ],
        &[
            &["register/retention.csv:3, column keep_years", "no period"],
            &["register/retention.csv:3, column from", "expected one of sent"],
            &["register/retention.csv:3, column rule", "empty"],
            &["register/retention.csv:3, column class", "comm-3 again, which row 2 has"],
            &["register/retention.csv:4, column keep_years", "digits only"],
            &["register/retention.csv:5, column keep_years", "at most 1200 months"],
            &["register/sources.csv:2, column retention_class", "comm-3y", "did you mean comm-3"],
        ],
    );
}

#[test]
fn a_closure_is_one_day_or_a_short_run_and_stands_once() {
    let register = files(&[(
        "closures.csv",
        "from,to,reason\n2012-10-29,2012-10-30,hurricane\n2023-06-16,,own holiday\n",
    )])
    .unwrap();
    let covers = |day: &str| register.closures.iter().any(|closure| closure.covers(day.parse().unwrap()));
    assert!(covers("2012-10-29") && covers("2012-10-30") && covers("2023-06-16"));
    assert!(!covers("2012-10-31") && !covers("2023-06-15"));
    assert_says(
        &[(
            "closures.csv",
            "from,to,reason\n2023-06-16,2024-06-16,typing\n2023-01-02,2023-01-03,a\n2023-01-03,,b\n2023-02-03,,\n",
        )],
        &[
            &["register/closures.csv:2, column to", "367 days", "at most 31"],
            &["register/closures.csv:4, column from", "row 3"],
            &["register/closures.csv:5, column reason", "empty"],
        ],
    );
}

#[test]
fn counsel_is_known_by_address_or_domain_on_the_days_of_its_row() {
    let register = files(&[(
        "attorneys.csv",
        "name,address,firm,counsel,from,to\nN. Haddad,nh@firm.example,,in-house,2020-01-01,2021-12-31\n\
         Okafor LLP,@LAW.example,Okafor LLP,outside,,\nA. Name,,,outside,,\n",
    )])
    .unwrap();
    let named = |address: &str, day: Option<&str>| -> Vec<String> {
        let address = duces_model::EmailAddress::new(address).unwrap();
        let day = day.map(|day| day.parse().unwrap());
        register.counsel_at(&address, day).map(|one| one.name.clone()).collect()
    };
    assert_eq!(named("nh@firm.example", Some("2020-06-01")), ["N. Haddad"]);
    assert_eq!(named("nh@firm.example", None), ["N. Haddad"], "an undated message may be of any day");
    assert!(named("nh@firm.example", Some("2022-01-01")).is_empty());
    assert_eq!(named("a@law.example", None), ["Okafor LLP"]);
    assert_eq!(named("a@mail.law.example", None), ["Okafor LLP"]);
    assert!(named("a@outlaw.example", None).is_empty() && named("a@law.example.org", None).is_empty());
    assert_says(
        &[("attorneys.csv", "name,address,counsel\n,a@b.example,inside\nX,law firm,outside\n")],
        &[
            &["register/attorneys.csv:2, column name", "empty"],
            &["register/attorneys.csv:2, column counsel", "in-house, outside"],
            &["register/attorneys.csv:3, column address", "domain"],
        ],
    );
}

#[test]
fn a_hold_says_when_it_was_issued() {
    let register = files(&[(
        "holds.csv",
        "hold,sources,from,to,issued_on,authority\nH,*,2019-01-01,,2020-02-03,SEC\nK,*,,,,SEC\n",
    )])
    .unwrap();
    assert_eq!(register.holds[0].issued_on, Some("2020-02-03".parse().unwrap()));
    assert_eq!(register.holds[1].issued_on, None);
}
