-- Which values of a county were replaced, the latest first?
-- Arguments: @county. Uses indicator_replaced's primary key.
select key, year, value, text, source, set_at from indicator_replaced where county = @county order by key, year, number desc
