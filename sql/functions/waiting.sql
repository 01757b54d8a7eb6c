-- Who holds what somebody waits for; and an end to sessions that hold it without getting on.

-- How long a session may hold what others wait for: without doing anything, and at all. A run of the program speaks to the
-- server every 20 seconds; one of a million people takes a minute.
create or replace function stipend.idle_limit() returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select interval '5 minutes'
$$;

create or replace function stipend.hold_limit() returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select interval '6 hours'
$$;

-- The session at the end of the chain that a session waits in: the one that waits for nobody.
create or replace function stipend.end_of_chain(p_pid int) returns int
language sql volatile set search_path = pg_catalog, pg_temp as $$
  with recursive chain (pid, depth) as (
    select b, 1 from unnest(pg_blocking_pids(p_pid)) b
    union
    select b, c.depth + 1 from chain c, unnest(pg_blocking_pids(c.pid)) b where c.depth < 6)
  select c.pid from chain c order by cardinality(pg_blocking_pids(c.pid)), c.depth desc, c.pid limit 1
$$;

-- Whether a session makes no progress: it waits for its own client or sleeps, or holds on for too long. 'idle', 'long', or
-- '' when it gets on, holds nothing of the ledger that could be in the way of a writer, or cannot be looked at.
create or replace function stipend.stuck(p_pid int) returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
  select coalesce((
    select case
        when (a.wait_event_type = 'Client' or a.wait_event = 'PgSleep')
          and a.state_change < clock_timestamp() - stipend.idle_limit() then 'idle'
        when a.xact_start < clock_timestamp() - stipend.hold_limit() then 'long'
      end
    from pg_stat_activity a
    where a.pid = p_pid and a.datname = current_database()
      and exists (select from pg_locks k join pg_class c on c.oid = k.relation
                  where k.pid = a.pid and k.granted and k.mode <> 'AccessShareLock'
                    and k.database = a.datid and c.relnamespace = 'stipend'::regnamespace)), '')
$$;

-- Writes down who is ended, then ends the session; false when this login may not, or somebody else is at it.
create or replace function stipend.end_session(p_pid int, p_why text) returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
  if not pg_try_advisory_xact_lock(7310293873) then
    return false;
  end if;
  insert into stipend.ended (no, actor, login, program, session, since, why)
    select (select coalesce(max(e.no), 0) + 1 from stipend.ended e), session_user, a.usename, a.application_name, a.pid,
           a.xact_start, p_why
    from pg_stat_activity a where a.pid = p_pid;
  if not found or not pg_terminate_backend(p_pid) then
    raise no_data_found;
  end if;
  return true;
exception when insufficient_privilege or no_data_found then
  return false;
end $$;

-- For a session of one's own that waits: who holds what it needs. Ends that session when it makes no progress.
create or replace function stipend.waited_for(p_pid int, out o_blocked boolean, out o_pid int, out o_login text, out o_program text,
                                              out o_since text, out o_stuck text, out o_ended boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  o_blocked := exists (select from pg_stat_activity a where a.pid = p_pid and a.usename = session_user)
    and cardinality(pg_blocking_pids(p_pid)) > 0;
  o_stuck := '';
  o_ended := false;
  if not o_blocked then
    return;
  end if;
  o_pid := stipend.end_of_chain(p_pid);
  select a.usename, a.application_name, to_char(a.xact_start at time zone 'UTC', 'HH24:MI:SS')
    into o_login, o_program, o_since from pg_stat_activity a where a.pid = o_pid;
  o_stuck := stipend.stuck(o_pid);
  o_ended := o_stuck <> '' and stipend.end_session(o_pid, o_stuck);
end $$;
