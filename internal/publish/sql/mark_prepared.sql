-- A preparer has finished; said in the transaction that holds its work.
-- Arguments: @version, @preparer.
insert into preparation (version_id, preparer) values (@version, @preparer)
