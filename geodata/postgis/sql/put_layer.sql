-- Register a layer of a county, or bring its description up to date.
-- Arguments: @county, @key, @position, @title_zh, @title_en, @checked, @tiles,
-- @overlaps, @protected, @min_zoom, @max_zoom.
insert into layer (county, key, position, title_zh, title_en, checked, tiles, overlapping, protected, min_zoom, max_zoom)
values (@county, @key, @position, @title_zh, @title_en, @checked, @tiles, @overlaps, @protected, @min_zoom, @max_zoom)
on conflict (county, key) do update
    set position = excluded.position, title_zh = excluded.title_zh, title_en = excluded.title_en,
        checked = excluded.checked, tiles = excluded.tiles, overlapping = excluded.overlapping,
        protected = excluded.protected, min_zoom = excluded.min_zoom, max_zoom = excluded.max_zoom
