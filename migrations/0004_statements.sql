-- Something an actor said, or a source says of it. Without an actor: an unnamed group, or a quotation nobody is known to have said.
create table statements (
    id             uuid        not null,
    kind           text        not null,
    actor_id       uuid,
    actor_text     text,                 -- the attribution as printed
    on_behalf_of   uuid,
    text           text        not null,
    words_sha256   bytea       not null, -- of the folded text: equal words, however printed
    said_on        date,
    said_precision text,
    status         text        not null,
    for_review     boolean     not null, -- wanted in the review queue, whether public or not
    created_at     timestamptz not null,
    changed_at     timestamptz not null,
    created_by     uuid,
    reason         text,                 -- why it was retracted
    constraint statements_pkey primary key (id),
    constraint statements_actor_fkey foreign key (actor_id) references actors,
    constraint statements_on_behalf_of_fkey foreign key (on_behalf_of) references organizations,
    constraint statements_created_by_fkey foreign key (created_by) references api_keys,
    constraint statements_kind_check check (kind in ('quote', 'paraphrase', 'description', 'document')),
    constraint statements_status_check check (status in ('pending', 'published', 'rejected', 'retracted')),
    constraint statements_text_check check (char_length(text) between 1 and 10000),
    constraint statements_actor_text_check check (char_length(actor_text) between 1 and 1000),
    constraint statements_words_check check (octet_length(words_sha256) = 32),
    constraint statements_said_check check ((said_on is null) = (said_precision is null) and said_precision in ('year', 'month', 'day')),
    constraint statements_retracted_check check ((status = 'retracted') <= (reason is not null) and char_length(reason) between 1 and 1000)
);
create index statements_same_words on statements (actor_id, words_sha256) where kind = 'quote';
create index statements_by_actor on statements (actor_id, id desc) where status = 'published';
create index statements_on_behalf_of on statements (on_behalf_of, id desc) where status = 'published' and on_behalf_of is not null;
create index statements_newest on statements (id desc) where status = 'published';
create index statements_by_said on statements (said_on desc nulls last, id) where status = 'published';
create index statements_queue on statements (id) where for_review;
create index statements_search on statements using gin (to_tsvector('english', text)) where status = 'published';

-- Where a source carries a statement: Unicode code points from the start of its text, end exclusive; null where there is no text to find it in.
create table occurrences (
    id            uuid        not null,
    statement_id  uuid        not null,
    source_id     uuid        not null,
    actor_id      uuid,                 -- the statement's, so that source, span and actor are unique
    exact         text        not null,
    prefix        text        not null,
    suffix        text        not null,
    start_at      integer,
    end_at        integer,
    mention_start integer,
    mention_end   integer,
    rule          text        not null, -- how it was attributed
    confidence    smallint    not null, -- thousandths
    created_at    timestamptz not null,
    constraint occurrences_pkey primary key (id),
    constraint occurrences_statement_fkey foreign key (statement_id) references statements,
    constraint occurrences_source_fkey foreign key (source_id) references sources,
    constraint occurrences_actor_fkey foreign key (actor_id) references actors,
    constraint occurrences_span_check check ((start_at is null) = (end_at is null) and start_at >= 0 and start_at < end_at),
    constraint occurrences_mention_check
        check ((mention_start is null) = (mention_end is null) and mention_start >= 0 and mention_start < mention_end),
    constraint occurrences_confidence_check check (confidence between 0 and 1000),
    constraint occurrences_rule_check check (rule ~ '^[a-z][a-z0-9_-]{0,49}$')
);
create unique index occurrences_same on occurrences (source_id, start_at, end_at, actor_id) nulls not distinct where start_at is not null;
create unique index occurrences_unplaced on occurrences (source_id, statement_id) where start_at is null;
create index occurrences_statement on occurrences (statement_id);
