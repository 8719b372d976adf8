-- Register a county, or bring its profile up to date.
-- Arguments: @code, @name_zh, @name_en, @plane_srid, @bounds (EPSG:4490 polygon),
-- @profile (jsonb). The plane of a county that is already held never changes:
-- every stored area was measured in it; then no row comes back.
insert into county (code, name_zh, name_en, plane_srid, bounds, profile)
values (@code, @name_zh, @name_en, @plane_srid, @bounds, @profile)
on conflict (code) do update
    set name_zh = excluded.name_zh, name_en = excluded.name_en,
        bounds = excluded.bounds, profile = excluded.profile
    where county.plane_srid = excluded.plane_srid
returning code
