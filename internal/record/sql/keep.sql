-- Keep an answer, unless one with this identity is kept already; and note who asked,
-- and that it was asked by itself. The bytes that count, and whether they are new, come
-- back. No row: another session kept it after this statement began; ask again.
-- Arguments: @county, @id, @kind, @body, @inputs, @subject, @outcome, @layers,
-- @townships, and who asked: @who, @role, @address, @request.
-- Uses record's primary key.
with fresh as (
    insert into record (county, id, kind, body, inputs, subject, outcome, layers, townships)
    values (@county, @id, @kind, @body, @inputs, left(@subject, 200), @outcome, @layers::text[], @townships::text[])
    on conflict (county, id) do nothing
    returning body
), kept as (
    select body, true as is_new from fresh
    union all
    select r.body, false from record r
    where r.county = @county and r.id = @id and not exists (select from fresh)
), alone as (
    update record r set alone = true
    where r.county = @county and r.id = @id and not r.alone
), noted as (
    insert into audit_entry (who, role, address, action, object, outcome, request, detail)
    select @who, @role, @address, @kind || '.ask', @county || '/' || @id, 'done', @request, json_build_object('new', is_new)
    from kept
)
select body, is_new from kept
