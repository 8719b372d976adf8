-- In which Gauss-Krüger plane does a county measure lengths?
-- Arguments: @county. Uses county's primary key.
select plane_srid from county where code = @county
