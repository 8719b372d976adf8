-- Which versions were left under preparation?
-- Arguments: none.
select county, layer, label from version where state = 'preparing' order by id
