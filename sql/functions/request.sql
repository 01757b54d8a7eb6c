-- Two hands, one form: what somebody asks for counts when somebody else confirms it.

-- Adds a request; the same one of the same person, still waiting, is recognised.
create or replace function stipend.request_add(p_kind text, p_payload text[], p_reason text, p_document text, out o_no bigint, out o_already boolean)
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform from stipend.head for update;
  if coalesce(trim(p_reason), '') = '' then
    raise exception 'a reason is needed' using errcode = 'STS01';
  end if;
  select q.no into o_no from stipend.request q
    where (q.kind, q.payload, q.reason, q.document, q.actor) = (p_kind, p_payload, p_reason, p_document, session_user)
      and not exists (select from stipend.request_event e where e.request = q.no);
  o_already := o_no is not null;
  if o_already then
    return;
  end if;
  select coalesce(max(q.no), 0) + 1 into o_no from stipend.request q;
  insert into stipend.request (no, kind, payload, reason, document, actor, at, digest) values (o_no, p_kind, p_payload, p_reason, p_document, session_user, clock_timestamp(),
    sha256(stipend.canonical(variadic array['stipend-request-v1', o_no::text, p_kind, p_reason, p_document, session_user::text] || p_payload)));
end $$;

create or replace function stipend.request_event_add(p_no bigint, p_state text, p_alone bigint, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint := stipend.newest_run();
begin
  insert into stipend.request_event
    select q.no, p_state, v_run, session_user, p_alone, p_note, clock_timestamp(),
           sha256(q.digest || stipend.canonical('stipend-request-event-v1', p_state, v_run::text, session_user::text, coalesce(p_alone::text, ''), p_note))
    from stipend.request q where q.no = p_no;
end $$;

create or replace function stipend.request_find(p_no bigint) returns stipend.request
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.request;
begin
  perform from stipend.head for update;
  select q.* into v from stipend.request q where q.no = p_no;
  if v.no is null then
    raise exception 'there is no request %', p_no using errcode = 'STQ01';
  end if;
  return v;
end $$;

-- By somebody else than who asked; by the same person only where the owner of the ledger granted it.
create or replace function stipend.request_confirm(p_no bigint, p_note text, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.request := stipend.request_find(p_no);
  e stipend.request_event;
  v_alone bigint := stipend.alone();
begin
  perform stipend.require_asker();
  select r.* into e from stipend.request_event r where r.request = p_no;
  o_already := coalesce(e.state = 'confirmed' and e.actor = session_user, false);
  if o_already then
    return;
  end if;
  if e.request is not null then
    raise exception 'request % was % by %', p_no, e.state, e.actor using errcode = 'STQ02';
  end if;
  if stipend.is_me(v.actor, v.login) and v_alone is null then
    raise exception 'request % was made by %, who cannot confirm it', p_no, v.actor using errcode = 'STH01';
  end if;
  if v.kind = 'same' then
    perform stipend.same_still(p_no, v.payload);
  end if;
  perform stipend.request_event_add(p_no, 'confirmed', case when stipend.is_me(v.actor, v.login) then v_alone end, p_note);
end $$;

-- By who asked, or by an approver, as long as nobody confirmed it.
create or replace function stipend.request_cancel(p_no bigint, p_note text, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.request := stipend.request_find(p_no);
  e stipend.request_event;
begin
  if v.actor <> session_user then
    perform stipend.require_role('stipend_approver');
  end if;
  select r.* into e from stipend.request_event r where r.request = p_no;
  o_already := coalesce(e.state = 'cancelled' and e.actor = session_user, false);
  if o_already then
    return;
  end if;
  if e.request is not null then
    raise exception 'request % was % by %', p_no, e.state, e.actor using errcode = 'STQ02';
  end if;
  if coalesce(trim(p_note), '') = '' then
    raise exception 'a reason is needed' using errcode = 'STS01';
  end if;
  perform stipend.request_event_add(p_no, 'cancelled', null, p_note);
end $$;

-- For the owner of the ledger alone.
create or replace function stipend.exception_set(p_actor name, p_alone boolean, p_reason text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_no bigint;
begin
  if not pg_has_role(session_user, (select n.nspowner from pg_namespace n where n.nspname = 'stipend'), 'member') then
    raise exception '% is not the owner of the ledger', session_user using errcode = '42501';
  end if;
  if not exists (select from pg_roles r where r.rolname = p_actor) then
    raise exception 'there is no user %', p_actor using errcode = 'STQ01';
  end if;
  perform from stipend.head for update;
  select coalesce(max(a.no), 0) + 1 into v_no from stipend.exception a;
  insert into stipend.exception values (v_no, p_actor, p_alone, p_reason, session_user, clock_timestamp());
  return v_no;
end $$;
