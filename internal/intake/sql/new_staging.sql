-- Start a staged copy.
-- Arguments: @staging, @key.
insert into staging (id, key) overriding system value values (@staging, @key)
