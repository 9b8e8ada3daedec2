//! Keyset pages: `order by` and the condition that starts after a cursor, for any sort, empty values last.

use sqlx::{Postgres, QueryBuilder};

use crate::query::{Cursor, Direction, Key};

/// An expression that a list is sorted by.
pub(super) type Column = (&'static str, Direction);

/// Adds ` and (…)`: the rows that come after the cursor, in the order of the columns and then of `id`.
pub(super) fn after(builder: &mut QueryBuilder<Postgres>, columns: &[Column], id: &'static str, cursor: Option<&Cursor>) {
    let Some(cursor) = cursor else { return };
    builder.push(" and (");
    for (i, (column, key)) in columns.iter().zip(&cursor.keys).enumerate() {
        if i > 0 {
            builder.push(" or ");
        }
        builder.push("(");
        equal(builder, &columns[..i], &cursor.keys);
        beyond(builder, *column, key);
        builder.push(")");
    }
    builder.push(if columns.is_empty() { "(" } else { " or (" });
    equal(builder, columns, &cursor.keys);
    builder.push(id).push(" > ").push_bind(cursor.id).push("))");
}

fn equal(builder: &mut QueryBuilder<Postgres>, columns: &[Column], keys: &[Key]) {
    for ((column, _), key) in columns.iter().zip(keys) {
        builder.push(*column);
        if *key == Key::Null {
            builder.push(" is null");
        } else {
            builder.push(" = ");
            bind(builder, key);
        }
        builder.push(" and ");
    }
}

fn beyond(builder: &mut QueryBuilder<Postgres>, (column, direction): Column, key: &Key) {
    if *key == Key::Null {
        builder.push("false"); // empty values come last: only the later keys go beyond one
        return;
    }
    builder.push("(").push(column);
    builder.push(match direction {
        Direction::Ascending => " > ",
        Direction::Descending => " < ",
    });
    bind(builder, key);
    builder.push(" or ").push(column).push(" is null)");
}

fn bind(builder: &mut QueryBuilder<Postgres>, key: &Key) {
    match key {
        Key::Null => builder.push("null"),
        Key::Integer(number) => builder.push_bind(*number),
        Key::Number(number) => builder.push_bind(*number),
        Key::Date(day) => builder.push_bind(*day),
        Key::Time(at) => builder.push_bind(*at),
        Key::Text(text) => builder.push_bind(text.clone()),
    };
}

/// Adds ` order by … limit …`.
pub(super) fn order(builder: &mut QueryBuilder<Postgres>, columns: &[Column], id: &'static str, rows: i64) {
    builder.push(" order by ");
    for (column, direction) in columns {
        builder.push(*column);
        builder.push(match direction {
            Direction::Ascending => " asc nulls last, ",
            Direction::Descending => " desc nulls last, ",
        });
    }
    builder.push(id).push(" limit ").push_bind(rows);
}
