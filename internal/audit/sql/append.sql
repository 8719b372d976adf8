-- Add an entry, without a place in the chain yet.
-- Arguments: @who, @role, @address, @action, @object, @outcome, @request, @detail
-- (JSON). Writes audit_entry.
insert into audit_entry (who, role, address, action, object, outcome, request, detail)
values (@who, @role, @address, @action, @object, @outcome, @request, @detail::text::json)
