-- Keep a token.
-- Arguments: @account, @name, @prefix, @digest, @rights, @now, @expires_at (null: never).
insert into account_token (account, name, prefix, digest, rights, created_at, expires_at)
values (@account, @name, @prefix, @digest, @rights::text[], @now, @expires_at::timestamptz)
returning id, created_at
