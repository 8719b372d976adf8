-- +goose Up

-- Yearly indicator values (指标年度值), entered or imported, each with the document
-- it comes from. What the indicators are, the county's list says.
create table indicator_value (
    county     text not null references county,
    key        text not null,
    year       integer not null,
    value      double precision,               -- null: the document gives words, not a number
    text       text not null default '',       -- as the document words it
    source     text not null,                  -- the document
    set_at     timestamptz not null default now(),
    primary key (county, key, year),
    constraint indicator_year_is_plausible check (year between 1949 and 2200),
    constraint indicator_value_says_something check (value is not null or text <> '')
);
