-- Where records wait to be judged: gone with the transaction.
-- Arguments: none.
create temporary table staging (
    record     integer not null,
    code       text not null,
    name       text not null,
    class      text not null,
    attributes jsonb not null,
    delivery   geometry not null,      -- as it came
    shape      geometry,               -- repaired, in the delivery's coordinates; null: refused
    near       boolean,                -- within a degree of the county
    valid      boolean,
    reason     text,                   -- why it is not valid
    at         geometry,               -- where, in the delivery's coordinates
    effect_m2  double precision,       -- what the repair changes the Gauss-Krüger area by
    area_m2    double precision        -- Gauss-Krüger area after the repair
) on commit drop
