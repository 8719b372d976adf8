-- Index the staged records by record number, and their shapes for neighbours.
-- Arguments: none.
alter table staging add primary key (record)
