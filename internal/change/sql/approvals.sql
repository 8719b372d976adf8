-- What approvals did a version come with?
-- Arguments: @county, @version. Uses approval's primary key.
select count(*), coalesce(sum(area_m2 order by id), 0),
       coalesce(encode(sha256(string_agg(digest, ''::bytea order by digest)), 'hex'), '')
from approval
where county = @county and version_id = @version
