-- Take the right to give places in the chain, until the transaction ends; what was
-- the last place given?
-- Arguments: none. Reads the one row of audit_head.
select height, hash from audit_head for update
