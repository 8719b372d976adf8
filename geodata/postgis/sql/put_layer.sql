-- Register a layer of a county, or bring its description up to date.
-- Arguments: @county, @key, @position, @title_zh, @title_en, @checked, @tiles,
-- @overlaps, @protected.
insert into layer (county, key, position, title_zh, title_en, checked, tiles, overlapping, protected)
values (@county, @key, @position, @title_zh, @title_en, @checked, @tiles, @overlaps, @protected)
on conflict (county, key) do update
    set position = excluded.position, title_zh = excluded.title_zh, title_en = excluded.title_en,
        checked = excluded.checked, tiles = excluded.tiles, overlapping = excluded.overlapping,
        protected = excluded.protected
