-- Who somebody is: a login by its name and by its number, which stays when the login is renamed. Who may do alone what takes
-- two or three people stands with what was done.

alter table stipend.run add column maker oid;
alter table stipend.run alter column maker set default quote_ident(session_user)::regrole::oid;
comment on column stipend.run.maker is 'number of the login that created it; null in runs from before there was this column';
alter table stipend.run_event add column login oid, add column alone bigint references stipend.exception;
alter table stipend.run_event alter column login set default quote_ident(session_user)::regrole::oid;
comment on column stipend.run_event.login is 'number of the login whose name is the actor; null in events from before there was this column';
comment on column stipend.run_event.alone is 'the exception by which one person did what takes two';
alter table stipend.claim_action add column login oid;
alter table stipend.claim_action alter column login set default quote_ident(session_user)::regrole::oid;
alter table stipend.request add column login oid;
alter table stipend.request alter column login set default quote_ident(session_user)::regrole::oid;

-- Their successors know exceptions and logins (functions/approval.sql).
drop function if exists stipend.add_event(bigint, text, text);
drop function if exists stipend.require_checker(bigint, name);
