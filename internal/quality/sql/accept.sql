-- Record on what basis a version goes in force in spite of findings.
-- Arguments: @county, @version, @kinds, @basis. Uses quality_acceptance's primary key.
insert into quality_acceptance (county, version_id, kinds, basis)
values (@county, @version, @kinds, @basis)
on conflict (county, version_id) do update set kinds = excluded.kinds, basis = excluded.basis, accepted_at = now()
