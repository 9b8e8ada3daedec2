# The service without a database: it is given one as DATABASE_URL (see docker-compose.yml).

FROM rust:1.95-slim-trixie AS build
WORKDIR /src
# Dependencies first: this layer stays until Cargo.toml or Cargo.lock changes.
COPY Cargo.toml Cargo.lock ./
COPY .cargo .cargo
# Cargo insists on the file of a benchmark that Cargo.toml names.
COPY benches benches
RUN mkdir src \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked \
    && rm -r src
COPY .sqlx .sqlx
COPY assets assets
COPY migrations migrations
COPY templates templates
COPY src src
# Cargo goes by the time of files, and the copied ones are older than the placeholders that were just built.
RUN touch src/main.rs src/lib.rs && cargo build --release --locked

FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin openstance
COPY --from=build /src/target/release/openstance /usr/local/bin/openstance
USER openstance
ENV OPENSTANCE_LISTEN=0.0.0.0:8080 OPENSTANCE_LOG_FORMAT=json
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["openstance"]
CMD ["serve"]
