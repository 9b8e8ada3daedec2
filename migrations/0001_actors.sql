-- Whoever can hold a stance. A pending actor was named in something not yet public: it has no slug and no public answer.
create table actors (
    id         uuid        not null,
    kind       text        not null,
    name       text        not null,
    status     text        not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint actors_pkey primary key (id),
    constraint actors_id_kind_key unique (id, kind), -- lets the 1:1 tables insist on the kind
    constraint actors_kind_check check (kind in ('organization', 'person')),
    constraint actors_status_check check (status in ('public', 'pending', 'withdrawn')),
    constraint actors_name_check check (char_length(name) between 1 and 200)
);
create index actors_by_name on actors (kind, name, id) where status = 'public';

-- Every slug that ever led to an actor; the current one is printed.
create table actor_slugs (
    slug     text    not null,
    actor_id uuid    not null,
    current  boolean not null,
    constraint actor_slugs_pkey primary key (slug),
    constraint actor_slugs_actor_fkey foreign key (actor_id) references actors,
    constraint actor_slugs_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 80)
);
create unique index actor_slugs_current on actor_slugs (actor_id) where current;

-- Every name that an actor is matched by, its main name among them, in folded form (domain::actor::fold_name).
create table actor_names (
    actor_id   uuid not null,
    folded     text not null,
    name       text not null,
    lang       text,
    valid_from date,
    valid_to   date,
    constraint actor_names_pkey primary key (actor_id, folded),
    constraint actor_names_actor_fkey foreign key (actor_id) references actors,
    constraint actor_names_name_check check (char_length(name) between 1 and 200),
    constraint actor_names_valid_check check (valid_from <= valid_to)
);
create index actor_names_folded on actor_names (folded);

create table organizations (
    actor_id            uuid not null,
    kind                text not null default 'organization',
    classification      text,
    parent_id           uuid,
    website             text,
    founded_on          date,
    founded_precision   text,
    dissolved_on        date,
    dissolved_precision text,
    constraint organizations_pkey primary key (actor_id),
    constraint organizations_actor_fkey foreign key (actor_id, kind) references actors (id, kind),
    constraint organizations_kind_check check (kind = 'organization'),
    constraint organizations_parent_fkey foreign key (parent_id) references organizations,
    constraint organizations_parent_check check (parent_id <> actor_id),
    constraint organizations_classification_check
        check (classification in ('company', 'lab', 'non-profit', 'government', 'university', 'media', 'other')),
    constraint organizations_website_check check (website ~ '^https?://' and char_length(website) <= 2000),
    constraint organizations_founded_check
        check ((founded_on is null) = (founded_precision is null) and founded_precision in ('year', 'month', 'day')),
    constraint organizations_dissolved_check
        check ((dissolved_on is null) = (dissolved_precision is null) and dissolved_precision in ('year', 'month', 'day'))
);
create index organizations_parent on organizations (parent_id) where parent_id is not null;

create table people (
    actor_id    uuid not null,
    kind        text not null default 'person',
    given_name  text,
    family_name text,
    constraint people_pkey primary key (actor_id),
    constraint people_actor_fkey foreign key (actor_id, kind) references actors (id, kind),
    constraint people_kind_check check (kind = 'person'),
    constraint people_names_check check (char_length(given_name) <= 200 and char_length(family_name) <= 200)
);

-- Identifiers of the outside world: only what a readable source confirms.
create table identifiers (
    actor_id   uuid not null,
    scheme     text not null,
    identifier text not null,
    constraint identifiers_pkey primary key (scheme, identifier),
    constraint identifiers_actor_fkey foreign key (actor_id) references actors,
    constraint identifiers_scheme_check check (scheme ~ '^[a-z][a-z0-9_]{0,31}$'),
    constraint identifiers_identifier_check check (char_length(identifier) between 1 and 200)
);
create index identifiers_actor on identifiers (actor_id);
