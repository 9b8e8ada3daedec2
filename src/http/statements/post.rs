//! `POST /v1/statements`.
