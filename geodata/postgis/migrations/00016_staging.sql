-- +goose Up

-- Deliveries that were read and wait to become drafts (暂存). What was read stands
-- apart from the import's transaction, so that several connections work on it and an
-- import that was cut off goes on without reading its file again. Nothing else reads
-- it and a lost copy costs only another reading, so it is not logged. Whoever works
-- on a copy holds the advisory lock (8154, its id).
create unlogged table staging (
    id         bigint generated always as identity primary key,
    key        text not null,                 -- of what was read and how, hex; empty: not to be used again
    complete   boolean not null default false, -- all of it was read
    contents   jsonb not null default '{}',   -- what reading it said
    created_at timestamptz not null default now()
);
create unlogged table staged_record (
    staging_id bigint not null,
    record     integer not null,              -- record number in the delivered file
    code       text not null,
    name       text not null,
    class      text not null,
    attributes jsonb not null,
    delivery   geometry not null,             -- as it came
    primary key (staging_id, record)
);
alter table staged_record alter delivery set storage external;

-- Coordinates hardly pack: trying to costs a fifth of an import and saves nothing.
alter table feature
    alter delivery set storage external,
    alter geom set storage external,
    alter plane set storage external;

-- The measuring plane, from coordinates in the county's Gauss-Krüger plane that are
-- there already. to_plane stays its one definition.
create function plane_of_grid(grid geometry) returns geometry
    language sql immutable parallel safe
    return st_transform(st_setsrid(st_transform(st_segmentize(grid, 70), 4326), 4490), 990001);
create or replace function to_plane(delivery geometry, plane_srid integer) returns geometry
    language sql immutable parallel safe
    return plane_of_grid(to_grid(delivery, plane_srid));
