-- +goose Up

-- The holding (数据保有): counties, their layers, immutable versions, features,
-- and what publishing prepares from them. Every table that grows has the county
-- first in its key, so that counties can later be partitioned or moved apart.

create table county (
    code       text primary key,
    name_zh    text not null,
    name_en    text not null,
    plane_srid integer not null,      -- the Gauss-Krüger plane in which its boundaries are straight
    profile    jsonb not null,        -- the profile as it was loaded
    created_at timestamptz not null default now()
);

create table layer (
    county    text not null references county,
    key       text not null,
    position  integer not null,       -- order in lists and legends
    title_zh  text not null,
    title_en  text not null,
    checked   boolean not null,       -- takes part in overlap checks
    tiles     boolean not null,       -- should cover the county without gap or overlap
    overlapping boolean not null,     -- features may lie on top of each other
    protected boolean not null,       -- may not lose area without confirmation
    primary key (county, key)
);

create table version (
    id            bigint generated always as identity primary key,
    county        text not null,
    layer         text not null,
    label         text not null,
    state         text not null default 'draft',
    srid          integer not null,           -- of the delivery
    effective     date,
    basis         text not null default '',
    source        text not null default '',   -- the delivered file's name
    source_digest text not null default '',   -- SHA-256 of its bytes, hex
    schematic     boolean not null default false,
    digest        text not null default '',   -- SHA-256 over the features, hex
    features      integer not null default 0,
    area_m2       double precision not null default 0,
    intake        jsonb not null default '{}',          -- the intake report
    extent        geometry(MultiPolygon, 990001),       -- declared validity area; null: the county
    created_at    timestamptz not null default now(),
    published_at  timestamptz,
    superseded_at timestamptz,
    foreign key (county, layer) references layer (county, key),
    constraint version_label_is_unique unique (county, layer, label),
    constraint version_state_is_known check (state in ('draft', 'preparing', 'in_force', 'superseded'))
);

-- The database itself guarantees that one version answers per county and layer.
create unique index version_one_in_force on version (county, layer) where state = 'in_force';

create table feature (
    county      text not null,
    version_id  bigint not null references version on delete cascade,
    id          integer not null,              -- 1…n in the order of the delivery
    record      integer not null,              -- record number in the delivered file
    code        text not null default '',
    name        text not null default '',
    class       text not null default '',
    attributes  jsonb not null default '{}',
    delivery    geometry not null,             -- coordinates and CRS as they came
    geom        geometry(MultiPolygon, 4490) not null,
    plane       geometry(MultiPolygon, 990001) not null,   -- the measuring plane
    area_m2     double precision not null,     -- ST_Area(plane): official ellipsoidal area
    grid_m2     double precision not null,     -- area in the county's Gauss-Krüger plane, for comparison
    digest      bytea not null,                -- SHA-256 of code, name, class, attributes, delivery
    primary key (county, version_id, id)
);
create index feature_geom on feature using gist (version_id, geom);
create index feature_code on feature (county, version_id, code);

-- Disjoint faces (不相交面) of a version, cut small: the features of one version
-- may overlap, its fragments never do. Sums over fragments are union areas.
create table fragment (
    county     text not null,
    version_id bigint not null references version on delete cascade,
    id         integer not null,
    features   integer[] not null,             -- ids of the features that cover it, ascending
    plane      geometry(Polygon, 990001) not null,
    area_m2    double precision not null,
    primary key (county, version_id, id)
);
create index fragment_plane on fragment using gist (version_id, plane);

-- Which preparers have finished for a version under preparation.
create table preparation (
    version_id  bigint not null references version on delete cascade,
    preparer    text not null,
    finished_at timestamptz not null default now(),
    primary key (version_id, preparer)
);

-- Kept answers (留存记录): the bytes as they were given.
create table record (
    county     text not null references county,
    id         text not null,
    kind       text not null,
    body       bytea not null,
    created_at timestamptz not null default now(),
    primary key (county, id)
);

-- Every time an answer was given, first or again.
create table record_use (
    county  text not null,
    id      text not null,
    used_at timestamptz not null default now(),
    foreign key (county, id) references record
);
create index record_use_id on record_use (county, id, used_at);

-- The one definition of the measuring plane (面积量算平面): vertices to the
-- county's Gauss-Krüger plane, edges there densified to 70 m (the survey's rule
-- takes a boundary as straight in that plane), then by way of CGCS2000 to the
-- ellipsoidal cylindrical equal-area plane 990001, in which planar area is the
-- official ellipsoidal area. Never call ST_Segmentize on lon/lat: there 70 would
-- mean degrees.
create function to_plane(delivery geometry, plane_srid integer) returns geometry
    language sql immutable strict parallel safe
    return st_transform(st_transform(st_segmentize(st_transform(delivery, plane_srid), 70), 4490), 990001);

-- Area in the county's Gauss-Krüger plane, which planners compare with.
create function grid_area(delivery geometry, plane_srid integer) returns double precision
    language sql immutable strict parallel safe
    return st_area(st_transform(delivery, plane_srid));
