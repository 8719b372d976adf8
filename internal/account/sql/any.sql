-- Is there any account?
-- Arguments: none. Index: none, the first row ends it.
select exists (select from account)
