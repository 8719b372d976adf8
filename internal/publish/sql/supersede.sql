-- The version in force so far gives way to the one being published.
-- Arguments: @county, @layer. Uses version_one_in_force.
update version set state = 'superseded', superseded_at = now()
where county = @county and layer = @layer and state = 'in_force'
returning label
