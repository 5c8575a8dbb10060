use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;
use crate::json::testing::json;

/// What `serde_json` makes of the fields of an object, of which the text says the same.
fn fields(text: &str) -> Vec<(String, serde_json::Value)> {
    Json::known(text).fields().map(|(name, value)| (name.into_owned(), serde_json::from_str(value.get()).unwrap())).collect()
}

/// Text that is nearly JSON: parts of it, and now and then something else.
fn nearly() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "\"b\\n\"", "null", "true", "false", "0", "-1", "1.5e-3", " ", "\n",
        ]).prop_map(str::to_owned),
        1 => "[\\\\\"u0-9a-fé\\x00-\\x1f.eE+-]{0,6}",
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// The same by `serde_json`, as far as strings go: it tells how deep things are only by reading them.
fn depth(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(all) => 1 + all.iter().map(depth).max().unwrap_or_default(),
        serde_json::Value::Object(all) => 1 + all.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_json_is_what_serde_json_takes(text in nearly()) {
        let theirs = serde_json::from_str::<&RawValue>(&text).map(RawValue::get).ok();
        prop_assert_eq!(Json::parse(&text).ok().map(Json::get), theirs, "{}", text);
    }

    #[test]
    fn parts_are_those_that_serde_json_finds(values in prop::collection::btree_map("\\PC{0,9}|[a\"\\\\é\n]{0,9}", json(), 0..6)) {
        let text = serde_json::to_string_pretty(&values).unwrap();
        prop_assert_eq!(Json::parse(&text).map(Json::get), Ok(&*text));
        prop_assert_eq!(&fields(&text).into_iter().collect::<std::collections::BTreeMap<_, _>>(), &values);
        let list = serde_json::to_string(&values.values().collect::<Vec<_>>()).unwrap();
        let found: Vec<serde_json::Value> = Json::known(&list).elements().map(|json| serde_json::from_str(json.get()).unwrap()).collect();
        prop_assert_eq!(found, values.into_values().collect::<Vec<_>>());
    }

    #[test]
    fn strings_are_those_that_serde_json_reads(text in "\\PC{0,20}|[\\x00-\\x30\\\\\"]{0,20}") {
        let json = serde_json::to_string(&text).unwrap();
        let read = Json::parse(&json).unwrap().string().map(Cow::into_owned);
        prop_assert_eq!(read, Some(text));
    }

    #[test]
    fn one_reading_finds_fields_elements_and_depth(value in json()) {
        let text = serde_json::to_string(&value).unwrap();
        let mut reader = Reader::new(&text);
        let (json, depth_found, parts) = reader.span(|reader| {
            let mut parts = Vec::new();
            match reader.peek() {
                b'{' => reader.object(|name, reader| reader.value().map(|value| parts.push((name.into_owned(), value.get()))))?,
                b'[' => reader.array(|reader| reader.value().map(|value| parts.push((String::new(), value.get()))))?,
                _ => drop(reader.value()?),
            }
            Ok(parts)
        }).unwrap();
        prop_assert_eq!(reader.end(), Ok(()));
        prop_assert_eq!((json.get(), depth_found), (&*text, depth(&value)));
        let known: Vec<_> = Json::known(&text).fields().map(|(name, value)| (name.into_owned(), value.get()))
            .chain(Json::known(&text).elements().map(|value| (String::new(), value.get()))).collect();
        prop_assert_eq!(parts, known);
    }

    #[test]
    fn text_that_no_reader_has_been_over_gives_no_panic(text in nearly()) {
        let json = Json::known(&text);
        json.fields().for_each(|(_, value)| drop(value.string()));
        json.elements().take(100).for_each(|value| drop(value.string()));
    }
}

#[test]
fn what_is_no_json_is_malformed() {
    for text in [
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{,}",
        "[,1]",
        "01",
        "1.",
        "1e",
        "-",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "nul",
        "{1:2}",
        "1 2",
        "[1}",
        "\0",
    ] {
        assert_eq!(Json::parse(text), Err(Malformed), "{text:?}");
    }
}

#[test]
fn nesting_has_no_end_that_matters() {
    let deep = format!("{}{}", "[".repeat(400_000), "]".repeat(400_000));
    let mut reader = Reader::new(&deep);
    assert!(reader.span(Reader::value).is_ok_and(|(_, depth, _)| depth == 400_000));
}

#[test]
fn half_of_a_pair_is_no_text_and_stays_as_it_was_written() {
    let json = Json::parse(r#"{"\ud83d":"\ud83d!","\u0061":"\ud83d\ude00"}"#).unwrap();
    let found: Vec<_> = json.fields().map(|(name, value)| (name.into_owned(), value.string().map(Cow::into_owned))).collect();
    assert_eq!(found, [(r"\ud83d".to_owned(), None), ("a".to_owned(), Some("😀".to_owned()))]);
}
