-- +goose Up

-- People whom the identity provider knows may wait for a role (未授权): they exist, and
-- may do nothing.
alter table account drop constraint account_role_is_known,
    add constraint account_role_is_known check (role in ('none', 'viewer', 'planner', 'manager', 'approver', 'administrator'));

-- Sign-ins through the identity provider that were used, by the SHA-256 of their nonce:
-- each counts once.
create table sign_in_once (
    digest  bytea primary key,
    used_at timestamptz not null
);
create index sign_in_once_by_age on sign_in_once (used_at);
