-- Which batches are not finished? With a digest: those of the same delivery.
-- Arguments: @county (empty: any), @source_digest (empty: any). Uses batch_unfinished.
select county, id
from batch
where state in ('waiting', 'running')
  and (county = @county or @county = '') and (source_digest = @source_digest or @source_digest = '')
order by created_at, id
