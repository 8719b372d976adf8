-- +goose Up

-- Tiles (瓦片) drawn when a version is published: gzip-compressed Mapbox vector
-- tiles, by the number a PMTiles archive gives them (along a Hilbert curve, zoom
-- after zoom), so that neighbours lie together and an archive is read in order.
create table tile (
    county     text not null,
    version_id bigint not null,
    id         bigint not null,
    body       bytea not null,
    primary key (county, version_id, id),
    foreign key (county, version_id) references version (county, id) on delete cascade
);
alter table tile alter column body set storage external;   -- it is compressed already

-- The zooms that are drawn whole, each committed with its tiles. A version
-- without any is drawn live.
create table tile_zoom (
    county     text not null,
    version_id bigint not null,
    zoom       smallint not null,
    summary    jsonb not null,        -- tiles, bytes, largest; dissolved or not; features too small
    primary key (county, version_id, zoom),
    foreign key (county, version_id) references version (county, id) on delete cascade
);

-- The zooms a layer is drawn for, by its profile.
alter table layer add column min_zoom smallint not null default 6,
                  add column max_zoom smallint not null default 16,
                  add constraint layer_zooms check (0 <= min_zoom and min_zoom <= max_zoom and max_zoom <= 16);
