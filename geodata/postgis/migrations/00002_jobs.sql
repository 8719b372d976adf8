-- +goose Up

-- Batches (批量核查): many parcels handed in together and answered in the
-- background. The queue's own tables (river_*) are made by River's migrations,
-- which Migrate runs after these under the same lock.

create table batch (
    county        text not null references county,
    id            text not null,               -- 32 hexadecimal digits, random
    name          text not null,               -- the file's, or what the planner calls it
    source_digest text not null,               -- SHA-256 of everything that was handed in, hex
    named         boolean not null,            -- the planner named the versions
    versions      text[] not null,             -- references that every parcel is answered against
    findings      text[] not null default '{}', -- what reading the file noted, Chinese sentences
    state         text not null default 'waiting',
    total         integer not null default 0,
    done          integer not null default 0,  -- parcels with an answer or a reason why there is none
    failed        integer not null default 0,  -- of them those without an answer
    error         jsonb,                       -- why the batch as a whole stopped
    created_at    timestamptz not null default now(),
    finished_at   timestamptz,
    primary key (county, id),
    constraint batch_state_is_known check (state in ('waiting', 'running', 'done', 'cancelled', 'failed'))
);
create index batch_by_id on batch (id);
create index batch_by_source on batch (county, source_digest);
create index batch_unfinished on batch (state) where state in ('waiting', 'running');

-- A parcel is identified by batch and number, and answered exactly once: its
-- record and its state change in one transaction. Equal parcels name one record.
create table batch_parcel (
    county   text not null,
    batch_id text not null,
    number   integer not null,                 -- 1…n in the order of the file
    name     text not null,
    site     json,                             -- as delivered, as a record keeps it; null when it has no place
    record   text,                             -- the kept answer's identity
    error    jsonb,                            -- why there is none
    state    text not null default 'waiting',
    primary key (county, batch_id, number),
    foreign key (county, batch_id) references batch on delete cascade,
    foreign key (county, record) references record,
    constraint batch_parcel_state_is_known check (state in ('waiting', 'answered', 'not_checked'))
);
create index batch_parcel_waiting on batch_parcel (county, batch_id, number) where state = 'waiting';
