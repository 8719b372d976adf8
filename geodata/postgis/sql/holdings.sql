-- Which versions are held, in which state, and what was drawn of those in force?
-- Arguments: none. Reads version whole (a few dozen rows), and tile_zoom by its primary key.
select v.county, v.layer, v.label, v.state, v.features, v.published_at,
       coalesce(z.tiles, 0) as tiles, coalesce(z.bytes, 0) as bytes, coalesce(z.too_large, 0) as too_large
from version v
left join lateral (
    select sum((t.summary ->> 'tiles')::bigint)::bigint as tiles, sum((t.summary ->> 'bytes')::bigint)::bigint as bytes,
           sum(jsonb_array_length(coalesce(t.summary -> 'too_large', '[]')))::bigint as too_large
    from tile_zoom t
    where t.county = v.county and t.version_id = v.id and v.state = 'in_force'
) z on true
order by v.county, v.layer, v.id
