-- Drop the draft of this label, if there is one.
-- Arguments: @county, @layer, @label. Uses version_label_is_unique.
delete from version
where county = @county and layer = @layer and label = @label and state = 'draft'
