-- +goose Up

-- People who may use the service, what they may do and what they may see. A list
-- that is null names everything.
create table account (
    id          bigint generated always as identity primary key,
    name        text not null unique,          -- what is signed in with, lower case
    title       text not null default '',      -- 姓名
    role        text not null,
    password    text not null default '',      -- argon2id with its parameters (PHC string); empty: none that opens
    one_time    boolean not null default false, -- the password opens once, to set another
    disabled    boolean not null default false,
    counties    text[],
    layers      text[],
    townships   text[],
    clearance   integer,                       -- the highest 密级 that may be seen; null: every one
    issuer      text,                          -- who else vouches for them (OIDC), and
    subject     text,                          -- as whom
    created_at  timestamptz not null,
    password_at timestamptz,
    constraint account_role_is_known check (role in ('viewer', 'planner', 'manager', 'approver', 'administrator')),
    constraint account_subject_is_unique unique (issuer, subject),
    constraint account_issuer_and_subject check ((issuer is null) = (subject is null))
);

-- Sessions (会话): only the SHA-256 of what the browser holds is kept.
create table account_session (
    digest     bytea primary key,
    account    bigint not null references account on delete cascade,
    created_at timestamptz not null,
    used_at    timestamptz not null,           -- to within a minute
    expires_at timestamptz not null,
    one_time   boolean not null default false  -- may do nothing but set a password
);
create index account_session_by_account on account_session (account);
create index account_session_by_expiry on account_session (expires_at);

-- Tokens for programs: only the SHA-256 is kept, and a beginning to tell them apart.
create table account_token (
    id         bigint generated always as identity primary key,
    account    bigint not null references account on delete cascade,
    name       text not null,
    prefix     text not null,
    digest     bytea not null unique,
    rights     text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index account_token_by_account on account_token (account);

-- Failed attempts to sign in, by name with address, by name, and by address.
create table sign_in_attempt (
    subject      text primary key,
    failures     integer not null,
    allowed      integer not null,             -- failures before there is a wait
    last_at      timestamptz not null,
    locked_until timestamptz not null
);
create index sign_in_attempt_by_age on sign_in_attempt (last_at);

-- How far a layer is kept (密级): 0 公开, 1 内部, 2 秘密, 3 机密.
alter table layer add column secrecy integer not null default 0,
    add constraint layer_secrecy_is_known check (secrecy between 0 and 3);

-- Whether a layer may be seen, by whoever may see those counties and layers (null:
-- all) up to that secrecy (null: every one).
create function sees(county text, layer text, counties text[], layers text[], clearance integer) returns boolean
    language sql stable parallel safe
    return (sees.counties is null or sees.county = any(sees.counties))
       and (sees.layers is null or sees.layer = any(sees.layers))
       and (sees.clearance is null or exists (
               select from layer l
               where l.county = sees.county and l.key = sees.layer and l.secrecy <= sees.clearance));

-- From which layers a kept answer was computed; '*' stands for all of the county's.
-- Null, as in answers of earlier releases: not known, so that only those see it who
-- see everything. Townships: those it lies in, null where it is not within any.
alter table record add column layers text[], add column townships text[];

-- The same of a batch, and what whoever handed it in may see, as its parcels are
-- answered in the background; null: everything.
alter table batch add column layers text[], add column townships text[], add column sight jsonb;

-- Whether what was computed from those layers, about ground in those townships, may be
-- seen. '*' may not by whoever is limited at all: it would tell that there is nothing
-- else.
create function sees_kept(county text, used text[], lies_in text[], counties text[], layers text[], clearance integer, townships text[]) returns boolean
    language sql stable parallel safe
    return (sees_kept.counties is null or sees_kept.county = any(sees_kept.counties))
       and (sees_kept.townships is null or coalesce(sees_kept.lies_in <@ sees_kept.townships, false))
       and (sees_kept.layers is null and sees_kept.clearance is null
            or sees_kept.used is not null and not exists (
               select from unnest(sees_kept.used) as u(layer)
               where u.layer = '*' or not sees(sees_kept.county, u.layer, sees_kept.counties, sees_kept.layers, sees_kept.clearance)));
