-- With what report was a version stored?
-- Arguments: @county, @layer, @label. Uses version_label_is_unique.
select coalesce(intake, 'null'::jsonb), srid
from version
where county = @county and layer = @layer and label = @label
