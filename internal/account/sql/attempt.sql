-- Count an attempt to sign in against each of its subjects, unless one of them has to
-- wait: for how many seconds, or 0? Those not heard of for a day begin anew, and are
-- cleared away.
-- Arguments: @subjects (sorted, so that two attempts never deadlock), @allowed (parallel:
-- failures without a wait), @now, @first and @longest (seconds of the waits).
-- Uses sign_in_attempt's primary key and sign_in_attempt_by_age.
with cleared as (
    delete from sign_in_attempt where last_at < @now::timestamptz - interval '1 day' and subject <> all(@subjects::text[])
), held as materialized (
    select locked_until from sign_in_attempt where subject = any(@subjects::text[]) order by subject for update
), wait as materialized (
    select coalesce(greatest(extract(epoch from max(locked_until) - @now::timestamptz), 0), 0)::double precision as seconds from held
), counted as (
    insert into sign_in_attempt as a (subject, failures, allowed, last_at, locked_until)
    select t.subject, 1, t.allowed, @now, @now
    from unnest(@subjects::text[], @allowed::integer[]) as t(subject, allowed), wait
    where wait.seconds = 0
    order by t.subject
    on conflict (subject) do update
    set failures = case when a.last_at < @now::timestamptz - interval '1 day' then 1 else a.failures + 1 end,
        allowed = excluded.allowed, last_at = excluded.last_at,
        locked_until = case when a.last_at < @now::timestamptz - interval '1 day' or a.failures + 1 < excluded.allowed then excluded.last_at
            else excluded.last_at + make_interval(secs => least(@longest, @first * power(2, least(a.failures + 1 - excluded.allowed, 20)))) end
)
select seconds from wait
