-- Find contests from the higher side.
create index on contest (higher)
