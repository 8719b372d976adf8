-- Which libraries compute? Part of an answer's identity.
-- Arguments: none.
select postgis_full_version()
