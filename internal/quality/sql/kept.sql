-- With what report is a version kept, and was it accepted?
-- Arguments: @county, @layer, @label. Uses version_label_is_unique.
select q.report, q.examined_at, coalesce(a.basis, '')
from version v
left join quality q on q.county = v.county and q.version_id = v.id and q.digest = v.digest
left join quality_acceptance a on a.county = v.county and a.version_id = v.id
where v.county = @county and v.layer = @layer and v.label = @label
