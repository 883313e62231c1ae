use super::*;
use crate::domain::limits::{MAX_VARIABLES, MAX_VARIABLES_OF_FILE};

fn variables(pairs: &[(&str, &str)]) -> Variables {
    let mut variables = Variables::default();
    variables.extend(Layer::File, pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())));
    variables
}

#[test]
fn what_has_no_value_stays_and_is_listed() {
    let found = variables(&[("a", "1")]).resolve("{{a}}/{{b}}/{{ a }}/{{}}/{{x.response.body.$.id}}");
    assert_eq!(found.text, "1/{{b}}/1/{{}}/{{x.response.body.$.id}}");
    assert_eq!(found.unresolved.iter().map(|u| u.name.as_str()).collect::<Vec<_>>(), ["b", "x.response.body.$.id"]);
}

#[test]
fn places_lead_back_to_the_text_as_written() {
    let raw = "Bearer {{token}} {{none}} end";
    let found = variables(&[("token", "abcdef")]).resolve(raw);
    assert_eq!(found.text, "Bearer abcdef {{none}} end");
    let back = |from: usize, to: usize| found.substitutions.to_raw(Span::new(from, to)).cut(raw);
    assert_eq!(back(7, 13), Some("{{token}}"));
    assert_eq!(back(9, 10), Some("{{token}}"));
    assert_eq!(back(0, 6), Some("Bearer"));
    assert_eq!(back(23, 26), Some("end"));
    assert_eq!(back(0, 26), Some(raw));
}

#[test]
fn values_are_followed_and_cycles_end() {
    let known = variables(&[("host", "{{name}}.example"), ("name", "api"), ("a", "{{b}}"), ("b", "{{a}}")]);
    assert_eq!(known.resolve("https://{{host}}/").text, "https://api.example/");
    assert_eq!(known.resolve("{{a}}").unresolved[0].reason, "is defined by itself");
}

#[test]
fn doubling_values_do_not_fill_the_memory() {
    let mut known = variables(&[("x0", &"a".repeat(1000))]);
    for n in 1..30 {
        let before = format!("{{{{x{}}}}}", n - 1).repeat(10);
        known.extend(Layer::File, [(format!("x{n}"), before)]);
    }
    let found = known.resolve("a {{x14}} {{x1}}");
    assert!(found.text.starts_with("a {{x14}} aaa") && found.text.len() < 11_000, "{}", found.text.len());
    assert_eq!(found.unresolved.len(), 1);
    assert_eq!((found.unresolved[0].name.as_str(), found.unresolved[0].span.cut("a {{x14}} {{x1}}")), ("x14", Some("{{x14}}")));
}

#[test]
fn the_requests_of_a_file_share_what_may_be_filled_in() {
    let known = variables(&[("a", &"x".repeat(MAX_VARIABLES / 2))]);
    let mut budget = Budget::default();
    let lengths: Vec<usize> = (0..40)
        .map(|_| {
            budget.next_request();
            known.resolve_within("{{a}}", &mut budget).text.len()
        })
        .collect();
    assert!(lengths.iter().sum::<usize>() <= MAX_VARIABLES_OF_FILE);
    assert_eq!(lengths.last(), Some(&"{{a}}".len()));
}

#[test]
fn a_name_without_a_value_is_listed_once_however_often_it_stands() {
    let known = variables(&[("b", "{{none}}{{none}}"), ("c", "{{b}}{{b}}")]);
    let found = known.resolve(&"{{none}}{{c}}".repeat(1000));
    assert_eq!(found.unresolved.len(), 1);
    assert_eq!(found.text, "{{none}}".repeat(5000));
}

#[test]
fn a_nearer_layer_wins() {
    let mut known = variables(&[("a", "file")]);
    known.extend(Layer::Dotenv, [("a".into(), "dotenv".into()), ("b".into(), "dotenv".into())]);
    known.system.process = Arc::new([("c".to_string(), Some("process".to_string()))].into());
    assert_eq!(known.resolve("{{a}} {{b}} {{c}} {{$dotenv b}} {{$processEnv c}}").text, "file dotenv process dotenv process");
}

#[test]
fn the_process_environment_needs_a_yes() {
    let mut known = variables(&[("which", "HOME")]);
    for name in ["$processEnv HOME", "$processEnv %which", "$env.HOME"] {
        let found = known.resolve(&format!("{{{{{name}}}}}"));
        assert_eq!(found.text, format!("{{{{{name}}}}}"));
        assert!(found.unresolved[0].reason.ends_with("read only after a yes"), "{name}");
        assert_eq!(known.unread_process_variable(name).as_deref(), Some("HOME"), "{name}");
    }
    for other in ["HOME", "$processEnv", "$processEnvironment", "$dotenv HOME", "$processEnv %none"] {
        assert_eq!(known.unread_process_variable(other), None, "{other}");
    }
    known.system.process = Arc::new([("HOME".to_string(), Some("/home/ann".to_string())), ("NONE".to_string(), None)].into());
    assert_eq!(known.resolve("{{$processEnv %which}} {{$env.HOME}}").text, "/home/ann /home/ann");
    let unset = known.resolve("{{$processEnv NONE}}");
    assert!(unset.unresolved[0].reason.contains("is not set"));
    assert_eq!(known.unread_process_variable("$processEnv NONE"), None);
}

#[test]
fn an_entry_of_the_keyring_is_a_secret_that_was_read_before() {
    let mut known = Variables::default();
    known.extend(Layer::File, [("which".to_string(), "billing key".to_string())]);
    let unread = known.resolve("a {{$keyring billing key}}");
    assert_eq!((unread.text.as_str(), &*unread.unresolved[0].reason), ("a {{$keyring billing key}}", keyring::UNREAD));
    for name in ["$keyring billing key", "$keyring %which"] {
        assert_eq!(known.unread_keyring_entry(name).as_deref(), Some("billing key"), "{name}");
    }
    for other in ["billing key", "$keyring", "$keyrings a", "$keyring %none"] {
        assert_eq!(known.unread_keyring_entry(other), None, "{other}");
    }
    assert!(known.resolve("{{$keyring}}").unresolved[0].reason.contains("needs the name"));
    // What it holds is no text to fill in, and secret even where it is a word.
    known.system.keyring = Arc::new([("billing key".to_string(), "blue {{which}}".to_string())].into());
    let filled = known.resolve("a {{$keyring billing key}}");
    assert_eq!((filled.text.as_str(), filled.secrets), ("a blue {{which}}", vec![Span::new(2, 16)]));
    assert_eq!(known.unread_keyring_entry("$keyring billing key"), None);
    assert_eq!(known.without_keyring().resolve("{{$keyring billing key}}").unresolved.len(), 1);
}
