-- +goose Up

-- A piece of ground that a kept answer found is one entry of the ledger, whether the
-- answer is a comparison or a check; what is entered by hand has no piece.
drop index ledger_piece;
create unique index ledger_piece on ledger_entry (county, record, piece) where piece > 0;

-- Yearly values that were replaced (被替换的年度值): what somebody read before stays.
create table indicator_replaced (
    county      text not null references county,
    key         text not null,
    year        integer not null,
    number      integer not null,              -- 1…n, the oldest first
    value       double precision,
    text        text not null,
    source      text not null,
    set_at      timestamptz not null,
    replaced_at timestamptz not null default now(),
    primary key (county, key, year, number)
);
create trigger indicator_replaced_is_append_only before update or delete on indicator_replaced
    for each row execute function refuse_rewriting();
