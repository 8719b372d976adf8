-- +goose Up

-- The list of kept answers (核查记录) is searched by what an answer is about and
-- by its outcome, which lie in its bytes; here they are beside them, as the
-- answer says them, cut to what an index holds.
alter table record
    add column subject text not null default '',       -- 项目名称 of a check
    add column outcome text not null default '',       -- 结论 of a check
    add column alone boolean not null default true;    -- asked for by itself, not only as a parcel of a batch

update record
set subject = left(coalesce(inputs -> 'site' ->> 'name', ''), 200),
    outcome = coalesce(convert_from(body, 'UTF8')::jsonb #>> '{verdict,outcome}', '')
where kind = 'check';

-- Everything a list is searched by, so that only the rows of its page are read.
-- Answers of one transaction have one time: the identity tells them apart.
drop index record_by_age;
create index record_by_age on record (county, kind, created_at desc, id) include (subject, outcome, alone);

create index batch_by_age on batch (county, created_at desc, id);
