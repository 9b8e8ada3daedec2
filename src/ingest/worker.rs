//! The worker that runs queued ingestions, one at a time, under a lease.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::sync::Notify;

use super::{Error, Options, finish, gazetteer};
use crate::{
    clock::{Clock, Ids, Now},
    db::{
        self, Db,
        ingestions::{Leased, Outcome},
    },
    extract,
};

/// How long a job belongs to the worker that took it, unless it says that it is still at work.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a worker says so.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often it looks for jobs that other instances enqueued.
const POLL: Duration = Duration::from_secs(2);
/// After so many attempts a job has failed.
const ATTEMPTS: i32 = 5;
/// What a job that failed says; the log says more.
const FAILED: &str = "The article could not be stored; the service's log says why.";
/// How long the reading of an article may take: a thousand times what a long one takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs queued ingestions until its task is ended.
#[derive(Debug, Clone)]
pub struct Worker {
    /// The database.
    pub db: Db,
    /// The present.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// Rung when a job was enqueued here.
    pub bell: Arc<Notify>,
}

impl Worker {
    /// Works for as long as it is polled.
    pub async fn run(self) {
        loop {
            match self.next().await {
                Ok(true) => {}
                Ok(false) => {
                    let _ = tokio::time::timeout(POLL, self.bell.notified()).await;
                }
                Err(error) => {
                    tracing::warn!(%error, "the ingestion worker waits for the database");
                    tokio::time::sleep(POLL).await;
                }
            }
        }
    }

    fn now(&self) -> Now {
        Now { at: self.clock.now(), ids: self.ids.clone() }
    }

    /// Runs one job that is due; answers whether there was one.
    pub async fn next(&self) -> db::Result<bool> {
        let mut conn = self.db.write.acquire().await?;
        db::ingestions::give_up(&mut conn, ATTEMPTS, FAILED, self.clock.now()).await?;
        let lease = db::ingestions::lease(&mut conn, LEASE, self.clock.now()).await?;
        drop(conn);
        let Some(job) = lease else { return Ok(false) };
        tracing::info!(ingestion = %job.id, attempt = job.attempts, "ingestion begins");
        let ended = tokio::select! {
            ended = self.ingest(&job) => ended,
            () = self.heartbeat(&job) => Err(Error::LeaseLost),
        };
        match ended {
            Ok(()) => tracing::info!(ingestion = %job.id, "ingestion done"),
            Err(Error::LeaseLost) => tracing::warn!(ingestion = %job.id, "another worker has this ingestion"),
            Err(error) => self.failed(&job, &error).await?,
        }
        Ok(true)
    }

    async fn ingest(&self, job: &Leased) -> Result<(), Error> {
        let options: Options = serde_json::from_value(job.options.clone())?;
        let gazetteer = gazetteer(&mut *self.db.read.acquire().await?).await?;
        let (input, format) = (job.input.clone(), options.format);
        let read = move || {
            let article = extract::read(&input, format);
            let findings = extract::extract(&article, &gazetteer);
            (article, findings, gazetteer.hash().to_owned())
        };
        let reading = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(read)).await.map_err(|_| Error::TooLong)?;
        let (article, findings, hash) = reading.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))?;
        let mut tx = self.db.write.begin().await?;
        finish(&mut tx, &self.now(), job, &options, &article, &findings, &hash).await?;
        Ok(tx.commit().await?)
    }

    /// Ends only when the lease is lost.
    async fn heartbeat(&self, job: &Leased) {
        loop {
            tokio::time::sleep(HEARTBEAT).await;
            let renewed =
                async { db::ingestions::renew(&mut *self.db.write.acquire().await?, job.id, job.fence, self.clock.now() + LEASE).await };
            match renewed.await {
                Ok(false) => return,
                Ok(true) => {}
                Err(error) => tracing::warn!(%error, ingestion = %job.id, "the lease could not be renewed"),
            }
        }
    }

    /// Puts the job back, or gives it up after too many attempts.
    async fn failed(&self, job: &Leased, error: &Error) -> db::Result<()> {
        tracing::error!(%error, ingestion = %job.id, attempt = job.attempts, "ingestion failed");
        let mut conn = self.db.write.acquire().await?;
        let hopeless = matches!(error, Error::TooLong);
        if job.attempts < ATTEMPTS && !hopeless {
            return db::ingestions::release(&mut conn, job.id, job.fence).await;
        }
        let error = if hopeless { "The article takes too long to read. Send it in parts." } else { FAILED }.to_owned();
        let outcome = Outcome { source: None, report: None, error: Some(error) };
        db::ingestions::finish(&mut conn, job.id, job.fence, &outcome, self.clock.now()).await.map(|_| ())
    }
}
