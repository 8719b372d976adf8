-- Keep many answers of one kind, but those whose identity is kept already, as
-- parcels of a batch; who handed it in is noted once for the batch. In the order of identities, so
-- that two sessions with the same ones wait for, and never deadlock, each other.
-- Arguments: @county, @kind, @ids, @bodies, @inputs, @subjects and @outcomes
-- (parallel arrays). Uses record's primary key.
with given as materialized (
    select distinct on (id) id, body, inputs, subject, outcome
    from unnest(@ids::text[], @bodies::bytea[], @inputs::jsonb[], @subjects::text[], @outcomes::text[])
        with ordinality as g(id, body, inputs, subject, outcome, position)
    order by id, position
)
insert into record (county, id, kind, body, inputs, subject, outcome, alone)
select @county::text, id, @kind::text, body, inputs, left(subject, 200), outcome, false from given order by id
on conflict (county, id) do nothing
