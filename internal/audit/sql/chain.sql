-- The chain, from a number on, in order.
-- Arguments: @after, @through (0: to its end). Uses audit_seq.
select id, at, who, role, address, action, object, outcome, request, detail::text, seq, prev, hash
from audit_entry
where seq > @after and (seq <= @through or @through = 0)
order by seq
