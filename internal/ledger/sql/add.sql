-- Add an entry and the beginning of its history. No row: the piece of the answer is
-- there already. The place comes in degrees; its parts may lie on each other.
-- Arguments: @county, @kind, @layer, @title, @source, @record (empty: none), @piece,
-- @area_m2, @unapproved_m2, @townships, @office, @deadline, @place, @has_place,
-- @point, @has_point, @schematic, @who. Uses ledger_piece.
with made as (
    insert into ledger_entry (county, kind, layer, title, source, record, piece, area_m2, unapproved_m2, townships, office, deadline, place, point, schematic)
    select @county, @kind::text, @layer, @title, @source::text, nullif(@record, ''), @piece::integer, @area_m2, @unapproved_m2, @townships, @office::text, @deadline::date,
           case when @has_place::boolean then st_multi(st_collectionextract(st_unaryunion(st_transform(@place::geometry, 990001)), 3)) end,
           case when @has_point::boolean then @point::geometry end, @schematic
    on conflict (county, record, piece) where piece > 0 do nothing
    returning county, id, state, office, deadline
), noted as (
    insert into ledger_event (county, entry_id, number, who, to_state, office, deadline)
    select county, id, 1, @who, state, nullif(office, ''), deadline from made
)
select id from made
