-- Is anything held in this database? Everything held belongs to a county.
-- Arguments: none.
-- Index: none needed; the first row decides.
select exists (select from county)
