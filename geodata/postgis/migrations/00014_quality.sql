-- +goose Up

-- Quality reports (质检报告): what is wrong with a version's features among
-- themselves. Worked out once, before the version is in force, and kept with it.
create table quality (
    county      text not null,
    version_id  bigint not null,
    digest      text not null,                 -- of the version examined: a draft can be replaced
    report      jsonb not null,
    blocking    text[] not null,               -- kinds of findings that stop publication
    examined_at timestamptz not null default now(),
    primary key (county, version_id),
    foreign key (county, version_id) references version (county, id) on delete cascade
);

-- Where the findings are that have a place; of each kind the largest.
create table quality_place (
    county     text not null,
    version_id bigint not null,
    id         integer not null,
    kind       text not null,
    features   integer[] not null,             -- features concerned, ascending
    records    integer[] not null,             -- their record numbers in the delivery
    geom       geometry(MultiPolygon, 4490) not null,
    area_m2    double precision not null,      -- ellipsoidal
    width_m    double precision not null,      -- mean width 2A/P in the Gauss-Krüger plane
    primary key (county, version_id, id),
    foreign key (county, version_id) references quality on delete cascade
);

-- Somebody put a version in force although findings stopped it, on the basis of a
-- document (质检问题的确认).
create table quality_acceptance (
    county      text not null,
    version_id  bigint not null,
    kinds       text[] not null,
    basis       text not null,
    accepted_at timestamptz not null default now(),
    primary key (county, version_id),
    foreign key (county, version_id) references version (county, id) on delete cascade
);
