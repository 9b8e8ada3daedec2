use chrono::{DateTime, NaiveDate};

use super::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Open,
    Closed,
    Mixed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Score,
    Name,
}

impl SortKey for By {
    const WORDS: &'static [(&'static str, Self)] = &[("score", Self::Score), ("name", Self::Name)];
}

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Filter {
    stance: Option<Side>,
    #[serde(default)]
    organization: Vec<String>,
    score_min: Option<f64>,
    evidence_min: Option<u32>,
    said_from: Option<NaiveDate>,
    explain: Option<bool>,
    id: Option<Uuid>,
    sort: Option<Sort<By>>,
}

fn refusal(query: &str) -> (Fault, String, String) {
    let QueryError { fault, parameter, detail } = list::<Filter>("/v1/organizations", query).expect_err("it must be refused");
    (fault, parameter, detail)
}

#[test]
fn a_query_becomes_a_struct() {
    let (filter, page) = list::<Filter>(
        "/v1/organizations",
        "stance=open&organization=a%20b&organization=c+d&score_min=-0.5&evidence_min=3&said_from=2025-01-31&explain=true\
         &id=00000000-0000-0000-0000-000000000001&sort=-score,name&limit=7&",
    )
    .expect("it is well-formed");
    assert_eq!(
        filter,
        Filter {
            stance: Some(Side::Open),
            organization: vec!["a b".to_owned(), "c d".to_owned()],
            score_min: Some(-0.5),
            evidence_min: Some(3),
            said_from: NaiveDate::from_ymd_opt(2025, 1, 31),
            explain: Some(true),
            id: Some(Uuid::from_u128(1)),
            sort: Some(Sort(vec![(By::Score, Direction::Descending), (By::Name, Direction::Ascending)])),
        }
    );
    assert_eq!((page.limit.get(), page.rows()), (7, 8));
    assert_eq!(parse::<Filter>("").expect("nothing is required"), Filter::default());
    assert!(parse::<()>("").is_ok());
}

#[test]
fn what_is_not_known_is_refused_with_a_suggestion() {
    let cases = [
        ("stanc=open", Fault::Unknown, "stanc", "there is no such parameter here; did you mean `stance`?"),
        ("limt=3", Fault::Unknown, "limt", "there is no such parameter here; did you mean `limit`?"),
        ("stance=opne", Fault::Invalid, "stance", "`opne` is none of `open`, `closed`, `mixed`; did you mean `open`?"),
        ("stance=", Fault::Invalid, "stance", "`` is none of `open`, `closed`, `mixed`"),
        ("stance=open&stance=open", Fault::Invalid, "stance", "is given more than once; give one value"),
        ("sort=-scroe", Fault::Invalid, "sort", "`scroe` is none of `score`, `name`; did you mean `score`?"),
        ("sort=name,-name", Fault::Invalid, "sort", "`name` is there twice"),
        ("limit=0", Fault::Invalid, "limit", "`0` is not from 1 to 200"),
        ("limit=201", Fault::Invalid, "limit", "`201` is not from 1 to 200"),
        ("limit=ten", Fault::Invalid, "limit", "`ten` is not a whole number in range"),
        ("score_min=NaN", Fault::Invalid, "score_min", "is not a finite number"),
        ("evidence_min=-1", Fault::Invalid, "evidence_min", "`-1` is not a whole number from 0 up"),
        ("said_from=2025-13-01", Fault::Invalid, "said_from", "`2025-13-01` is not valid: input is out of range"),
        ("explain=yes", Fault::Invalid, "explain", "`yes` is not `true` or `false`"),
        ("organization=%00", Fault::Malformed, "organization", "the value has a NUL character; leave it out"),
        (
            "organization=%zz",
            Fault::Malformed,
            "organization",
            "the value has a `%` that two hexadecimal digits do not follow; write a percent sign as `%25`",
        ),
        ("organization=%ff", Fault::Malformed, "organization", "the value is not UTF-8 when decoded"),
        ("%00=1", Fault::Malformed, "", "a parameter's name has a NUL character; leave it out"),
    ];
    for (query, fault, parameter, detail) in cases {
        assert_eq!(refusal(query), (fault, parameter.to_owned(), detail.to_owned()), "{query}");
    }
    assert_eq!(parse::<()>("x=1").expect_err("no parameter").fault, Fault::Unknown);
    for query in ["evidence_min=4294967296", "said_from=2025-02-30", "id=1", "limit=99999999999999999999"] {
        assert_eq!(refusal(query).0, Fault::Invalid, "{query}");
    }
    assert!(refusal("zzzzzz=1").2.ends_with(
        "there are `stance`, `organization`, `score_min`, `evidence_min`, `said_from`, `explain`, `id`, `sort`, `limit`, `cursor`"
    ));
}

#[test]
fn the_structs_of_a_tuple_share_the_query() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct More {
        kind: Option<String>,
    }

    let ((filter, more), page) = list::<(Filter, More)>("/", "kind=a&stance=open&limit=3").expect("all are known");
    assert_eq!((filter.stance, more.kind.as_deref(), page.limit.get()), (Some(Side::Open), Some("a"), 3));
    let refusal = |query| list::<(Filter, More)>("/", query).expect_err("it must be refused");
    let unknown = refusal("kidn=a");
    assert_eq!((unknown.fault, unknown.detail.as_str()), (Fault::Unknown, "there is no such parameter here; did you mean `kind`?"));
    assert_eq!(refusal("stnace=a").detail, "there is no such parameter here; did you mean `stance`?");
    assert_eq!(refusal("stance=opne").fault, Fault::Invalid);
}

fn key() -> CursorKey {
    CursorKey::new([7; 32])
}

