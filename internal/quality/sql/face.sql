-- Where the faces wait that something is wrong with: gone with the transaction.
-- Arguments: none.
create temporary table face (
    id       integer generated always as identity primary key,
    cell     integer not null,
    kind     text not null,
    features integer[] not null,       -- that lie on it, ascending
    ground   geometry not null,        -- in the county's Gauss-Krüger plane
    borders  boolean not null,         -- reaches the border of its cell
    open     boolean not null          -- reaches the border of all cells
) on commit drop
