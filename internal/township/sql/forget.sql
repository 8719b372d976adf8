-- Drop every division that a version takes part in, when it goes back to draft.
-- Arguments: @county, @version. Uses township_division_once and township_division_townships.
delete from township_division
where county = @county and @version in (version_id, coalesce(other_id, 0), townships)
