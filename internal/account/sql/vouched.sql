-- Whose account does an issuer vouch for? Two sign-ins of one person wait for each other.
-- Arguments: @issuer, @subject. Uses account_subject_is_unique.
select id, name, title, role, counties, layers, townships, clearance, disabled
from account
where issuer = @issuer and subject = @subject
for update
