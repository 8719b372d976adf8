-- Removes everything the service owns in schema public: what belongs to an
-- extension, and so to the administrator, stays.
-- Arguments: none.
-- Index: pg_depend_depender_index.
do $$
declare
    -- All statements are written first: a name cannot be looked up any more once
    -- a cascade has dropped what it names.
    statements text[];
    statement text;
begin
    with
    kept as (
        -- 'e': an extension's; 'i', 'a': goes with the table it serves
        select classid, objid from pg_depend where deptype in ('e', 'i', 'a')
    ),
    relations as (
        select format('drop %s if exists %s cascade',
                      case relkind when 'v' then 'view' when 'm' then 'materialized view'
                                   when 'S' then 'sequence' else 'table' end, c.oid::regclass) as drops
        from pg_class c
        where relnamespace = 'public'::regnamespace
          and relkind in ('r', 'p', 'v', 'm', 'S')
          and relowner = current_user::regrole
          and ('pg_class'::regclass, c.oid) not in (select classid, objid from kept)
    ),
    routines as (
        select format('drop routine if exists %s cascade', p.oid::regprocedure) as drops
        from pg_proc p
        where pronamespace = 'public'::regnamespace
          and proowner = current_user::regrole
          and ('pg_proc'::regclass, p.oid) not in (select classid, objid from kept)
    ),
    types as (
        select format('drop type if exists %s cascade', t.oid::regtype) as drops
        from pg_type t
        where typnamespace = 'public'::regnamespace
          and typtype in ('d', 'e')
          and typowner = current_user::regrole
          and ('pg_type'::regclass, t.oid) not in (select classid, objid from kept)
    )
    select array_agg(drops) into statements
    from (select drops from relations
          union all select drops from routines
          union all select drops from types) everything;
    foreach statement in array coalesce(statements, '{}') loop
        execute statement;
    end loop;
end
$$;
