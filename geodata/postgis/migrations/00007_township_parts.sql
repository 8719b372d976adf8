-- +goose Up

-- Township parts (乡镇分摊): how a version, or what two versions have in common,
-- divides among the townships of one township version. Worked out once, so that a
-- statistics table is a sum of rows.
create table township_division (
    county      text not null,
    id          bigint generated always as identity,
    version_id  bigint not null,
    other_id    bigint,                        -- null: the version alone; else what it has in common with this one
    townships   bigint not null,               -- a version of the township layer
    area_m2     double precision not null,     -- sum of the undivided faces, which the shares must give again
    prepared_at timestamptz not null default now(),
    primary key (county, id),
    constraint township_division_once unique nulls not distinct (county, version_id, other_id, townships),
    foreign key (county, version_id) references version (county, id) on delete cascade,
    foreign key (county, other_id) references version (county, id) on delete cascade,
    foreign key (county, townships) references version (county, id) on delete cascade
);
create index township_division_townships on township_division (county, townships);

-- Faces of the same kind in the same townships, added up.
create table township_part (
    county      text not null,
    division_id bigint not null,
    id          integer not null,
    towns       integer[] not null,            -- township features they lie in, ascending; empty: outside all
    classes     text[] not null,               -- classes of the version's features on them, ascending
    others      text[] not null,               -- classes of the other version's
    features    integer[] not null,            -- the features, where several lie on each other; else empty
    area_m2     double precision not null,
    primary key (county, division_id, id),
    foreign key (county, division_id) references township_division on delete cascade
);

-- How many features of a class lie in exactly these townships, with more than
-- 0.01 m² in each; 0 among them stands for outside all.
create table township_presence (
    county      text not null,
    division_id bigint not null,
    id          integer not null,
    towns       integer[] not null,
    class       text not null,
    features    integer not null,
    primary key (county, division_id, id),
    foreign key (county, division_id) references township_division on delete cascade
);
