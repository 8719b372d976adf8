-- Are a reference system's coordinates longitude and latitude?
-- Arguments: @srid. Uses spatial_ref_sys's primary key.
select proj4text like '%+proj=longlat%' from spatial_ref_sys where srid = @srid
