-- Remove the stretch of the chain that an entry audit.cut carries the hash of.
-- Arguments: @through, its last number. Uses audit_seq.
delete from audit_entry where seq <= @through
