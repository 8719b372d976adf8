-- Begin to divide a version, or what it has in common with another, among
-- townships; no row means that it is done already.
-- Arguments: @county, @version, @other (version, or null), @townships (version).
-- Uses township_division_once.
insert into township_division (county, version_id, other_id, townships, area_m2)
values (@county, @version, @other, @townships, 0)
on conflict on constraint township_division_once do nothing
returning id
