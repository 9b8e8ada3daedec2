-- A question that one can stand on. `value` of a stance is positive towards label_for.
create table propositions (
    id            uuid        not null,
    slug          text        not null,
    text          text        not null,
    label_for     text        not null,
    label_against text        not null,
    label_mixed   text        not null,
    created_at    timestamptz not null,
    constraint propositions_pkey primary key (id),
    constraint propositions_slug_key unique (slug),
    constraint propositions_slug_check check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length(slug) <= 80),
    constraint propositions_text_check check (char_length(text) between 1 and 500),
    constraint propositions_labels_check check (
        label_for ~ '^[a-z_]{1,30}$' and label_against ~ '^[a-z_]{1,30}$' and label_mixed ~ '^[a-z_]{1,30}$'
        and label_for <> label_against and label_for <> label_mixed and label_against <> label_mixed
        and 'insufficient_evidence' not in (label_for, label_against, label_mixed))
);

-- Append-only: superseded_at and reason are set once, nothing else changes.
create table stances (
    id             uuid        not null,
    proposition_id uuid        not null,
    holder_id      uuid        not null,
    statement_id   uuid        not null,
    occasion       text        not null, -- domain::stance::Occasion; repeats share it
    basis          text        not null,
    state          text        not null, -- counted, shown (alleged), held (statement pending)
    value          smallint    not null, -- hundredths
    side           smallint    generated always as (case when value >= 25 then 1 when value <= -25 then -1 else 0 end) stored,
    confidence     smallint    not null, -- thousandths
    weight         bigint      not null, -- millionths; 0 only for alleged
    evidence_on    date        not null,
    undated        boolean     not null,
    method         text        not null, -- the rule, or person
    arithmetic     smallint    not null,
    recorded_at    timestamptz not null,
    superseded_at  timestamptz,
    reason         text,
    constraint stances_pkey primary key (id),
    constraint stances_proposition_fkey foreign key (proposition_id) references propositions,
    constraint stances_holder_fkey foreign key (holder_id) references actors,
    constraint stances_statement_fkey foreign key (statement_id) references statements,
    constraint stances_basis_check check (basis in ('declared', 'revealed', 'spokesperson', 'reported', 'alleged')),
    constraint stances_state_check check (state in ('counted', 'shown', 'held') and (state = 'shown') <= (basis = 'alleged')),
    constraint stances_alleged_check check (basis <> 'alleged' or state <> 'counted'),
    constraint stances_value_check check (value between -100 and 100),
    constraint stances_confidence_check check (confidence between 0 and 1000),
    constraint stances_weight_check check (weight >= 0),
    constraint stances_evidence_check check (evidence_on <= (recorded_at at time zone 'UTC')::date),
    constraint stances_superseded_check check (superseded_at > recorded_at and (superseded_at is null) = (reason is null))
);
create unique index stances_current on stances (holder_id, proposition_id, statement_id) where superseded_at is null;
create index stances_occasions on stances (holder_id, proposition_id, occasion, side, weight desc) where superseded_at is null and state = 'counted';
create index stances_history on stances (proposition_id, holder_id, recorded_at);
create index stances_statement on stances (statement_id);

-- Derived: the sums of domain::standing, kept by whoever writes stances, and what follows from them.
create table standings (
    proposition_id   uuid        not null,
    holder_id        uuid        not null,
    pieces_for       integer     not null default 0,
    pieces_against   integer     not null default 0,
    pieces_mixed     integer     not null default 0,
    alleged          integer     not null default 0,
    weight           bigint      not null default 0,
    weighted         bigint      not null default 0,
    squared          bigint      not null default 0,
    support          bigint      not null default 0,
    words_weight     bigint      not null default 0,
    words_weighted   bigint      not null default 0,
    words_support    bigint      not null default 0,
    deeds_weight     bigint      not null default 0,
    deeds_weighted   bigint      not null default 0,
    deeds_support    bigint      not null default 0,
    last_evidence_on date,
    position         text, -- null, like the figures after it, without a piece
    score            float8,
    rank_score       float8,
    confidence       float8,
    disagreement     float8,
    changed_at       timestamptz not null,
    constraint standings_pkey primary key (proposition_id, holder_id),
    constraint standings_proposition_fkey foreign key (proposition_id) references propositions,
    constraint standings_holder_fkey foreign key (holder_id) references actors,
    constraint standings_position_check check (position in ('for', 'against', 'mixed', 'insufficient_evidence')),
    constraint standings_null_check check (
        num_nulls(position, score, rank_score, confidence, disagreement) in (0, 5)
        and (position is null) = (pieces_for + pieces_against + pieces_mixed = 0)),
    constraint standings_pieces_check check (least(pieces_for, pieces_against, pieces_mixed, alleged) >= 0 and least(weight, support, squared) >= 0)
);
create index standings_rank on standings (proposition_id, position, rank_score desc, holder_id);
