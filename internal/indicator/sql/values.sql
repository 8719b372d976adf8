-- Which values does a county have?
-- Arguments: @county. Uses indicator_value's primary key.
select key, year, value, text, source, set_at from indicator_value where county = @county order by key, year
