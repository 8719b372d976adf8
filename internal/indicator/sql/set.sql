-- Keep an indicator's value of a year. One that was there and says something else is
-- replaced, and kept among those replaced; whether it was comes back.
-- Arguments: @county, @key, @year, @value (null: words), @text, @source. Uses
-- indicator_value's and indicator_replaced's primary keys.
with held as (
    select county, key, year, value, text, source, set_at
    from indicator_value
    where county = @county::text and key = @key::text and year = @year::integer
      and (value, text, source) is distinct from (@value::double precision, @text::text, @source::text)
    for update
), moved as (
    insert into indicator_replaced (county, key, year, number, value, text, source, set_at)
    select h.county, h.key, h.year,
           (select count(*) + 1 from indicator_replaced r where r.county = h.county and r.key = h.key and r.year = h.year),
           h.value, h.text, h.source, h.set_at
    from held h
), kept as (
    insert into indicator_value (county, key, year, value, text, source)
    values (@county::text, @key::text, @year::integer, @value, @text, @source)
    on conflict (county, key, year) do update
    set value = excluded.value, text = excluded.text, source = excluded.source, set_at = now()
    where (indicator_value.value, indicator_value.text, indicator_value.source) is distinct from (excluded.value, excluded.text, excluded.source)
)
select exists (select from held) as replaced
