-- Keep an answer, unless one with this identity is kept already; and note that it
-- was given. The bytes that count, and whether they are new, come back.
-- Arguments: @county, @id, @kind, @body. Uses record's primary key.
with fresh as (
    insert into record (county, id, kind, body)
    values (@county, @id, @kind, @body)
    on conflict (county, id) do nothing
    returning body
)
select body, true as is_new from fresh
union all
select r.body, false from record r
where r.county = @county and r.id = @id and not exists (select from fresh)
