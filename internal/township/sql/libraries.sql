-- Which libraries compute? Part of a table's identity.
-- Arguments: none.
select postgis_full_version()
