-- Note on a draft what it holds: count, total area, digest over the features in
-- their order, intake report.
-- Arguments: @county, @version, @intake (jsonb). Uses feature's primary key.
update version v
set features = t.features, area_m2 = t.area_m2, digest = t.digest,
    intake = @intake::jsonb || jsonb_build_object('kept', t.features, 'area_m2', t.area_m2, 'digest', t.digest)
from (select count(*) as features, coalesce(sum(area_m2 order by id), 0) as area_m2,
             encode(sha256(coalesce(string_agg(digest, ''::bytea order by id), ''::bytea)), 'hex') as digest
      from feature
      where county = @county and version_id = @version) as t
where v.id = @version
returning v.digest, v.features, v.area_m2
