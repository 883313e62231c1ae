//! Collections and commands of other tools.

use super::*;

const POSTMAN: &str = r#"{"info":{"name":"c","schema":"https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},"#;
const OPENAPI: &str = r#"{"openapi":"3.0.0","info":{"title":"t","version":"1"},"#;

fn postman(items: &str) -> String {
    format!(r#"{POSTMAN}"item":[{items}]}}"#)
}

pub const INPUTS: &[Input] = &[
    reading("Postman: folders of one name", "c.json", |n| {
        postman(&list(|_| r#"{"name":"f","item":[{"name":"r","request":"https://h/"}]}"#.into(), n))
    }),
    reading("Postman: requests of one name", "c.json", |n| postman(&list(|_| r#"{"name":"r","request":"https://h/"}"#.into(), n))),
    reading("Postman: tokens", "c.json", |n| {
        let auth = |i| format!(r#"{{"type":"bearer","bearer":[{{"key":"token","value":"abcdefgh{i}"}}]}}"#);
        postman(&list(|i| format!(r#"{{"name":"r{i}","request":{{"url":"https://h/","auth":{}}}}}"#, auth(i)), n))
    }),
    reading("Postman: path variables", "c.json", |n| {
        let path = many("https://h/", |_| ":a/".into(), "", n / 2);
        let variables = list(|i| format!(r#"{{"key":"a{i}","value":"b"}}"#), n / 2);
        postman(&format!(r#"{{"name":"r","request":{{"url":{{"raw":"{path}","variable":[{variables}]}}}}}}"#))
    }),
    reading("Postman: headers", "c.json", |n| {
        postman(&format!(
            r#"{{"name":"r","request":{{"url":"https://h/","header":[{}]}}}}"#,
            list(|_| r#"{"key":"k","value":"v"}"#.into(), n)
        ))
    }),
    reading("OpenAPI: operations of one name", "c.json", |n| {
        format!(r#"{OPENAPI}"paths":{{{}}}}}"#, list(|i| format!(r#""/p{i}":{{"get":{{"summary":"s"}}}}"#), n))
    }),
    reading("OpenAPI: tags", "c.json", |n| {
        format!(r#"{OPENAPI}"paths":{{{}}}}}"#, list(|i| format!(r#""/p{i}":{{"get":{{"tags":["t{i}"]}}}}"#), n))
    }),
    reading("OpenAPI: parameters of a path", "c.json", |n| {
        let parameters = list(|i| format!(r#"{{"name":"p{i}","in":"query"}}"#), n);
        format!(r#"{OPENAPI}"paths":{{"/x":{{"parameters":[{parameters}],"get":{{}},"put":{{}},"post":{{}},"patch":{{}}}}}}}}"#)
    }),
    reading("OpenAPI: one body for all", "c.json", |n| {
        let body = many("", |_| "x".into(), "", n / 2);
        let paths = list(|i| format!(r##""/p{i}":{{"post":{{"requestBody":{{"$ref":"#/components/requestBodies/b"}}}}}}"##), n / 2);
        let shared = format!(r#"{{"content":{{"application/json":{{"example":"{body}"}}}}}}"#);
        format!(r#"{OPENAPI}"paths":{{{paths}}},"components":{{"requestBodies":{{"b":{shared}}}}}}}"#)
    }),
    reading("OpenAPI: variables of a server in one another", "c.json", |n| {
        let variables = list(|i| format!(r#""v{i}":{{"default":"{{v{}}}{{v{}}}"}}"#, i + 1, i + 1), n);
        format!(r#"{OPENAPI}"servers":[{{"url":"https://{{v0}}","variables":{{{variables}}}}}],"paths":{{"/a":{{"get":{{}}}}}}}}"#)
    }),
    reading("fetch: headers", "c.txt", |n| {
        format!(r#"fetch("https://h/",{{"headers":{{{}}}}})"#, list(|i| format!(r#""x{i}":"v{i}""#), n))
    }),
    reading("fetch: an address of many texts", "c.txt", |n| format!("fetch('https://h/'{})", "+'a'".repeat(n / 4))),
    reading("PowerShell: an address of many texts", "c.txt", |n| format!("Invoke-WebRequest -Uri ('https://h/'{})", "+'a'".repeat(n / 4))),
    reading("Python: headers", "c.txt", |n| {
        format!(r#"requests.get("https://h/", headers={{{}}})"#, list(|i| format!(r#""x{i}": "v{i}""#), n))
    }),
    reading("PowerShell: headers", "c.txt", |n| {
        format!("Invoke-WebRequest https://h/ -Headers @{{{}}}", many("", |i| format!(r#""x{i}"="v{i}";"#), "", n))
    }),
];
