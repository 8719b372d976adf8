-- Which counties does this deployment hold, that may be seen?
-- Arguments: @code (empty: all), @known (digests of profiles that need not be sent;
-- those come as null), @see_counties (null: all). Uses county's primary key.
select code, name_zh, name_en, plane_srid, bounds, profile_digest,
       case when profile_digest <> all(@known::text[]) then profile::text end as profile
from county
where (code = @code or @code = '') and (@see_counties::text[] is null or code = any(@see_counties::text[]))
order by code
