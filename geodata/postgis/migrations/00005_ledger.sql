-- +goose Up

-- The supervision ledger (监管台账): every piece of ground that was lost,
-- reclassified or encroached upon, until it is settled.
create table ledger_entry (
    county        text not null references county,
    id            bigint generated always as identity,
    kind          text not null,
    state         text not null default 'discovered',
    layer         text not null,
    title         text not null,
    source        text not null,               -- change, check or manual
    record        text,                        -- the kept answer it came from
    piece         integer not null default 0,  -- the piece's number in that answer
    area_m2       double precision not null,
    unapproved_m2 double precision not null,   -- of it without approval
    townships     jsonb not null default '[]', -- [{code, name, area_m2}], the largest part first
    office        text not null default '',    -- 责任单位
    deadline      date,
    place         geometry(MultiPolygon, 990001),   -- the piece in the measuring plane, where known
    point         geometry(Point, 4490),       -- or a point
    schematic     boolean not null default false,
    created_at    timestamptz not null default now(),
    changed_at    timestamptz not null default now(),
    primary key (county, id),
    foreign key (county, layer) references layer (county, key),
    foreign key (county, record) references record,
    constraint ledger_kind_is_known check (kind in ('lost', 'reclassified', 'encroached')),
    constraint ledger_state_is_known check (state in ('discovered', 'verified', 'rectifying', 'closed')),
    constraint ledger_source_is_known check (source in ('change', 'check', 'manual') and (source = 'manual') = (record is null))
);
-- The same piece of the same comparison is one entry, however often it is filled in.
create unique index ledger_piece on ledger_entry (county, record, piece) where source = 'change';
create index ledger_open on ledger_entry (county, deadline) where state <> 'closed';
create index ledger_township on ledger_entry using gin (townships jsonb_path_ops);

-- What happened to an entry. Who is free text until there are accounts.
create table ledger_event (
    county     text not null,
    entry_id   bigint not null,
    number     integer not null,               -- 1…n
    at         timestamptz not null default now(),
    who        text not null default '',
    from_state text,                           -- null: the entry was made
    to_state   text not null,
    note       text not null default '',       -- for a move back or past a step: the reason
    attachment text not null default '',       -- a reference: document number, path, address
    sha256     text not null default '',       -- of what the reference names, hex
    office     text,                           -- set to this from now on
    deadline   date,
    primary key (county, entry_id, number),
    foreign key (county, entry_id) references ledger_entry (county, id)
);

-- The history is only ever added to.
-- +goose StatementBegin
create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or removed', tg_table_name;
end $$;
-- +goose StatementEnd
create trigger ledger_event_is_append_only before update or delete on ledger_event
    for each row execute function refuse_rewriting();
