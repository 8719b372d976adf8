-- Keep many answers of one kind, but those whose identity is kept already, as
-- parcels of a batch; who handed it in is noted once for the batch. In the order of identities, so
-- that two sessions with the same ones wait for, and never deadlock, each other.
-- Arguments: @county, @kind, @ids, @bodies, @inputs, @subjects, @outcomes, and
-- @layers and @townships, each a JSON list (parallel arrays). Uses record's primary key.
with given as materialized (
    select distinct on (id) id, body, inputs, subject, outcome, layers, townships
    from unnest(@ids::text[], @bodies::bytea[], @inputs::jsonb[], @subjects::text[], @outcomes::text[],
                @layers::jsonb[], @townships::jsonb[])
        with ordinality as g(id, body, inputs, subject, outcome, layers, townships, position)
    order by id, position
)
insert into record (county, id, kind, body, inputs, subject, outcome, alone, layers, townships)
select @county::text, id, @kind::text, body, inputs, left(subject, 200), outcome, false,
       (select array_agg(k) from jsonb_array_elements_text(nullif(layers, 'null')) as k),
       (select array_agg(k) from jsonb_array_elements_text(nullif(townships, 'null')) as k)
from given order by id
on conflict (county, id) do nothing
