-- What stands guard over rows, on every table: a table made by a later migration is guarded without a word here.
-- Citus refuses triggers on distributed tables; there the rights alone stand guard.

do $$
declare
  t text;
  apart text[] := case when exists (select from pg_extension where extname = 'citus')
    then array['line', 'assessment', 'settlement', 'repayment', 'person_value', 'line_origin'] else '{}' end;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'stipend'::regnamespace and c.relkind = 'r' order by 1 loop
    if not t = any (apart) then
      execute format('create or replace trigger deny_change before update or delete or truncate on stipend.%I
                      for each statement execute function stipend.deny_change()', t);
      execute format('alter table stipend.%I enable always trigger deny_change', t);
    end if;
  end loop;
  foreach t in array array['line', 'assessment', 'finding', 'run_source', 'posting', 'settlement', 'run_name', 'run_input', 'person_name',
                           'run_funding', 'line_origin'] loop
    if not t = any (apart) then
      execute format('create or replace trigger guard_open_run after insert on stipend.%I referencing new table as added
                      for each statement execute function stipend.guard_open_run()', t);
      execute format('alter table stipend.%I enable always trigger guard_open_run', t);
    end if;
  end loop;
  foreach t in array array['person_value', 'person_key'] loop
    if not t = any (apart) then
      execute format('create or replace trigger guard_persons after insert on stipend.%I referencing new table as added
                      for each statement execute function stipend.guard_persons()', t);
      execute format('alter table stipend.%I enable always trigger guard_persons', t);
    end if;
  end loop;
  foreach t in array array['run_event', 'claim_action'] loop
    execute format('create or replace trigger a_stamp_newest before insert on stipend.%I
                    for each row execute function stipend.stamp_newest()', t);
    execute format('alter table stipend.%I enable always trigger a_stamp_newest', t);
  end loop;
end $$;

do $$
declare
  t text;
begin
  foreach t in array array['scheme', 'benefit', 'run_event', 'exception', 'request', 'request_event'] loop
    execute format('create or replace trigger link_row after insert on stipend.%I
                    for each row execute function stipend.link_row()', t);
    execute format('alter table stipend.%I enable always trigger link_row', t);
  end loop;
  -- Those of the run that is being posted are in its first event.
  create or replace trigger link_row after insert on stipend.person_run
    for each row when (new.noted > new.run) execute function stipend.link_row();
  alter table stipend.person_run enable always trigger link_row;
  perform stipend.link_carry();
end $$;

create or replace trigger guard_claims before insert on stipend.run_event for each row
  when (new.state in ('sealed', 'void')) execute function stipend.guard_claims();
alter table stipend.run_event enable always trigger guard_claims;
create or replace trigger guard_accept before insert on stipend.run_event
  for each row execute function stipend.guard_accept();
alter table stipend.run_event enable always trigger guard_accept;

create or replace trigger guard_source before insert on stipend.source
  for each row execute function stipend.guard_source();
alter table stipend.source enable always trigger guard_source;
create or replace trigger guard_source before insert on stipend.source_part
  for each row execute function stipend.guard_source();
alter table stipend.source_part enable always trigger guard_source;
drop trigger if exists check_source on stipend.source_part;
create constraint trigger check_source after insert on stipend.source_part
  deferrable initially deferred for each row execute function stipend.check_source();
alter table stipend.source_part enable always trigger check_source;

drop trigger if exists check_posted on stipend.run;
create constraint trigger check_posted after insert on stipend.run
  deferrable initially deferred for each row execute function stipend.check_posted();
alter table stipend.run enable always trigger check_posted;

drop trigger if exists check_entry on stipend.posting;
create constraint trigger check_entry after insert on stipend.posting
  deferrable initially deferred for each row execute function stipend.check_entry();
alter table stipend.posting enable always trigger check_entry;
