-- What does a version look like in one tile, as MVT bytes?
-- Arguments: @county, @version (version.id), @z, @x, @y, @layer (the MVT layer's
-- name), @detailed (the zoom from which nothing is generalised), @max_features.
-- Index: feature_geom, gist (version_id, geom).
with tile as (
    select st_tileenvelope(@z, @x, @y) as box,
           -- twice the drawn buffer, so that what the clip adds stays out of sight
           st_transform(st_tileenvelope(@z, @x, @y, margin => 2 * 64 / 4096.0), 4490) as reach,
           40075016.685578488 / (1 << @z::integer) / 512 as pixel,
           @z::integer < @detailed::integer as generalised
),
seen as (
    select f.id, f.code, f.name, f.class, f.geom, tile.box, tile.reach, tile.pixel, tile.generalised
    from tile, feature f
    where f.version_id = @version
      and f.county = @county
      and f.geom && tile.reach
      -- the pixel's size on the ground shrinks with the cosine of the latitude
      and (not tile.generalised or f.area_m2 > (tile.pixel / 2 * cosd(st_y(st_centroid(tile.reach)))) ^ 2)
    order by f.area_m2 desc, f.id
    limit @max_features
),
clipped as (
    -- a meridian and a parallel stay straight in 3857: cutting first saves projecting what is not drawn
    select id, code, name, class, box, pixel, generalised, st_transform(st_clipbybox2d(geom, reach), 3857) as geom
    from seen
),
drawn as (
    select id, code, name, class,
           st_asmvtgeom(case when generalised then st_snaptogrid(geom, pixel / 2) else geom end, box, 4096, 64, true) as geom
    from clipped
)
select st_asmvt(d, @layer::text, 4096, 'geom', 'id')
from (select * from drawn where geom is not null order by id) as d
