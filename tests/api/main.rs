//! The service as its clients meet it: the whole of it on a real listener, over a real PostgreSQL, with a clock and ids that tests set.

mod harness;
mod samples;

mod architecture;
mod bad_input;
mod concurrency;
mod document;
mod fold;
mod jobs;
mod keys;
mod matrix;
mod mended;
mod odd;
mod queries;
mod record;
mod seed;
mod snapshots;
