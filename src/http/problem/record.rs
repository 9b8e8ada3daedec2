//! What the record refuses, as problems.

use super::{Kind, Problem};
use crate::record::Error;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(error) => error.into(),
            Error::NotFound { what, key } => Self::not_found(format!("{what} `{key}`")),
            Error::Settled(status) => Self::new(Kind::Conflict, format!("The statement is {status} already; nothing was changed.")),
        }
    }
}
