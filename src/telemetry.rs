//! Logs and metrics.

use std::{io, time::Duration};

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tokio::time::{MissedTickBehavior, interval};
use tracing_subscriber::{EnvFilter, Layer, Registry, filter::ParseError, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogArgs, LogFormat};

/// Why logging or metrics could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter makes no sense.
    #[error("the log filter makes no sense ({0}); write it like `info` or `openstance=debug,sqlx=warn`")]
    Filter(#[from] ParseError),
    /// It was set up before.
    #[error("logging or metrics were set up before: {0}")]
    Twice(String),
}

/// Starts logging to standard error; standard output is for data.
pub fn init_logs(args: &LogArgs) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&args.log)?;
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let layer: Box<dyn Layer<Registry> + Send + Sync> = match args.log_format {
        LogFormat::Json => layer.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
        LogFormat::Pretty => {
            let colour = io::IsTerminal::is_terminal(&io::stderr()) && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            layer.with_ansi(colour).with_target(false).boxed()
        }
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).try_init().map_err(|error| TelemetryError::Twice(error.to_string()))
}

/// Upper bounds of the latency histograms, in seconds: from a cached read to the longest time limit.
const LATENCIES: &[f64] =
    &[0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Starts collecting metrics; [`upkeep`] must run along.
pub fn init_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let twice = |error: BuildError| TelemetryError::Twice(error.to_string());
    let handle = PrometheusBuilder::new().set_buckets(LATENCIES).map_err(twice)?.install_recorder().map_err(twice)?;
    metrics::describe_counter!("openstance_http_requests_total", "Requests answered, by method, route and status");
    metrics::describe_histogram!(
        "openstance_http_request_duration_seconds",
        metrics::Unit::Seconds,
        "Time to the head of the response, by method, route and status"
    );
    Ok(handle)
}

/// Sums up what was recorded, now and then: without it, samples pile up while nobody asks for `/metrics`. Runs until dropped.
pub async fn upkeep(handle: PrometheusHandle) {
    let mut tick = interval(Duration::from_secs(5));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}
