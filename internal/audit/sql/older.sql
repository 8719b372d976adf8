-- The last number of the chain's stretch that is older than a moment: entries before
-- it are older too, or were written beside it.
-- Arguments: @before. Uses audit_seq.
select coalesce(min(seq) - 1, (select height from audit_head)) from audit_entry where seq is not null and at >= @before
