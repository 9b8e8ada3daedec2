-- Only the SHA-256 of a key is kept; the prefix lets its owner tell keys apart.
create table api_keys (
    id           uuid        not null,
    name         text        not null,
    prefix       text        not null,
    sha256       bytea       not null,
    scopes       text[]      not null,
    created_at   timestamptz not null,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    constraint api_keys_pkey primary key (id),
    constraint api_keys_sha256_key unique (sha256),
    constraint api_keys_sha256_check check (octet_length(sha256) = 32),
    constraint api_keys_name_check check (char_length(name) between 1 and 100),
    constraint api_keys_scopes_check
        check (cardinality(scopes) > 0 and scopes <@ array['submit', 'publish', 'review', 'ingest', 'admin'])
);

-- Secrets that all instances of the service share, such as the one that signs cursors.
create table secrets (
    name  text  not null,
    value bytea not null,
    constraint secrets_pkey primary key (name)
);
