-- A person's verdict; insert-only.
create table reviews (
    id           uuid        not null,
    statement_id uuid        not null,
    verdict      text        not null,
    comment      text,
    reviewer     uuid        not null,
    created_at   timestamptz not null,
    constraint reviews_pkey primary key (id),
    constraint reviews_statement_fkey foreign key (statement_id) references statements,
    constraint reviews_reviewer_fkey foreign key (reviewer) references api_keys,
    constraint reviews_verdict_check check (verdict in ('accept', 'reject')),
    constraint reviews_comment_check check (char_length(comment) between 1 and 2000)
);
create index reviews_statement on reviews (statement_id);

-- The outbox: every public change, written in the transaction that makes it. A relay gives `seq` without gaps, in commit order.
create table changes (
    id        bigint      not null generated always as identity,
    xid       xid8        not null default pg_current_xact_id(),
    seq       bigint,
    entity    text        not null,
    entity_id uuid        not null,
    action    text        not null,
    at        timestamptz not null,
    constraint changes_pkey primary key (id),
    constraint changes_seq_key unique (seq),
    constraint changes_entity_check check (entity in ('organization', 'person', 'membership', 'source', 'statement', 'standing', 'review')),
    constraint changes_action_check check (action in ('create', 'update', 'retract'))
);
create index changes_unsequenced on changes (id) where seq is null;
