-- Which features' digest has a version ('' where there is no such version), and about
-- how many bytes do the shapes of its features and faces take?
-- Arguments: @county, @version. Uses the primary keys of version, feature and
-- fragment_grid; shapes that are stored apart are not read.
select coalesce((select digest from version where county = @county and id = @version), '') as digest,
       coalesce((select sum(pg_column_size(plane)) from feature where county = @county and version_id = @version), 0)
     + coalesce((select sum(pg_column_size(grid)) from fragment_grid where county = @county and version_id = @version), 0) as bytes
