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

-- Whether somebody is who speaks: by the name, or by the number of the login, which a new name does not change.
create or replace function stipend.is_me(p_name name, p_login oid) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_name = session_user or coalesce(p_login = quote_ident(session_user)::regrole::oid, false)
$$;

-- The exception by which who speaks may do alone what takes several people; null: there is none. The newest counts.
create or replace function stipend.alone() returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select x.no from (select a.no, a.alone from stipend.exception a where a.actor = session_user order by a.no desc limit 1) x where x.alone
$$;

-- One calculates, another approves: returns the exception when who speaks did both.
create or replace function stipend.require_checker(p_run bigint) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_alone bigint := stipend.alone();
  v stipend.run;
begin
  perform stipend.require_role('stipend_approver');
  select r.* into v from stipend.run r where r.run = p_run;
  if not stipend.is_me(v.created_by, v.maker) then
    return null;
  end if;
  if v_alone is null then
    raise exception 'run % was calculated by %, who cannot approve it', p_run, v.created_by using errcode = 'STH01';
  end if;
  return v_alone;
end $$;

-- A third one releases.
create or replace function stipend.require_payer(p_run bigint) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_alone bigint := stipend.alone();
  v record;
begin
  perform stipend.require_role('stipend_payer');
  for v in select 'calculated' as did, r.created_by as who, r.maker as login from stipend.run r where r.run = p_run
           union all
           select 'approved', e.actor, e.login from stipend.run_event e where e.run = p_run and e.state = 'approved' loop
    continue when not stipend.is_me(v.who, v.login);
    if v_alone is null then
      raise exception 'run % was % by %, who cannot release it', p_run, v.did, v.who using errcode = 'STH02';
    end if;
    return v_alone;
  end loop;
  return null;
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

create or replace function stipend.add_event(p_run bigint, p_state text, p_note text, p_alone bigint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into stipend.run_event (run, seq, state, actor, at, note, alone)
    values (p_run, stipend.next_event(p_run), p_state, session_user, clock_timestamp(), p_note, p_alone);
end $$;

-- Whether this very step was already taken by the same person: the answer of a first try may have been lost.
create or replace function stipend.is_repeat(p_run bigint, p_state text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run_event e
                 where e.run = p_run and e.state = p_state and stipend.is_me(e.actor, e.login));
end $$;

-- Guards of the scheme that did not hold are accepted by name, all of them, by the one who approves.
create or replace function stipend.run_accept(p_run bigint, p_accept text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_alone bigint := stipend.require_checker(p_run);
  v_guard text;
begin
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
  perform stipend.add_event(p_run, 'accepted', v.guards, v_alone);
end $$;

-- Drafts of a scheme are approved in their order: each was calculated on what the ones before it posted.
create or replace function stipend.run_approve(p_run bigint, p_note text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_alone bigint := stipend.require_checker(p_run);
  v_older bigint;
begin
  if v.state = 'approved' and stipend.is_repeat(p_run, 'approved') then
    return;
  end if;
  if v.state <> 'draft' then
    raise exception 'run % is %, not a draft', p_run, v.state using errcode = 'STS01';
  end if;
  if not v.sealed then
    raise exception 'run % is not sealed', p_run using errcode = 'STS01';
  end if;
  select min(o.run) into v_older from stipend.run_overview o where o.scheme = v.scheme and o.run < p_run and o.state = 'draft';
  if v_older is not null then
    raise exception 'run % was calculated on run %, a draft of the scheme that nobody approved', p_run, v_older using errcode = 'STS02';
  end if;
  perform stipend.add_event(p_run, 'approved', p_note, v_alone);
end $$;

-- By an approver, or by the one who made it as long as it is a draft.
create or replace function stipend.run_void(p_run bigint, p_reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
begin
  if not (v.state in ('draft', 'void') and exists (select from stipend.run r where r.run = p_run and stipend.is_me(r.created_by, r.maker))) then
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
  perform stipend.add_event(p_run, 'void', p_reason, null);
end $$;

create or replace function stipend.run_pay_step(p_run bigint, p_from text, p_to text, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_alone bigint;
begin
  perform stipend.require_role('stipend_payer');
  if v.state = p_to and stipend.is_repeat(p_run, p_to) then
    return;
  end if;
  if v.state <> p_from then
    raise exception 'run % is %, not %', p_run, v.state, p_from using errcode = 'STS01';
  end if;
  if p_to = 'released' then
    v_alone := stipend.require_payer(p_run);
  end if;
  perform stipend.add_event(p_run, p_to, p_note, v_alone);
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
