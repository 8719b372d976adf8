-- Note that a kept answer was given, and to whom.
-- Arguments: @county, @id, @who, @role, @address, @request. Writes audit_entry.
insert into audit_entry (who, role, address, action, object, outcome, request, detail)
values (@who, @role, @address, 'record.see', @county || '/' || @id, 'done', @request, '{}')
