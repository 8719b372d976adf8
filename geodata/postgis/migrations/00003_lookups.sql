-- +goose Up

-- What every check looks up, worked out once instead.

-- A profile with its rules is some 30 kB. Who has read it asks for its digest and
-- need not be sent it again. convert_to is not declared immutable, but to UTF8 it is.
create function profile_digest(profile jsonb) returns text
    language sql immutable strict parallel safe
    return encode(sha256(convert_to(profile::text, 'UTF8')), 'hex');
alter table county add column profile_digest text not null
    generated always as (profile_digest(profile)) stored;

-- Faces in the county's Gauss-Krüger plane, where distances are measured: the
-- nearest face is the first that the index gives. Apart from fragment, whose rows
-- would no longer fit beside each other. Made from fragment's planes, never measured
-- for area. Versions published before this step get theirs here.
create table fragment_grid (
    county     text not null,
    version_id bigint not null,
    id         integer not null,               -- the fragment's
    grid       geometry not null,              -- SRID: the county's plane
    primary key (county, version_id, id),
    foreign key (county, version_id, id) references fragment on delete cascade
);
insert into fragment_grid (county, version_id, id, grid)
select f.county, f.version_id, f.id, plane_to_grid(f.plane, c.plane_srid)
from fragment f
join county c on c.code = f.county;
create index fragment_grid_place on fragment_grid using gist (version_id, grid);

-- The same functions as before, not declared strict: PostgreSQL then puts their
-- text into the query, where it planned them anew in every query that called one.
create or replace function to_lonlat(delivery geometry) returns geometry
    language sql immutable parallel safe
    return case when st_srid(delivery) = 4490 then delivery
                else st_setsrid(st_transform(delivery, 4326), 4490) end;

create or replace function to_grid(delivery geometry, plane_srid integer) returns geometry
    language sql immutable parallel safe
    return case when st_srid(delivery) = plane_srid then delivery
                else st_transform(st_setsrid(to_lonlat(delivery), 4326), plane_srid) end;
