//! `openstance serve`: the service, with its worker and, unless another database is named, its private PostgreSQL.

use std::{process::ExitCode, sync::Arc};

use anyhow::Context as _;
use axum::Router;
use metrics_exporter_prometheus::PrometheusHandle;
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::{database, postgres::Location};
use crate::{
    clock::{Clock, Ids},
    config::{DatabaseArgs, Metrics, ServeArgs},
    dashboard,
    db::{self, Db},
    http::{self, App, health, server},
    ingest::{Ingested, demo, worker::Worker},
    postgres::Embedded,
    query::CursorKey,
    telemetry,
};

/// How the service is served.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    serve: ServeArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Ingest the article that ships with the service
    #[arg(long)]
    demo: bool,
}

/// Runs `openstance serve` until SIGINT or SIGTERM.
pub async fn run(location: &Location, args: Args) -> anyhow::Result<ExitCode> {
    let stop = stop_signal()?;
    let listener = TcpListener::bind(args.serve.listen)
        .await
        .with_context(|| format!("cannot listen on {}: choose another address with --listen or OPENSTANCE_LISTEN", args.serve.listen))?;
    let (url, embedded) = match &args.database.database_url {
        Some(url) => (url.expose_secret().to_owned(), None),
        None => {
            let embedded = Embedded::start(&location.settings()?).await?;
            (embedded.url().to_owned(), Some(embedded))
        }
    };
    let served = serve(&args, &url, listener, stop).await;
    if let Some(embedded) = embedded {
        embedded.stop().await?;
    }
    served.map(|()| ExitCode::SUCCESS)
}

async fn serve(args: &Args, url: &str, listener: TcpListener, stop: oneshot::Receiver<()>) -> anyhow::Result<()> {
    let db = database::connect(url, args.database.db_connections).await?;
    let (clock, ids, bell) = (Clock::system(), Ids::system(), Arc::new(Notify::new()));
    let cursor_key = match &args.serve.cursor_key {
        Some(key) => key.clone(),
        None => stored_cursor_key(&db).await?,
    };
    if args.demo {
        ingest_demo(&db).await?;
    }
    let worker = tokio::spawn(Worker { db: db.clone(), clock: clock.clone(), ids: ids.clone(), bell: bell.clone() }.run());
    let metrics = telemetry::init_metrics()?;
    let upkeep = tokio::spawn(telemetry::upkeep(metrics.clone()));
    let app = App { db: db.clone(), clock, ids: ids.clone(), cursor_key, bell };
    let (shared, own) = match args.serve.metrics() {
        Metrics::Main => (Some(metrics), None),
        Metrics::Own(address) => (None, Some(serve_metrics(address, metrics).await?)),
        Metrics::Off => (None, None),
    };
    let router = http::service(app, dashboard::routes(), probe(&db), shared, args.serve.layers(ids))?;
    eprintln!("listening on http://{}", listener.local_addr()?);
    server::serve(listener, router, args.serve.limits(), async { stop.await.unwrap_or(()) }).await;
    for task in [Some(worker), Some(upkeep), own].into_iter().flatten() {
        task.abort();
    }
    db.close().await;
    Ok(())
}

/// Ready at the first SIGINT or SIGTERM.
fn stop_signal() -> anyhow::Result<oneshot::Receiver<()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let (send, receive) = oneshot::channel();
    tokio::spawn(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping; a second signal stops at once");
        let _ = send.send(());
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        tracing::warn!("stopped at once");
        std::process::exit(1);
    });
    Ok(receive)
}

async fn ingest_demo(db: &Db) -> anyhow::Result<()> {
    match demo::ingest(db, &database::now()).await? {
        Ingested::Now(_) => tracing::info!("the demo article was ingested; `openstance demo remove` removes it"),
        Ingested::Before(_) | Ingested::Queued(_) => tracing::info!("the demo article is there; `openstance demo remove` removes it"),
        Ingested::Removed => tracing::info!("the demo article was removed from this database and stays so"),
    }
    let program = std::env::current_exe().map_or_else(|_| "openstance".to_owned(), |path| path.display().to_string());
    eprintln!("to post statements, make a key: {program} keys create --name me --scope publish --json");
    Ok(())
}

/// The key that signs cursors, shared by all instances on one database.
async fn stored_cursor_key(db: &Db) -> anyhow::Result<CursorKey> {
    let fresh: [u8; 32] = rand::rng().random();
    let stored = db::secrets::get_or_insert(&mut *db.write.acquire().await?, "cursor", &fresh).await?;
    Ok(CursorKey::new(<[u8; 32]>::try_from(stored).map_err(|_| anyhow::anyhow!("the stored cursor key is damaged"))?))
}

fn probe(db: &Db) -> health::Probe {
    let db = db.clone();
    health::Probe::new(move || {
        let db = db.clone();
        async move { db.ready().await }
    })
}

async fn serve_metrics(address: std::net::SocketAddr, handle: PrometheusHandle) -> anyhow::Result<JoinHandle<()>> {
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address} for /metrics"))?;
    let router: Router = health::metrics(handle);
    Ok(tokio::spawn(async move {
        server::serve(listener, router, server::Limits::default(), std::future::pending()).await;
    }))
}
