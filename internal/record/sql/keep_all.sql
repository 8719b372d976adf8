-- Keep many answers of one kind, but those whose identity is kept already, and
-- note that all were given. In the order of identities, so that two sessions with
-- the same ones wait for, and never deadlock, each other.
-- Arguments: @county, @kind, @ids, @bodies and @inputs (parallel arrays).
-- Uses record's primary key.
with given as materialized (
    select distinct on (id) id, body, inputs
    from unnest(@ids::text[], @bodies::bytea[], @inputs::jsonb[]) with ordinality as g(id, body, inputs, position)
    order by id, position
), fresh as (
    insert into record (county, id, kind, body, inputs)
    select @county::text, id, @kind::text, body, inputs from given order by id
    on conflict (county, id) do nothing
)
insert into record_use (county, id)
select @county::text, id from unnest(@ids::text[]) as u(id)
