-- Key the pieces.
alter table piece add primary key (id)
