-- About how many bytes do the shapes of a version's features and faces take?
-- Arguments: @county, @version. Uses the primary keys of feature and fragment_grid;
-- shapes that are stored apart are not read.
select coalesce((select sum(pg_column_size(plane)) from feature where county = @county and version_id = @version), 0)
     + coalesce((select sum(pg_column_size(grid)) from fragment_grid where county = @county and version_id = @version), 0)
