-- What is the state of a batch?
-- Arguments: @county (empty: any), @id. Uses batch_by_id.
select county, id, name, named, versions, findings, state, total, done, failed, error, created_at, finished_at
from batch
where id = @id and (county = @county or @county = '')
