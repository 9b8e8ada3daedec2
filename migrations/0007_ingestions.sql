-- A job and its report. A worker holds it by a lease; `fence` rises with each lease and keeps off a worker whose lease has passed.
create table ingestions (
    id           uuid        not null,
    request      bytea       not null, -- digest of input, extractor version and options: asking twice is one job
    state        text        not null,
    input        text,                 -- erased once done
    options      jsonb       not null,
    extractor    text        not null,
    attempts     integer     not null default 0, -- since it was last asked for
    fence        bigint      not null default 0,
    leased_until timestamptz,
    source_id    uuid,
    report       jsonb,
    error        text,
    created_by   uuid,
    created_at   timestamptz not null,
    started_at   timestamptz,
    finished_at  timestamptz,
    constraint ingestions_pkey primary key (id),
    constraint ingestions_request_key unique (request),
    constraint ingestions_source_fkey foreign key (source_id) references sources,
    constraint ingestions_created_by_fkey foreign key (created_by) references api_keys,
    constraint ingestions_state_check check (state in ('queued', 'running', 'succeeded', 'failed')),
    constraint ingestions_lease_check check ((state = 'running') = (leased_until is not null)),
    constraint ingestions_input_check check (state in ('succeeded', 'failed') or input is not null)
);
create index ingestions_due on ingestions (created_at) where state in ('queued', 'running');
