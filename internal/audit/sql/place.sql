-- Give entries their places in the chain.
-- Arguments: @ids, @seqs, @prevs, @hashes (parallel arrays). Uses audit_entry's
-- primary key.
update audit_entry e
set seq = p.seq, prev = p.prev, hash = p.hash
from unnest(@ids::bigint[], @seqs::bigint[], @prevs::bytea[], @hashes::bytea[]) as p(id, seq, prev, hash)
where e.id = p.id
