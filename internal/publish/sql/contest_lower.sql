-- Find contests from the lower side.
create index on contest (lower)
