-- A voucher counts: note that it was used; those of a day ago are cleared away, as
-- their tokens are no longer taken. Nothing is written where it was used before.
-- Arguments: @digest, @now. Uses sign_in_once's primary key and sign_in_once_by_age.
with cleared as (
    delete from sign_in_once where used_at < @now::timestamptz - interval '1 day'
)
insert into sign_in_once (digest, used_at) values (@digest, @now)
on conflict (digest) do nothing
