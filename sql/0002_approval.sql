-- Hands and states: who calculated a run cannot approve it. Each step is a function that takes the actor
-- from the login; no role may insert into run_event itself.

alter table stipend.run_event drop constraint run_event_state_check;
alter table stipend.run_event add constraint run_event_state_check
  check (state in ('draft', 'accepted', 'sealed', 'approved', 'released', 'settled', 'void'));
comment on column stipend.run_event.note is
  'draft: guards of the scheme that did not hold, comma separated; accepted: those accepted; otherwise the actor''s words';

create or replace view stipend.run_overview as
select r.run, s.id as scheme, s.currency, r.period, r.as_of, r.records, r.rules, r.engine, r.created_by, r.created_at,
       d.lines, d.total, d.controls_ok, x.root, x.prev_digest, x.digest, x.run is not null as sealed,
       coalesce((select e.state from stipend.run_event e
                 where e.run = r.run and e.state in ('approved', 'released', 'settled', 'void')
                 order by e.seq desc limit 1), 'draft') as state,
       d.note as guards, d.controls_ok or a.run is not null as sealable, p.actor as approved_by
from stipend.run r
join stipend.scheme s on s.number = r.scheme
join stipend.run_event d on d.run = r.run and d.state = 'draft'
left join stipend.run_event a on a.run = r.run and a.state = 'accepted'
left join stipend.run_event x on x.run = r.run and x.state = 'sealed'
left join stipend.run_event p on p.run = r.run and p.state = 'approved';

-- Locks the run (every run: there is one lock) and returns its row; knows of no run that was not posted.
create function stipend.lock_run(p_run bigint) returns stipend.run_overview
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview;
begin
  perform from stipend.head for update;
  select o.* into v from stipend.run_overview o where o.run = p_run;
  if v.run is null then
    raise exception 'there is no run %', p_run using errcode = 'STU01';
  end if;
  return v;
end $$;

