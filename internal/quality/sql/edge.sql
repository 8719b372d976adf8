-- Where edges wait that do not cancel: gone with the transaction.
-- Arguments: none.
create temporary table edge (line geometry not null) on commit drop
