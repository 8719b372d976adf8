-- An attempt has succeeded: forget the failures of this name from this address, and do
-- not count this one as one of its other subjects, which it would otherwise hold up.
-- Arguments: @here, @others. Uses sign_in_attempt's primary key.
with forgotten as (
    delete from sign_in_attempt where subject = @here
)
update sign_in_attempt set failures = greatest(failures - 1, 0), locked_until = last_at
where subject = any(@others::text[])
