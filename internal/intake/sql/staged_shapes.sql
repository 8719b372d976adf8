-- The shapes of a part of a staged copy.
-- Arguments: @staging, @first, @last (record numbers, inclusive). Uses
-- staged_record's primary key.
select record, delivery
from staged_record
where staging_id = @staging and record between @first::integer and @last::integer
