-- Hands: who has which role, and what may be done to a run that was posted. Each step takes its actor from the login;
-- no role may insert into run_event itself.

create or replace function stipend.require_role(p_role text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not pg_has_role(session_user, p_role, 'usage') then
    raise exception '% has not the role %', session_user, p_role using errcode = '42501';
  end if;
end $$;

create or replace function stipend.require_asker() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not (pg_has_role(session_user, 'stipend_officer', 'usage') or pg_has_role(session_user, 'stipend_approver', 'usage')) then
    raise exception '% has neither the role officer nor approver', session_user using errcode = '42501';
  end if;
end $$;

create or replace function stipend.require_checker(p_run bigint, p_maker name) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_approver');
  if p_maker = session_user then
    raise exception 'run % was calculated by %, who cannot approve it', p_run, p_maker using errcode = 'STH01';
  end if;
end $$;

-- Locks the run (every run: there is one lock) and returns its row; knows of no run that was not posted.
create or replace function stipend.lock_run(p_run bigint) returns stipend.run_overview
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

create or replace function stipend.add_event(p_run bigint, p_state text, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into stipend.run_event (run, seq, state, actor, at, note)
    values (p_run, stipend.next_event(p_run), p_state, session_user, clock_timestamp(), p_note);
end $$;

-- Whether this very step was already taken by the same person: the answer of a first try may have been lost.
create or replace function stipend.is_repeat(p_run bigint, p_state text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run_event e
                 where e.run = p_run and e.state = p_state and e.actor = session_user);
end $$;

-- Guards of the scheme that did not hold are accepted by name, all of them, by the one who approves.
create or replace function stipend.run_accept(p_run bigint, p_accept text) returns void
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

create or replace function stipend.run_approve(p_run bigint, p_note text) returns void
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
create or replace function stipend.run_void(p_run bigint, p_reason text) returns void
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

create or replace function stipend.run_pay_step(p_run bigint, p_from text, p_to text, p_note text) returns void
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

create or replace function stipend.run_release(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.run_pay_step(p_run, 'approved', 'released', p_note);
end $$;

create or replace function stipend.run_settle(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.run_pay_step(p_run, 'released', 'settled', p_note);
end $$;
