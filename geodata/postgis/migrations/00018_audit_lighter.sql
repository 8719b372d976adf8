-- +goose Up

-- Every check writes an entry, and every entry is written again when it gets its place:
-- each index costs twice. Who and object are looked for seldom, by administrators, for
-- whom reading a million entries backwards in a second will do; a number is looked for
-- among those that have one.
drop index audit_who;
drop index audit_object;
alter table audit_entry drop constraint audit_entry_seq_key;
create unique index audit_seq on audit_entry (seq) where seq is not null;
