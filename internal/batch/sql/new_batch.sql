-- Begin a batch; its parcels follow in the same transaction.
-- Arguments: @county, @id, @name, @source_digest, @named, @versions, @layers,
-- @townships, @sight (JSON, null: everything).
insert into batch (county, id, name, source_digest, named, versions, layers, townships, sight)
values (@county, @id, @name, @source_digest, @named, @versions, @layers::text[], @townships::text[], @sight::jsonb)
