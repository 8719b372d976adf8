-- +goose Up

-- The audit trail (审计日志): who asked, saw, changed, exported or confirmed what,
-- when, from where. An entry is written in the transaction of what it tells of and
-- has no place in the chain yet: a chain written there would have every answer wait
-- for the one before it to be on disk. Whoever holds audit_head then gives entries
-- their numbers and their hashes, in the order in which they find them.
create table audit_entry (
    id      bigint generated always as identity primary key,
    at      timestamptz not null default clock_timestamp(),
    who     text not null,                     -- the account, or local:NAME for a command
    role    text not null,
    address text not null,                     -- the client's, empty for a command
    action  text not null,                     -- import, publish, check.ask, export, …
    object  text not null,                     -- what it was done to: a version, a record, an entry
    outcome text not null,                     -- done, refused or failed
    request text not null,                     -- the request's id, as in the log
    detail  json not null,                     -- json, not jsonb: its bytes are what is hashed
    seq     bigint unique,                     -- number in the chain, null until it has one
    prev    bytea,                             -- the hash of number seq − 1
    hash    bytea,                             -- of prev and everything else, see package audit
    constraint audit_outcome_is_known check (outcome in ('done', 'refused', 'failed')),
    constraint audit_place_is_whole check (num_nulls(seq, prev, hash) in (0, 3))
);
create index audit_waiting on audit_entry (id) where seq is null;
create index audit_cut on audit_entry (seq) where action = 'audit.cut';
create index audit_who on audit_entry (who, id);
create index audit_object on audit_entry (object text_pattern_ops, id);

-- The last number given and its hash; the row's lock is the right to give the next.
create table audit_head (
    one    boolean primary key default true,
    height bigint not null default 0,
    hash   bytea not null default decode(repeat('00', 32), 'hex'),
    constraint audit_head_is_one check (one)
);
insert into audit_head default values;

-- An entry gets its place once and is never changed. It leaves only when a later
-- entry, audit.cut, carries the hash of what was cut.
-- +goose StatementBegin
create function guard_audit() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.seq is null and new.seq is not null
       and (new.id, new.at, new.who, new.role, new.address, new.action, new.object, new.outcome, new.request, new.detail::text)
         = (old.id, old.at, old.who, old.role, old.address, old.action, old.object, old.outcome, old.request, old.detail::text) then
        return new;
    end if;
    if tg_op = 'DELETE' and exists (select from audit_entry c where c.action = 'audit.cut' and c.seq > old.seq
                                    and (c.detail ->> 'through')::bigint >= old.seq) then
        return old;
    end if;
    raise exception 'rows of audit_entry are never changed or removed';
end $$;

create function guard_audit_head() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.height > old.height then
        return new;
    end if;
    raise exception 'audit_head only grows';
end $$;
-- +goose StatementEnd
create trigger audit_entry_is_append_only before update or delete on audit_entry for each row execute function guard_audit();
create trigger audit_entry_is_not_emptied before truncate on audit_entry for each statement execute function guard_audit();
create trigger audit_head_only_grows before update or delete on audit_head for each row execute function guard_audit_head();
create trigger audit_head_is_not_emptied before truncate on audit_head for each statement execute function guard_audit_head();

-- What was noted of kept answers so far (record_use) goes on here; who asked was not
-- known then.
insert into audit_entry (at, who, role, address, action, object, outcome, request, detail)
select used_at, '', '', '', 'record.use', county || '/' || id, 'done', '', '{}'
from record_use
order by used_at;
drop table record_use;
