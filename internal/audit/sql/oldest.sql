-- When was the first entry of the chain written that is still here? Null without any.
-- Arguments: none. Uses audit_seq.
select (select at from audit_entry where seq is not null order by seq limit 1)
