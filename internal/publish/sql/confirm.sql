-- Record that a loss was confirmed when a version was put in force.
-- Arguments: @county, @version, @compared (label), @basis, @record, @figures (jsonb).
insert into confirmation (county, version_id, compared, basis, record, figures)
values (@county, @version, @compared, @basis, @record, @figures)
