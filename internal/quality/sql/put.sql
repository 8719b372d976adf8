-- Keep a report; the one of a draft that was replaced went with it.
-- Arguments: @county, @version, @digest, @report, @blocking. Uses quality's primary key.
insert into quality (county, version_id, digest, report, blocking)
values (@county, @version, @digest, @report, @blocking)
on conflict (county, version_id) do update
set digest = excluded.digest, report = excluded.report, blocking = excluded.blocking, examined_at = now()
