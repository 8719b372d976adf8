-- Where do the parcels lie, in degrees and simplified to about a metre? A corridor is
-- its axis, a circle its centre. Parcels without a place are left out.
-- Arguments: @county, @id, @after (only numbers above it), @limit.
-- Uses batch_parcel's primary key, record's primary key.
select p.number, p.name, p.state, coalesce(p.record, '') as record, coalesce(r.outcome, '') as outcome,
       st_asgeojson(st_simplify(to_lonlat(p.shape), 1e-5, true), 6)::json
from (
    select q.number, q.name, q.state, q.record,
           case when q.site::jsonb ? 'shape' then st_setsrid((q.site ->> 'shape')::geometry, (q.site ->> 'srid')::integer)
           else st_setsrid(st_geomfromgeojson(json_build_object( -- as batches were kept before
               'type', case when q.site::jsonb ? 'axis' then 'MultiLineString'
                            when q.site::jsonb ? 'centres' then 'MultiPoint' else 'MultiPolygon' end,
               'coordinates', coalesce(q.site -> 'axis', q.site -> 'centres', q.site -> 'geometry'))),
               (q.site ->> 'srid')::integer) end as shape
    from batch_parcel q
    where q.county = @county and q.batch_id = @id and q.number > @after
      and q.site is not null
      and coalesce(q.site -> 'shape', q.site -> 'axis', q.site -> 'centres', q.site -> 'geometry')::text <> 'null'
    order by q.number
    limit @limit
) as p
left join record r on r.county = @county and r.id = p.record
order by p.number
