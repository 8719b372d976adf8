-- +goose Up

-- The holding (数据保有): counties, their layers, immutable versions, features,
-- and what publishing prepares from them. Every table that grows has the county
-- first in its key, so that counties can later be partitioned or moved apart.

create table county (
    code       text primary key,
    name_zh    text not null,
    name_en    text not null,
    plane_srid integer not null,      -- the Gauss-Krüger plane in which its boundaries are straight
    bounds     geometry(Polygon, 4490) not null,   -- lon/lat box; data far outside it is refused
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
    created_at    timestamptz not null default now(),
    published_at  timestamptz,
    superseded_at timestamptz,
    foreign key (county, layer) references layer (county, key),
    constraint version_label_is_unique unique (county, layer, label),
    constraint version_county_id unique (county, id),
    constraint version_state_is_known check (state in ('draft', 'preparing', 'in_force', 'superseded'))
);

-- The database itself guarantees that one version answers per county and layer.
create unique index version_one_in_force on version (county, layer) where state = 'in_force';

create table feature (
    county      text not null,
    version_id  bigint not null,
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
    primary key (county, version_id, id),
    foreign key (county, version_id) references version (county, id) on delete cascade
);
create index feature_geom on feature using gist (version_id, geom);
create index feature_code on feature (county, version_id, code);

-- Disjoint faces (不相交面) of a version, cut small: the features of one version
-- may overlap, its fragments never do. Sums over fragments are union areas.
create table fragment (
    county     text not null,
    version_id bigint not null,
    id         integer not null,
    features   integer[] not null,             -- ids of the features that cover it, ascending
    plane      geometry(Polygon, 990001) not null,
    area_m2    double precision not null,
    perimeter_m double precision not null,     -- in the county's Gauss-Krüger plane
    primary key (county, version_id, id),
    foreign key (county, version_id) references version (county, id) on delete cascade
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
    inputs     jsonb,                 -- what was asked, to show or ask it again; null where nothing was
    created_at timestamptz not null default now(),
    primary key (county, id)
);

create index record_by_age on record (county, kind, created_at desc);
create index record_id on record (id text_pattern_ops);   -- by identity or its first digits

-- Every time an answer was given, first or again.
create table record_use (
    county  text not null,
    id      text not null,
    used_at timestamptz not null default now(),
    foreign key (county, id) references record
);
create index record_use_id on record_use (county, id, used_at);

-- Coordinates as EPSG:4490 longitude/latitude. Every accepted datum is taken as
-- CGCS2000 (WGS84, ETRS89 and NAD83 with a note); planes on other datums (a
-- British county's grid) are reached by way of WGS84, because PROJ would pass
-- between them and 4490 without the datum shift, silently.
create function to_lonlat(delivery geometry) returns geometry
    language sql immutable strict parallel safe
    return case when st_srid(delivery) = 4490 then delivery
                else st_setsrid(st_transform(delivery, 4326), 4490) end;

-- Coordinates in the county's Gauss-Krüger plane: where boundaries are straight,
-- and where widths, perimeters, buffers and distances are measured.
create function to_grid(delivery geometry, plane_srid integer) returns geometry
    language sql immutable strict parallel safe
    return case when st_srid(delivery) = plane_srid then delivery
                else st_transform(st_setsrid(to_lonlat(delivery), 4326), plane_srid) end;

-- The one definition of the measuring plane (面积量算平面): vertices to the
-- county's Gauss-Krüger plane, edges there densified to 70 m (the survey's rule
-- takes a boundary as straight in that plane), then by way of CGCS2000 to the
-- ellipsoidal cylindrical equal-area plane 990001, in which planar area is the
-- official ellipsoidal area. Never call ST_Segmentize on lon/lat: there 70 would
-- mean degrees.
create function to_plane(delivery geometry, plane_srid integer) returns geometry
    language sql immutable strict parallel safe
    return st_transform(st_setsrid(st_transform(
               st_segmentize(to_grid(delivery, plane_srid), 70), 4326), 4490), 990001);

-- Back from the measuring plane to the Gauss-Krüger plane, for lengths: places
-- come back within 2 mm (PROJ cuts the inverse authalic series off), lengths to
-- 1e-8 of themselves. What came back must not be measured for area again.
create function plane_to_grid(piece geometry, plane_srid integer) returns geometry
    language sql immutable strict parallel safe
    return st_transform(st_setsrid(st_transform(piece, 4490), 4326), plane_srid);

-- What may be repaired without asking: a delivery as valid polygons, two-
-- dimensional, in its own coordinates. Null when no polygon is left.
create function repaired(delivery geometry) returns geometry
    language sql immutable strict parallel safe
    return (
        select case when st_isempty(polygons) then null else st_multi(polygons) end
        from (select st_collectionextract(
                  case when st_isvalid(delivery) then delivery
                       else st_makevalid(delivery, 'method=structure keepcollapsed=false') end, 3) as polygons) as p);

-- Area in the county's Gauss-Krüger plane, which planners compare with.
create function grid_area(delivery geometry, plane_srid integer) returns double precision
    language sql immutable strict parallel safe
    return st_area(to_grid(delivery, plane_srid));
