-- What each run called its scheme and its benefits. A benefit keeps its number for ever, whatever people call it;
-- the first id stands in stipend.scheme and stipend.benefit, and in the sealed bytes of every line.

create table stipend.run_name (
  run     bigint not null,
  benefit int not null,
  id      text collate "C" not null check (id <> ''),
  primary key (run, benefit)
);
comment on table stipend.run_name is 'the ids that the scheme.xml of a run gave; runs without rows used the first ids';
comment on column stipend.run_name.benefit is 'the number of the benefit; 0: the scheme itself';

create index run_name_scheme on stipend.run_name (id) where benefit = 0;

create trigger deny_change before update or delete or truncate on stipend.run_name
  for each statement execute function stipend.deny_change();
alter table stipend.run_name enable always trigger deny_change;
create trigger guard_open_run after insert on stipend.run_name referencing new table as added
  for each statement execute function stipend.guard_open_run();
alter table stipend.run_name enable always trigger guard_open_run;

grant select on stipend.run_name to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.run_name to stipend_officer;

-- The numbers that a name was ever used for, by runs that are not void or as the first id.
create function stipend.benefits_named(p_id text) returns setof int
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select b.number from stipend.benefit b where b.id = p_id
    union
    select n.benefit from stipend.run_name n where n.id = p_id and n.benefit > 0 and not stipend.is_void(n.run);
end $$;

-- The first id of the scheme that is or was called so; the name itself when there is none.
create function stipend.scheme_named(p_id text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    (select s.id from stipend.run_name n join stipend.run r on r.run = n.run join stipend.scheme s on s.number = r.scheme
     where n.id = p_id and n.benefit = 0 and not stipend.is_void(n.run) order by n.run desc limit 1), p_id);
end $$;

-- Posted keys of which no rule speaks are nobody's to accept: rules must say what is due for them.
create function stipend.guard_accept() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.state = 'accepted' and exists (select from stipend.run_event d where d.run = new.run and d.state = 'draft'
      and 'keys-without-rule' = any (string_to_array(d.note, ','))) then
    raise exception 'run % leaves posted keys of which no rule speaks: nobody can accept that', new.run using errcode = 'STS01';
  end if;
  return new;
end $$;
create trigger guard_accept before insert on stipend.run_event for each row execute function stipend.guard_accept();
alter table stipend.run_event enable always trigger guard_accept;

revoke all on function stipend.guard_accept(), stipend.benefits_named(text), stipend.scheme_named(text) from public;
grant execute on function stipend.benefits_named(text), stipend.scheme_named(text)
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
