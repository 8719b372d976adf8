-- Is there an administrator who can sign in and sees everything, or no account at all?
-- Two who are made less at the same time wait for each other.
-- Arguments: none. Reads the whole (small) account table.
with them as materialized (
    select role, disabled, counties, layers, townships, clearance from account order by id for update
)
select not exists (select from them) or exists (
    select from them
    where role = 'administrator' and not disabled
      and counties is null and layers is null and townships is null and clearance is null)
