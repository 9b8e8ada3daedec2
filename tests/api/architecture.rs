//! What may know of what: read from the source, so that a breach fails.

use std::path::{Path, PathBuf};

use crate::harness::Outcome;

/// Every Rust file below a folder (or the file itself) of `src`, with its lines that are code; unit tests at the end of a file are left out.
fn code(part: &str) -> Outcome<Vec<(PathBuf, String)>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![source.join(part)], Vec::new());
    while let Some(path) = folders.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(path)? {
                folders.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path)?;
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            files.push((path.strip_prefix(&source)?.to_owned(), code));
        }
    }
    if files.is_empty() { Err(format!("there is no code in {part}").into()) } else { Ok(files) }
}

/// The modules and crates that a file names: the first part of `use` paths, and what follows `crate::`, also in braces.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let squeezed: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
    for (at, _) in squeezed.match_indices("crate::") {
        let rest = &squeezed[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(top_level(group).into_iter().map(|name| format!("crate::{name}"))),
            None => found.push(format!("crate::{}", word(rest))),
        }
    }
    for line in code.lines().map(str::trim_start) {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        if let Some(path) = line.strip_prefix("use ") {
            found.push(word(path).to_owned());
        }
    }
    for name in ["sqlx", "axum", "reqwest", "hyper"] {
        if code.contains(&format!("{name}::")) {
            found.push(name.to_owned());
        }
    }
    found
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The first words between the commas of a group in braces, at its own depth.
fn top_level(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(word(group[start..at].trim_start()).to_owned());
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(word(group[start..at].trim_start()).to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    names
}

#[test]
fn dependencies_run_one_way() -> Outcome {
    let pure = [
        "sqlx",
        "axum",
        "hyper",
        "reqwest",
        "crate::db",
        "crate::http",
        "crate::record",
        "crate::ingest",
        "crate::dashboard",
        "crate::cli",
    ];
    let forbidden: [(&str, &[&str]); 9] = [
        ("domain", &[&pure[..], &["crate::extract"]].concat()),
        ("extract", &pure),
        ("query.rs", &pure),
        ("query", &pure),
        ("db", &["axum", "hyper", "crate::http", "crate::record", "crate::ingest", "crate::dashboard", "crate::extract"]),
        ("record", &["axum", "hyper", "crate::http", "crate::ingest", "crate::dashboard"]),
        ("ingest", &["axum", "hyper", "crate::http", "crate::dashboard"]),
        ("http", &["crate::ingest", "crate::dashboard", "crate::cli"]),
        ("dashboard", &["crate::ingest", "crate::cli"]),
    ];
    let mut breaches = Vec::new();
    for (part, never) in forbidden {
        for (file, code) in code(part)? {
            let wrong = imports(&code).into_iter().filter(|import| never.contains(&import.as_str()));
            breaches.extend(wrong.map(|import| format!("{} uses {import}", file.display())));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    Ok(())
}

#[test]
fn sql_is_in_db_alone() -> Outcome {
    let mut breaches = Vec::new();
    for (file, code) in code("")? {
        let queries =
            ["sqlx::query", "QueryBuilder", "raw_sql", "query_as!", "query_scalar!"].into_iter().filter(|sign| code.contains(sign));
        // `postgres` creates the database on a server that it has started, before there is a schema.
        if !file.starts_with("db") && !file.starts_with("postgres") {
            breaches.extend(queries.map(|sign| format!("{} has {sign}", file.display())));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    Ok(())
}

#[test]
fn imports_are_found_in_every_form() {
    let code =
        "use crate::{\n    db::{self, Db},\n    domain::date,\n};\nuse axum::Router;\nlet x = crate::http::App;\npub use sqlx::Result;";
    let found = imports(code);
    for import in ["crate::db", "crate::domain", "crate::http", "axum", "sqlx"] {
        assert!(found.iter().any(|one| one == import), "{import} in {found:?}");
    }
    assert!(!found.iter().any(|one| one == "crate::date" || one == "crate::self"));
}
