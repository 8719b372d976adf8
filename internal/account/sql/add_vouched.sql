-- Make an account for whom an issuer vouches, without a password; nothing is made where
-- the name is taken, or the person has one already.
-- Arguments: @name, @title, @role, @clearance (null: all), @issuer, @subject, @now.
-- Uses account's unique name, account_subject_is_unique.
insert into account (name, title, role, clearance, issuer, subject, created_at)
values (@name, @title, @role, @clearance::integer, @issuer, @subject, @now)
on conflict do nothing