create function stipend.add_event(p_run bigint, p_state text, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into stipend.run_event (run, seq, state, actor, at, note)
    values (p_run, stipend.next_event(p_run), p_state, session_user, clock_timestamp(), p_note);
end $$;

-- Whether this very step was already taken by the same person: the answer of a first try may have been lost.
create function stipend.is_repeat(p_run bigint, p_state text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run_event e
                 where e.run = p_run and e.state = p_state and e.actor = session_user);
end $$;

create function stipend.require_checker(p_run bigint, p_maker name) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_approver');
  if p_maker = session_user then
    raise exception 'run % was calculated by %, who cannot approve it', p_run, p_maker using errcode = '42501';
  end if;
end $$;

-- Guards of the scheme that did not hold are accepted by name, all of them, by the one who approves.
create function stipend.run_accept(p_run bigint, p_accept text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_guard text;
begin
  perform stipend.require_checker(p_run, v.created_by);
  if v.sealable then
    return;
  end if;
  if v.state <> 'draft' then
    raise exception 'run % is %', p_run, v.state using errcode = 'STS01';
  end if;
  foreach v_guard in array string_to_array(v.guards, ',') loop
    if not v_guard = any (string_to_array(p_accept, ',')) then
      raise exception 'run % did not pass the guard %', p_run, v_guard using errcode = 'STG01';
    end if;
  end loop;
  perform stipend.add_event(p_run, 'accepted', v.guards);
end $$;

create function stipend.run_approve(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
begin
  perform stipend.require_checker(p_run, v.created_by);
  if v.state = 'approved' and stipend.is_repeat(p_run, 'approved') then
    return;
  end if;
  if v.state <> 'draft' then
    raise exception 'run % is %, not a draft', p_run, v.state using errcode = 'STS01';
  end if;
  if not v.sealed then
    raise exception 'run % is not sealed', p_run using errcode = 'STS01';
  end if;
  perform stipend.add_event(p_run, 'approved', p_note);
end $$;

-- By an approver, or by the one who made it as long as it is a draft.
create function stipend.run_void(p_run bigint, p_reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
begin
  if not (v.state in ('draft', 'void') and v.created_by = session_user) then
    perform stipend.require_role('stipend_approver');
  end if;
  if v.state = 'void' and stipend.is_repeat(p_run, 'void') then
    return;
  end if;
  if v.state not in ('draft', 'approved') then
    raise exception 'run % is %, it can no longer be made void', p_run, v.state using errcode = 'STS01';
  end if;
  if coalesce(trim(p_reason), '') = '' then
    raise exception 'a reason is needed to make run % void', p_run using errcode = 'STS01';
  end if;
  perform stipend.add_event(p_run, 'void', p_reason);
end $$;

create function stipend.run_pay_step(p_run bigint, p_from text, p_to text, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
begin
  perform stipend.require_role('stipend_payer');
  if v.state = p_to and stipend.is_repeat(p_run, p_to) then
    return;
  end if;
  if v.state <> p_from then
    raise exception 'run % is %, not %', p_run, v.state, p_from using errcode = 'STS01';
  end if;
  perform stipend.add_event(p_run, p_to, p_note);
end $$;

create function stipend.run_release(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.run_pay_step(p_run, 'approved', 'released', p_note);
end $$;

create function stipend.run_settle(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.run_pay_step(p_run, 'released', 'settled', p_note);
end $$;

-- As before, and: a run whose guards did not hold is sealed only when they were accepted, a void run never.
create or replace function stipend.run_seal(p_run bigint, p_root bytea, p_prev bytea, p_digest bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_lines bigint;
  v_total bigint;
  v_max bigint;
begin
  if not (pg_has_role(session_user, 'stipend_officer', 'member')
          or pg_has_role(session_user, 'stipend_approver', 'member')) then
    raise exception '% may not seal a run', session_user using errcode = '42501';
  end if;
  if v.sealed and v.root = p_root then
    return; -- somebody else finished the same job
  end if;
  if v.sealed or v.state = 'void' then
    raise exception 'run % is %', p_run, case when v.sealed then 'sealed' else 'void' end using errcode = 'STS01';
  end if;
  if not v.sealable then
    raise exception 'run % did not pass the guard %', p_run, v.guards using errcode = 'STG01';
  end if;
  if stipend.chain_head() <> p_prev then
    raise exception 'another run was sealed meanwhile' using errcode = 'STB01';
  end if;
  select count(*), coalesce(sum(l.amount), 0), coalesce(max(l.line_no), 0)
    into v_lines, v_total, v_max from stipend.line l where l.run = p_run;
  if (v_lines, v_total, v_max) is distinct from (v.lines, v.total, v.lines) then
    raise exception 'run % has % lines with a sum of %, posted were % with %', p_run, v_lines, v_total,
      v.lines, v.total using errcode = 'STM01';
  end if;
  if exists (select from stipend.posting_differences(p_run)) then -- 0004
    raise exception 'the general ledger of run % differs from its lines', p_run using errcode = 'STM01';
  end if;
  insert into stipend.run_event (run, seq, state, actor, at, root, prev_digest, digest)
    values (p_run, stipend.next_event(p_run), 'sealed', session_user, clock_timestamp(), p_root, p_prev, p_digest);
end $$;

revoke all on function stipend.lock_run(bigint), stipend.add_event(bigint, text, text),
  stipend.is_repeat(bigint, text), stipend.require_checker(bigint, name), stipend.run_accept(bigint, text),
  stipend.run_approve(bigint, text), stipend.run_void(bigint, text), stipend.run_release(bigint, text),
  stipend.run_settle(bigint, text), stipend.run_pay_step(bigint, text, text, text) from public;
grant execute on function stipend.run_accept(bigint, text), stipend.run_approve(bigint, text) to stipend_approver;
grant execute on function stipend.run_void(bigint, text) to stipend_approver, stipend_officer;
grant execute on function stipend.run_release(bigint, text), stipend.run_settle(bigint, text) to stipend_payer;
