-- How is PostgreSQL told to archive its log by a command? A statement for ALTER
-- SYSTEM, which takes no arguments, with the command quoted by PostgreSQL itself.
-- Arguments: command. Index: none.
select format('alter system set archive_command to %L', @command::text);
