-- Nothing is prepared any more for a version that goes back to draft.
-- Arguments: @version. Uses preparation's primary key.
delete from preparation where version_id = @version
