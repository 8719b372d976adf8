-- Take refused records out of the staging table.
-- Arguments: @records (their numbers). Uses staging's primary key.
delete from staging where record = any(@records::integer[])
