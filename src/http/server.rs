//! The accept loop. `axum::serve` has no header timeout, no cap on connections and no bound on the drain; this has.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// Bounds on what clients can hold.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; more wait in the system's queue.
    pub connections: usize,
    /// How long a request's head may take, and how long a connection may idle between requests.
    pub header_timeout: Duration,
    /// How long a client may leave a response unread.
    pub write_timeout: Duration,
    /// How large a request's head may be, in bytes; a larger one is answered 431.
    pub header_bytes: usize,
    /// How long requests may go on after the signal to stop.
    pub drain: Duration,
    /// How long to wait after an accept that failed for want of resources.
    pub accept_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            header_timeout: Duration::from_secs(10),
            write_timeout: Duration::from_secs(10),
            header_bytes: 32 * 1024,
            drain: Duration::from_secs(10),
            accept_pause: Duration::from_millis(500),
        }
    }
}

/// Serves `router` on `listener` until `stop` is ready; then accepts no more, lets requests finish within the drain, and cuts off the rest.
///
/// Each request has the peer's address as `ConnectInfo<SocketAddr>`. Returns how many connections were cut off.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) -> usize {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(64 * 1024));
    let (slots, graceful) = (Arc::new(Semaphore::new(limits.connections)), GracefulShutdown::new());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            Some(_) = connections.join_next() => continue, // frees what it held
            accepted = accept(&listener, &slots, limits.accept_pause) => accepted,
        };
        let Some((stream, peer, slot)) = accepted else { break };
        connections.spawn(connection(stream, peer, slot, router.clone(), builder.clone(), limits.write_timeout, graceful.watcher()));
    }
    drop(listener);
    if timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still going on at the end of the drain");
    }
    while connections.try_join_next().is_some() {}
    let cut = connections.len();
    connections.shutdown().await;
    cut
}

/// The next connection, once there is a slot for it. Cancel-safe: nothing is taken before both are there.
async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>, pause: Duration) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Some((stream, peer, slot)),
            Err(error) if gone_already(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again");
                sleep(pause).await; // out of file descriptors or memory: trying at once would only burn the processor
            }
        }
    }
}

/// The client hung up before it was accepted.
fn gone_already(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    slot: OwnedSemaphorePermit,
    router: Router,
    builder: http1::Builder,
    write_timeout: Duration,
    watcher: Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was not set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(write_timeout));
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let served = watcher.watch(builder.serve_connection(TokioIo::new(Box::pin(stream)), service)).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection broke off");
    }
    drop(slot);
}
