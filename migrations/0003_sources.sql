-- A document as it was read. `text` is immutable; withdrawing erases it and keeps digest and offsets.
create table sources (
    id                  uuid        not null,
    key                 bytea       not null, -- digest of what identifies it: text and address, else address, else title, publisher and date
    sha256              bytea,                -- of the text
    url                 text,
    title               text,
    publisher           text,
    published_on        date,
    published_precision text,
    retrieved_at        timestamptz not null,
    lang                text,
    license             text,
    text                text,
    lineage_id          uuid        not null, -- itself, or the source that it reprints
    collection          text,
    withdrawn_at        timestamptz,
    constraint sources_pkey primary key (id),
    constraint sources_key_key unique (key),
    constraint sources_lineage_fkey foreign key (lineage_id) references sources deferrable initially immediate,
    constraint sources_sha256_check check (octet_length(sha256) = 32),
    constraint sources_url_check check (url ~ '^https?://' and char_length(url) <= 2000),
    constraint sources_title_check check (char_length(title) between 1 and 500),
    constraint sources_publisher_check check (char_length(publisher) between 1 and 200),
    constraint sources_published_check
        check ((published_on is null) = (published_precision is null) and published_precision in ('year', 'month', 'day')),
    constraint sources_text_check check (text is null or (sha256 is not null and withdrawn_at is null)),
    constraint sources_collection_check check (char_length(collection) between 1 and 50)
);
create index sources_sha256 on sources (sha256) where sha256 is not null;
create index sources_lineage on sources (lineage_id);
create index sources_collection on sources (collection) where collection is not null;

-- Who held which role where, and when, as far as known.
create table memberships (
    id              uuid        not null,
    person_id       uuid        not null,
    organization_id uuid        not null,
    role            text        not null,
    start_on        date,
    start_precision text,
    end_on          date,
    end_precision   text,
    source_id       uuid,
    created_at      timestamptz not null,
    constraint memberships_pkey primary key (id),
    constraint memberships_person_fkey foreign key (person_id) references people,
    constraint memberships_organization_fkey foreign key (organization_id) references organizations,
    constraint memberships_source_fkey foreign key (source_id) references sources,
    constraint memberships_role_check check (char_length(role) between 1 and 200),
    constraint memberships_start_check check ((start_on is null) = (start_precision is null) and start_precision in ('year', 'month', 'day')),
    constraint memberships_end_check check ((end_on is null) = (end_precision is null) and end_precision in ('year', 'month', 'day')),
    -- The last day that the end may mean counts: from May 2025 to some time in 2025 is in order.
    constraint memberships_order_check check (
        start_on < (end_on + case end_precision when 'year' then interval '1 year' when 'month' then interval '1 month' else interval '1 day' end)::date)
);
create unique index memberships_same on memberships (person_id, organization_id, lower(role), start_on) nulls not distinct;
create index memberships_organization on memberships (organization_id);
