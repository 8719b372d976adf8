-- May this transaction write the draft of a label? One at a time; freed at its end.
-- Arguments: @county, @layer, @label. 8153 is this use's own key space.
select pg_try_advisory_xact_lock(8153, hashtext(@county || '.' || @layer || '@' || @label))
