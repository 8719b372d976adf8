-- Index the staged shapes, to find neighbours.
-- Arguments: none.
create index on staging using gist (shape)
