-- Note the last place given.
-- Arguments: @height, @hash. Writes the one row of audit_head.
update audit_head set height = @height, hash = @hash
