//! Database errors as problems: what a client can mend is told to it, the rest is logged.

use sqlx::{Error, error::DatabaseError};

use super::{Kind, Problem};

/// Seconds after which a client may repeat what failed because of the moment.
const RETRY_AFTER: u32 = 1;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            Error::RowNotFound => Self::not_found("such thing"),
            Error::PoolTimedOut => {
                tracing::warn!(%error, "no database connection was free");
                Self::unavailable("The service is busy. Try again after the seconds in `Retry-After`.", RETRY_AFTER)
            }
            Error::Io(_) | Error::Tls(_) | Error::PoolClosed | Error::WorkerCrashed | Error::BeginFailed => {
                tracing::warn!(%error, "the database is out of reach");
                Self::unavailable("The database is out of reach. Try again after the seconds in `Retry-After`.", RETRY_AFTER)
            }
            Error::Database(inner) => {
                let code = inner.code();
                let code = code.as_deref().unwrap_or_default();
                from_code(code).unwrap_or_else(|| Self::internal(format_args!("{code}: {error}"))).logged(code, inner.as_ref())
            }
            _ => Self::internal(&error),
        }
    }
}

impl Problem {
    fn logged(self, code: &str, error: &dyn DatabaseError) -> Self {
        match self.kind() {
            Kind::Internal => {}
            Kind::Unavailable => tracing::warn!(code, error = error.message(), "the database cannot now"),
            _ => tracing::info!(code, constraint = error.constraint(), table = error.table(), "the database refused the values"),
        }
        self
    }
}

/// What a `SQLSTATE` means to a client; `None` is a fault of ours.
fn from_code(code: &str) -> Option<Problem> {
    let busy = |detail: &'static str| Some(Problem::unavailable(detail, RETRY_AFTER));
    match code {
        "40001" | "40P01" => busy("Another request was changing the same things. Try again after the seconds in `Retry-After`."),
        "55P03" => busy("Another request holds what this one needs. Try again after the seconds in `Retry-After`."),
        "57014" | "25P03" => busy("The database took too long. Try again after the seconds in `Retry-After`, or ask for less."),
        "57P01" | "57P02" | "57P03" | "57P05" | "25006" => {
            busy("The database is starting, stopping or changing over. Try again after the seconds in `Retry-After`.")
        }
        _ if code.starts_with("08") => busy("The database is out of reach. Try again after the seconds in `Retry-After`."),
        _ if code.starts_with("53") => busy("The database has no room for this now. Try again after the seconds in `Retry-After`."),
        "23505" | "23P01" => Some(Problem::new(Kind::Conflict, "This contradicts what is stored. Read what is there and decide.")),
        "23503" => Some(Problem::at("", "refers to something that does not exist, or is still referred to")),
        "23514" | "23502" | "22001" | "22003" | "22007" | "22008" => {
            Some(Problem::at("", "has a value out of the range that can be stored"))
        }
        "22021" | "22P05" => Some(Problem::at("", "has a character that cannot be stored, such as NUL; leave it out")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moment_is_503_the_values_are_4xx_the_rest_is_ours() {
        let status = |code| from_code(code).map(|problem| problem.status().as_u16());
        for code in ["40001", "40P01", "55P03", "57014", "57P01", "57P03", "08006", "53100", "53300", "25006"] {
            assert_eq!(status(code), Some(503), "{code}");
        }
        for (code, expected) in [("23505", 409), ("23503", 422), ("23514", 422), ("22021", 422), ("22P05", 422), ("22003", 422)] {
            assert_eq!(status(code), Some(expected), "{code}");
        }
        for code in ["42P01", "42601", "XX000", ""] {
            assert_eq!(status(code), None, "{code}");
        }
        assert_eq!(Problem::from(Error::PoolTimedOut).status().as_u16(), 503);
        assert_eq!(Problem::from(Error::RowNotFound).status().as_u16(), 404);
        assert_eq!(Problem::from(Error::Protocol("secret".to_owned())).kind(), Kind::Internal);
        assert!(!Problem::from(Error::Protocol("secret".to_owned())).detail().contains("secret"));
    }
}
