-- Keep an indicator's value of a year; one that was there is
-- replaced, and that comes back.
-- Arguments: @county, @key, @year, @value (null: words), @text, @source. Uses
-- indicator_value's primary key.
insert into indicator_value (county, key, year, value, text, source)
values (@county, @key, @year, @value, @text, @source)
on conflict (county, key, year) do update
set value = excluded.value, text = excluded.text, source = excluded.source, set_at = now()
returning xmax <> 0 as again
