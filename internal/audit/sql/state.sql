-- How far is the chain, and how many entries wait for their place, since when?
-- Arguments: none. Uses audit_waiting.
select h.height, h.hash, w.waiting, w.oldest
from audit_head h, (select count(*) as waiting, min(at) as oldest from audit_entry where seq is null) as w
