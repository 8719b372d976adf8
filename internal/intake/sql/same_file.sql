-- Which other versions of the layer came from the very same bytes?
-- Arguments: @county, @layer, @version, @source_digest. Uses version_label_is_unique.
select label, state
from version
where county = @county and layer = @layer and id <> @version and source_digest = @source_digest and source_digest <> ''
order by created_at
