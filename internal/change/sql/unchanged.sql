-- Which ground did not change? Faces that both versions have to the bit, summed by
-- the features on them. Versions are disjoint faces, so equal shapes pair one to one.
-- Arguments: @before, @after (versions). Uses fragment_plane_digest alone.
select b.features, a.features, sum(b.area_m2 order by b.plane_digest) as area_m2
from fragment b
join fragment a on a.version_id = @after::bigint and a.plane_digest = b.plane_digest
where b.version_id = @before::bigint
group by b.features, a.features
order by b.features, a.features
