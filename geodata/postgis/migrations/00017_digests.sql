-- +goose Up

-- What each step of this schema was, as the program that took it had it: the SHA-256 of
-- its file, hex. A program that has another step under the number is refused.
create table schema_digest (
    version_id  bigint primary key,            -- as in goose_db_version
    digest      text not null,
    recorded_at timestamptz not null default now()
);
