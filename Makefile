# `make run` and `make test` do all set-up by themselves, as root or not. `make help` lists the rest.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
OPENSTANCE := $(CARGO_TARGET_DIR)/debug/openstance
# The build that `make run` starts: as quick to make as the tests', or `make run PROFILE=release`, quick at serving.
PROFILE ?= dev
SERVICE := $(CARGO_TARGET_DIR)/$(patsubst dev,debug,$(PROFILE))/openstance
CARGO := cargo --locked
# Folders with annotated texts that the extractor is measured on, where they are there.
CORPORA ?= training ../shared/corpora

.PHONY: help run test check eval eval-write bench sqlx sqlx-check postgres toolchain
.DEFAULT_GOAL := help

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: toolchain ## Build and start the service with the demo article on http://127.0.0.1:8080
	@$(CARGO) build --profile $(PROFILE)
	@test -n "$$DATABASE_URL" || "$(SERVICE)" postgres programs >/dev/null 2>&1 || scripts/setup.sh postgresql
	@exec "$(SERVICE)" serve --demo

test: toolchain ## Run all tests, on a PostgreSQL that is removed afterwards
	@$(CARGO) test --no-run
	@"$(OPENSTANCE)" postgres programs >/dev/null 2>&1 || scripts/setup.sh postgresql
	@"$(OPENSTANCE)" postgres run --temporary -- $(CARGO) test

check: toolchain ## Check format, lints and documentation
	$(CARGO) fmt --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' $(CARGO) doc --no-deps --document-private-items

eval: toolchain ## Measure the extractor on annotated texts, where they are there; fails where a committed figure fell
	@$(CARGO) build
	@"$(OPENSTANCE)" eval --check docs/extraction-figures.tsv $(CORPORA)

eval-write: toolchain ## Measure and commit the figures to docs/
	@$(CARGO) build
	@"$(OPENSTANCE)" eval --write docs/extraction-figures.tsv $(CORPORA)

bench: toolchain ## How fast articles are read
	$(CARGO) bench --bench extract

sqlx: ## Check the queries against a database and write .sqlx anew
	@scripts/sqlx.sh write

sqlx-check: ## Check that .sqlx is up to date
	@scripts/sqlx.sh check

postgres: ## Fetch PostgreSQL's server programs into the cache directory
	@scripts/setup.sh postgresql

toolchain:
	@scripts/setup.sh toolchain
