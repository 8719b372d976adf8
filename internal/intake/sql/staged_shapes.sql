-- The shapes of a staged copy.
-- Arguments: @staging. Uses staged_record's primary key.
select record, delivery from staged_record where staging_id = @staging
