-- Begin a batch; its parcels follow in the same transaction.
-- Arguments: @county, @id, @name, @source_digest, @named, @versions.
insert into batch (county, id, name, source_digest, named, versions)
values (@county, @id, @name, @source_digest, @named, @versions)
