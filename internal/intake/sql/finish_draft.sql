-- Note on a draft what it holds: count, total area, digest over the features in
-- their order, intake report.
-- Arguments: @county, @version, @features, @area_m2, @digest, @intake (jsonb). Uses
-- version's primary key.
update version
set features = @features::integer, area_m2 = @area_m2::double precision, digest = @digest,
    intake = @intake::jsonb || jsonb_build_object('kept', @features::integer, 'area_m2', @area_m2::double precision, 'digest', @digest::text)
where county = @county and id = @version
