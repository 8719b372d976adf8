-- +goose Up

-- The same functions as before, not declared strict: since to_grid and to_lonlat
-- are not, PostgreSQL planned these anew in every query that called one instead of
-- putting their text into the query.
create or replace function to_plane(delivery geometry, plane_srid integer) returns geometry
    language sql immutable parallel safe
    return st_transform(st_setsrid(st_transform(
               st_segmentize(to_grid(delivery, plane_srid), 70), 4326), 4490), 990001);
create or replace function plane_to_grid(piece geometry, plane_srid integer) returns geometry
    language sql immutable parallel safe
    return st_transform(st_setsrid(st_transform(piece, 4490), 4326), plane_srid);
create or replace function grid_area(delivery geometry, plane_srid integer) returns double precision
    language sql immutable parallel safe
    return st_area(to_grid(delivery, plane_srid));
