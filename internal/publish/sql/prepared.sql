-- Which preparers have finished for a version?
-- Arguments: @version. Uses preparation's primary key.
select preparer from preparation where version_id = @version
