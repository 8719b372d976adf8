-- +goose Up

-- What comparing two versions needs (面积变化).

-- A face is told from another by the digest of its shape: faces that two versions
-- have in common cancel by an index alone, and only the neighbourhoods that changed
-- are overlaid. Versions published before this step get their digests here.
alter table fragment add column plane_digest bytea not null
    generated always as (sha256(st_asbinary(plane, 'NDR'))) stored;
create index fragment_plane_digest on fragment (version_id, plane_digest) include (features, area_m2);

-- Approvals (批准文件) that came with a version: the ground whose change an
-- authority has approved, in the shape of the yearly maintenance exchange (WHCX).
create table approval (
    county     text not null,
    version_id bigint not null,
    id         integer not null,              -- 1…n in the order of the delivery
    record     integer not null,              -- record number in the delivered file
    kind       smallint not null,             -- WHLX: 1 gained, 2 attribute change, 3 lost
    number     text not null,                 -- 批准文号
    day        date,                          -- of the approval, where the file has one
    plane      geometry(MultiPolygon, 990001) not null,   -- the measuring plane
    area_m2    double precision not null,     -- ST_Area(plane)
    digest     bytea not null,                -- SHA-256 of kind, number, day and delivery
    primary key (county, version_id, id),
    foreign key (county, version_id) references version (county, id) on delete cascade,
    constraint approval_kind_is_known check (kind in (1, 2, 3))
);
create index approval_plane on approval using gist (version_id, plane);

-- Losses that were confirmed (减少确认) when a version of a protected layer was put
-- in force: on what document, and what the comparison had said. Who confirmed is
-- not known yet.
create table confirmation (
    county       text not null,
    version_id   bigint not null,
    compared     text not null,               -- label of the version it was compared with
    basis        text not null,               -- 依据文件
    record       text not null,               -- the kept comparison's identity
    figures      jsonb not null,              -- its main figures, m²
    confirmed_at timestamptz not null default now(),
    primary key (county, version_id, compared),
    foreign key (county, version_id) references version (county, id) on delete cascade,
    foreign key (county, record) references record
);