fn ask(query: &str) -> PageRequest {
    list::<Filter>("/v1/organizations", query).expect("it is well-formed").1
}

#[test]
fn pages_follow_one_another() {
    let rows: Vec<(f64, u128)> = vec![(0.1 + 0.2, 1), (0.5, 2), (0.7, 3)];
    let first = ask("limit=2&stance=open&organization=a%26b");
    let page = first.page(&key(), rows, |(score, id)| (vec![Key::from(Some(*score)), Key::Null], Uuid::from_u128(*id)));
    assert_eq!(page.items.len(), 2);
    let cursor = page.next_cursor.clone().expect("a third row waits");
    assert_eq!(
        page.link.as_deref(),
        Some(format!("</v1/organizations?limit=2&organization=a%26b&stance=open&cursor={cursor}>; rel=\"next\"").as_str())
    );

    let second = ask(&format!("stance=open&cursor={cursor}&organization=a%26b&limit=200&"));
    let opened = second.after(&key()).expect("it is ours").expect("there is one");
    assert_eq!(opened.id, Uuid::from_u128(2));
    let [score, none] = opened.keys().expect("two keys");
    assert_eq!(score.optional::<f64>(), Ok(Some(0.5)));
    assert_eq!(none.optional::<f64>(), Ok(None));

    let last = second.page(&key(), vec![(0.7, 3)], |_| unreachable!("the last page has no cursor"));
    assert_eq!((last.next_cursor.clone(), last.link.clone()), (None, None));
    assert_eq!(serde_json::to_value(last.map(|(_, id)| id)).expect("JSON"), serde_json::json!({"items": [3], "next_cursor": null}));
}

#[test]
fn keys_come_back_to_the_bit() {
    let scope = Scope::new("/", &Pairs::default());
    let keys = vec![
        Key::Null,
        Key::Integer(i64::MIN),
        Key::Number(0.1 + 0.2),
        Key::Number(-0.0),
        Key::Number(f64::INFINITY),
        Key::Date(NaiveDate::MIN),
        Key::Time(DateTime::from_timestamp(1_700_000_000, 123_456_789).expect("in range")),
        Key::Text("Åsa \"O'Neill\" 🦀".to_owned()),
    ];
    let cursor = Cursor { keys, id: Uuid::from_u128(u128::MAX) };
    let text = key().seal(&scope, &cursor);
    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert_eq!(key().open(&scope, &text), Ok(cursor));
}

#[test]
fn forged_damaged_and_foreign_cursors_are_refused() {
    let page = ask("limit=1&stance=open").page(&key(), vec![1_i64, 2], |row| (vec![Key::from(*row)], Uuid::nil()));
    let cursor = page.next_cursor.expect("another page");
    let refused = |query: &str| ask(query).after(&key()).expect_err("it must be refused").fault == Fault::Cursor;

    assert!(ask(&format!("stance=open&cursor={cursor}")).after(&key()).is_ok());
    assert!(refused(&format!("stance=closed&cursor={cursor}")), "another filter");
    assert!(refused(&format!("stance=open&sort=name&cursor={cursor}")), "another sort");
    assert!(refused("stance=open&cursor=") && refused("stance=open&cursor=a") && refused("stance=open&cursor=%21"));
    assert!(refused(&format!("stance=open&cursor={}", "A".repeat(5000))));
    for position in 0..cursor.len() {
        let mut forged = cursor.clone().into_bytes();
        forged[position] = if forged[position] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("ASCII");
        assert!(refused(&format!("stance=open&cursor={forged}")), "position {position}");
    }
    let elsewhere = list::<Filter>("/v1/people", &format!("stance=open&cursor={cursor}")).expect("well-formed").1;
    assert!(elsewhere.after(&key()).is_err(), "another list");
    assert!(ask(&format!("stance=open&cursor={cursor}")).after(&CursorKey::new([8; 32])).is_err(), "another key");
    assert!(Key::Integer(1).optional::<f64>().is_err() && Cursor { keys: vec![], id: Uuid::nil() }.keys::<1>().is_err());
}

#[test]
fn a_key_is_64_hexadecimal_digits() {
    let scope = Scope::new("/", &Pairs::default());
    let cursor = Cursor { keys: vec![], id: Uuid::nil() };
    let parsed = CursorKey::from_hex(&"07".repeat(32)).expect("64 digits");
    assert_eq!(parsed.seal(&scope, &cursor), key().seal(&scope, &cursor));
    for text in ["", "07", &"0g".repeat(32), &"07".repeat(33), &"é".repeat(32)] {
        assert!(CursorKey::from_hex(text).is_err(), "{text}");
    }
    assert_eq!(format!("{parsed:?}"), "CursorKey([REDACTED])");
}

proptest::proptest! {
    #[test]
    fn any_query_is_read_or_refused(query in ".{0,80}|([a-z]{1,9}=(%[0-9a-f]{2}|[+&=a-z]){0,9}&?){0,5}") {
        if let Ok(pairs) = Pairs::parse(&query) {
            proptest::prop_assert!(pairs.iter().all(|(name, value)| !name.contains('\0') && !value.contains('\0')));
            let again = Pairs::parse(&pairs.with("cursor", "x y")).expect("what was read can be written");
            proptest::prop_assert_eq!(again.without(&["cursor"]), pairs.without(&["cursor"]));
        }
        let _ = list::<Filter>("/", &query);
    }

    #[test]
    fn any_cursor_is_opened_or_refused(text in "[A-Za-z0-9_=%-]{0,120}") {
        let scope = Scope::new("/", &Pairs::default());
        proptest::prop_assert!(key().open(&scope, &text).is_err());
    }
}
