-- Persons: who stands behind a subject's key. The ledger remembers which identifying values each key had, as HMACs under a
-- secret of its own, which keys are one person's, and what two people said about it. Everything counts by numbers of runs,
-- never by a clock: a row with run n is seen by the runs after n, unless n is void.

create table stipend.person_secret (
  one    boolean primary key default true check (one),
  secret bytea not null check (length(secret) = 32)
);
comment on table stipend.person_secret is 'key of the HMACs in person_value; without it they tell nothing';
insert into stipend.person_secret (secret)
  values (sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')));

create table stipend.person_value (
  subject_id text collate "C" not null,
  run        bigint not null check (run > 0),
  kind       text collate "C" not null,
  value      bytea not null,
  state      smallint not null check (state between 0 and 2),
  noted      bigint not null check (noted >= run),
  primary key (subject_id, run, kind, value, state)
);
comment on table stipend.person_value is 'identifying values of persons, from which run on; a value that is known already is not written again';
comment on column stipend.person_value.state is '0 the person''s, 1 seen in a record that was held (kind empty: the key alone), 2 somebody else was seen with it';
comment on column stipend.person_value.noted is 'newest run when the row was written: later than run where it was read from an archived file';
create index person_value_holder on stipend.person_value (value);

create table stipend.person_key (
  key        text collate "C" not null,
  run        bigint not null check (run > 0),
  subject_id text collate "C" not null,
  noted      bigint not null check (noted >= run),
  primary key (key, run, subject_id)
);
comment on table stipend.person_key is 'keys that continue a person: the record said so (formerly=), from that run on';

create table stipend.person_name (
  subject_id text collate "C" not null,
  run        bigint not null check (run > 0),
  key        text collate "C" not null,
  primary key (subject_id, run)
);
comment on table stipend.person_name is 'the key that a person''s record had from that run on, where it is not subject_id';
create index person_name_key on stipend.person_name (key);

create table stipend.person_run (
  run   bigint not null,
  voids int not null check (voids >= 0),
  noted bigint not null,
  primary key (run, voids)
);
comment on table stipend.person_run is 'runs whose persons are in person_value, given that so many runs before them are void';

do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.person_value', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

-- -- two hands --

create table stipend.exception (
  no      bigint primary key check (no > 0),
  actor   name not null,
  alone   boolean not null,
  reason  text not null check (reason <> ''),
  granted_by name not null,
  at      timestamptz not null
);
comment on table stipend.exception is 'who may confirm what he asked for himself; the newest row of a person counts; granted by the owner of the ledger';

create table stipend.request (
  no       bigint primary key check (no > 0),
  kind     text not null,
  payload  text[] not null check (cardinality(payload) % 2 = 0),
  reason   text not null check (reason <> ''),
  document text not null,
  actor    name not null,
  at       timestamptz not null,
  digest   bytea not null check (length(digest) = 32)
);
comment on table stipend.request is 'what somebody asks for; it counts when somebody else confirms it. payload: names and values in turn';

create table stipend.request_event (
  request bigint not null references stipend.request,
  state   text not null check (state in ('confirmed', 'cancelled')),
  run     bigint not null check (run >= 0),
  actor   name not null,
  alone   bigint references stipend.exception,
  note    text not null,
  at      timestamptz not null,
  digest  bytea not null check (length(digest) = 32),
  primary key (request)
);
comment on column stipend.request_event.run is 'the newest run then: what was confirmed counts for the runs after it';
comment on column stipend.request_event.alone is 'the exception by which one person asked and confirmed';

create function stipend.payload_get(p_payload text[], p_name text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_payload[i + 1] from generate_series(1, cardinality(p_payload), 2) i where p_payload[i] = p_name limit 1
$$;

-- What two people said about persons: key is subject_id's (from run on); value: the identity number it has since, which
-- fixes the earlier ones: they were wrong and tell nothing about anybody.
create view stipend.person_word as
select q.no, stipend.payload_get(q.payload, 'key') as key, stipend.payload_get(q.payload, 'person') as subject_id,
       decode(stipend.payload_get(q.payload, 'identity'), 'hex') as value,
       stipend.payload_get(q.payload, 'key') = stipend.payload_get(q.payload, 'old') as fixes,
       stipend.payload_get(q.payload, 'whole') = 'yes' as whole, e.run
from stipend.request q
join stipend.request_event e on e.request = q.no and e.state = 'confirmed'
where q.kind = 'same';

-- Canonical bytes: each text with its length in front.
create function stipend.canonical(variadic p text[]) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(int4send(length(convert_to(x.t, 'UTF8'))) || convert_to(x.t, 'UTF8'), ''::bytea order by x.i), ''::bytea)
  from unnest(p) with ordinality as x (t, i)
$$;

create function stipend.newest_run() returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(max(r.run), 0) from stipend.run r
$$;

create function stipend.require_asker() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not (pg_has_role(session_user, 'stipend_officer', 'member') or pg_has_role(session_user, 'stipend_approver', 'member')) then
    raise exception '% has neither the role officer nor approver', session_user using errcode = '42501';
  end if;
end $$;

-- Adds a request; the same one of the same person, still waiting, is recognised.
create function stipend.request_add(p_kind text, p_payload text[], p_reason text, p_document text, out o_no bigint, out o_already boolean)
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
  insert into stipend.request values (o_no, p_kind, p_payload, p_reason, p_document, session_user, clock_timestamp(),
    sha256(stipend.canonical(variadic array['stipend-request-v1', o_no::text, p_kind, p_reason, p_document, session_user::text] || p_payload)));
end $$;

create function stipend.request_event_add(p_no bigint, p_state text, p_alone bigint, p_note text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint := stipend.newest_run();
begin
  insert into stipend.request_event
    select q.no, p_state, v_run, session_user, p_alone, p_note, clock_timestamp(),
           sha256(q.digest || stipend.canonical('stipend-request-event-v1', p_state, v_run::text, session_user::text, coalesce(p_alone::text, ''), p_note))
    from stipend.request q where q.no = p_no;
end $$;

create function stipend.request_find(p_no bigint) returns stipend.request
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
create function stipend.request_confirm(p_no bigint, p_note text, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.request := stipend.request_find(p_no);
  e stipend.request_event;
  x stipend.exception;
begin
  perform stipend.require_asker();
  select r.* into e from stipend.request_event r where r.request = p_no;
  o_already := coalesce(e.state = 'confirmed' and e.actor = session_user, false);
  if o_already then
    return;
  end if;
  if e.request is not null then
    raise exception 'request % was % by %', p_no, e.state, e.actor using errcode = 'STS01';
  end if;
  if v.actor = session_user then
    select a.* into x from stipend.exception a where a.actor = session_user order by a.no desc limit 1;
    if not coalesce(x.alone, false) then
      raise exception 'request % was made by %, who cannot confirm it', p_no, v.actor using errcode = '42501';
    end if;
  end if;
  perform stipend.request_event_add(p_no, 'confirmed', case when v.actor = session_user then x.no end, p_note);
end $$;

-- By who asked, or by an approver, as long as nobody confirmed it.
create function stipend.request_cancel(p_no bigint, p_note text, out o_already boolean)
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
    raise exception 'request % was % by %', p_no, e.state, e.actor using errcode = 'STS01';
  end if;
  if coalesce(trim(p_note), '') = '' then
    raise exception 'a reason is needed' using errcode = 'STS01';
  end if;
  perform stipend.request_event_add(p_no, 'cancelled', null, p_note);
end $$;

-- For the owner of the ledger alone.
create function stipend.exception_set(p_actor name, p_alone boolean, p_reason text) returns bigint
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

-- -- keys and persons --

-- Whose key it is now: the newest word about it, else the key itself.
create function stipend.person_of(p_key text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select x.subject_id from (
      select k.subject_id, k.run, 0 as said from stipend.person_key k where k.key = p_key and not stipend.is_void(k.run)
      union all
      select w.subject_id, w.run, 1 from stipend.person_word w where w.key = p_key and w.key <> w.subject_id) x
    order by x.run desc, x.said desc limit 1), p_key)
$$;

-- The key that the person's record had in a run.
create function stipend.key_at(p_subject text, p_run bigint) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select n.key from stipend.person_name n where n.subject_id = p_subject and n.run <= p_run
                   order by n.run desc limit 1), p_subject)
$$;

-- Under which name the key's debts stand: its own when it has any, else that of its person.
create function stipend.debtor(p_key text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from stipend.line l where l.subject_id = p_key and l.amount < 0) then p_key
              else stipend.person_of(p_key) end
$$;

create function stipend.person_posted(p_subject text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.line l where l.subject_id = p_subject and not stipend.is_void(l.run));
end $$;

-- Asks that p_key continues the person of p_old; equal: that the person is the same although the identity number changed.
-- What is confirmed is the number for which a run held the record, so that nobody confirms what nobody has seen.
create function stipend.same_request(p_key text, p_old text, p_reason text, p_document text, out o_no bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_person text;
  v_identity bytea;
  v_held bigint;
  v_whole boolean := false;
begin
  perform stipend.require_asker();
  perform from stipend.head for update;
  v_person := stipend.person_of(p_old);
  if not exists (select from stipend.person_value v where v.subject_id = v_person) and not stipend.person_posted(v_person) then
    raise exception 'nobody was ever seen under the key %', p_old using errcode = 'STP01';
  end if;
  if p_key <> p_old and stipend.person_of(p_key) = v_person and v_person <> p_key then
    raise exception '% is % already', p_key, p_old using errcode = 'STP02';
  end if;
  select max(v.run) into v_held from stipend.person_value v where v.subject_id = p_key and v.state = 1 and v.kind = 'identity';
  select v.value into v_identity from stipend.person_value v
    where v.subject_id = p_key and v.state = 1 and v.kind = 'identity' and v.run = v_held limit 1;
  if p_key = p_old and v_identity is null then
    raise exception 'no run has held % for another identity number', p_key using errcode = 'STP03';
  end if;
  if p_key <> v_person and stipend.person_posted(p_key) then
    -- Lines of the key's own are the person's too, unless they are known to be somebody else's.
    v_whole := not exists (select from stipend.person_value a where a.subject_id = p_key and a.kind = 'identity' and a.state = 0)
      or exists (select from stipend.person_value a
                 where a.subject_id = p_key and a.kind = 'identity' and a.state = 0
                   and (a.value = v_identity or exists (select from stipend.person_value b where b.subject_id = v_person
                        and b.kind = 'identity' and b.state = 0 and b.value = a.value)));
  end if;
  select r.o_no, r.o_already into o_no, o_already
    from stipend.request_add('same', array['key', p_key, 'person', v_person, 'old', p_old,
      'identity', coalesce(encode(v_identity, 'hex'), ''), 'whole', case when v_whole then 'yes' else 'no' end], p_reason, p_document) r;
end $$;

-- -- what runs write --

-- Runs that count and whose persons are not collected: those of older programs, and those before which a run became void since.
create view stipend.person_due as
with v as (select r.run, exists (select from stipend.run_event e where e.run = r.run and e.state = 'void')
             or exists (select from stipend.run_overview o where o.run = r.run and o.state = 'draft' and not o.sealed and not o.sealable) as void
           from stipend.run r),
     n as (select v.run, v.void, count(*) filter (where v.void) over (order by v.run rows between unbounded preceding and 1 preceding) as voids
           from v)
select n.run, n.voids::int as voids from n
where not n.void and not exists (select from stipend.person_run c where c.run = n.run and c.voids = n.voids);

-- Rows of the run that is being posted, by who posts it; or of a run that is due, read from its archive.
create function stipend.guard_persons() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint;
begin
  select n.run into v_run from (select distinct x.run, x.noted from added x) n
    left join stipend.run r on r.run = n.run
    left join stipend.run_event e on e.run = n.run and e.seq = 0
    where r.run is null
      or not ((e.run is null and r.created_by = session_user and n.noted = n.run)
              or (n.noted = stipend.newest_run() and exists (select from stipend.person_due d where d.run = n.run))) limit 1;
  if found then
    raise exception 'run % takes no rows', v_run using errcode = 'STS01';
  end if;
  return null;
end $$;

create function stipend.person_lock() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_officer');
  perform from stipend.head for update;
end $$;

-- The persons of a run are complete.
create function stipend.person_done(p_run bigint, p_voids int) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform stipend.require_role('stipend_officer');
  insert into stipend.person_run values (p_run, p_voids, stipend.newest_run()) on conflict do nothing;
end $$;

-- Values of a collected run that somebody else has too: noted with both, so that each is looked at again when he comes.
create function stipend.person_shared(p_run bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_noted bigint := stipend.newest_run();
  v record;
begin
  perform stipend.require_role('stipend_officer');
  for v in select a.value from stipend.person_value a
           where a.state = 0 and a.value in (select b.value from stipend.person_value b where b.run = p_run and b.state = 0)
           group by a.value having count(distinct a.subject_id) > 1 loop
    insert into stipend.person_value
      select a.subject_id, p_run, a.kind, a.value, 2, v_noted from stipend.person_value a
      where a.value = v.value and a.state = 0 group by a.subject_id, a.kind, a.value
      on conflict do nothing;
  end loop;
end $$;

do $$
declare
  t text;
  distributed boolean := exists (select from pg_extension where extname = 'citus');
begin
  foreach t in array array['person_secret', 'person_value', 'person_key', 'person_name', 'person_run', 'exception', 'request', 'request_event'] loop
    if not (distributed and t = 'person_value') then
      execute format('create trigger deny_change before update or delete or truncate on stipend.%I
                      for each statement execute function stipend.deny_change()', t);
      execute format('alter table stipend.%I enable always trigger deny_change', t);
      if t in ('person_value', 'person_key') then
        execute format('create trigger guard_persons after insert on stipend.%I referencing new table as added
                        for each statement execute function stipend.guard_persons()', t);
        execute format('alter table stipend.%I enable always trigger guard_persons', t);
      end if;
    end if;
  end loop;
end $$;
create trigger guard_open_run after insert on stipend.person_name referencing new table as added
  for each statement execute function stipend.guard_open_run();
alter table stipend.person_name enable always trigger guard_open_run;

-- Whether two people said since a run who somebody is: then the same inputs may give something else.
create function stipend.said_since(p_run bigint) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from stipend.person_word w where w.run >= p_run)
$$;

-- As before, and a run whose persons are others by now is not done already.
create or replace function stipend.run_begin(p_scheme text, p_period date, p_as_of date, p_records bytea, p_rules bytea,
                                             p_engine text, p_nowait boolean, out o_run bigint, out o_already boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_scheme int;
  v_last stipend.run;
begin
  perform stipend.require_role('stipend_officer');
  if p_nowait then
    perform from stipend.head for update nowait;
  else
    perform from stipend.head for update;
  end if;
  select s.number into v_scheme from stipend.scheme s where s.id = p_scheme;
  if v_scheme is null then
    raise exception 'scheme % is not registered', p_scheme using errcode = 'STD01';
  end if;
  select r.* into v_last from stipend.run r
    where r.scheme = v_scheme and not stipend.is_void(r.run) order by r.run desc limit 1;
  o_already := coalesce((v_last.period, v_last.as_of, v_last.records, v_last.rules, v_last.engine)
                        = (p_period, p_as_of, p_records, p_rules, p_engine), false)
               and not stipend.voided_since(v_last.run) and not stipend.said_since(v_last.run);
  if o_already then
    o_run := v_last.run;
    return;
  end if;
  select coalesce(max(r.run), 0) + 1 into o_run from stipend.run r;
  -- A draft that could not be sealed (a guard did not hold, nobody accepted it) gives way to the next run, which posts what is then due:
  -- otherwise the corrected run would find everything posted already, by lines that nobody can pay.
  insert into stipend.run_event (run, seq, state, actor, at, note)
    select o.run, stipend.next_event(o.run), 'void', session_user, clock_timestamp(), format('not sealed, replaced by run %s', o_run)
    from stipend.run_overview o -- sealable: 0002
    where o.scheme = p_scheme and o.state = 'draft' and not o.sealed and not o.sealable;
  insert into stipend.run values (o_run, v_scheme, p_period, p_as_of, p_records, p_rules, p_engine,
                                  session_user, clock_timestamp());
end $$;

revoke all on function stipend.payload_get(text[], text), stipend.canonical(text[]), stipend.newest_run(), stipend.require_asker(),
  stipend.request_add(text, text[], text, text), stipend.request_event_add(bigint, text, bigint, text), stipend.request_find(bigint),
  stipend.request_confirm(bigint, text), stipend.request_cancel(bigint, text), stipend.exception_set(name, boolean, text),
  stipend.said_since(bigint), stipend.person_of(text), stipend.key_at(text, bigint), stipend.debtor(text), stipend.person_posted(text), stipend.same_request(text, text, text, text),
  stipend.guard_persons(), stipend.person_lock(), stipend.person_done(bigint, int), stipend.person_shared(bigint) from public;
grant select on stipend.person_secret, stipend.person_value, stipend.person_key, stipend.person_name, stipend.person_run,
  stipend.person_due, stipend.person_word, stipend.exception, stipend.request, stipend.request_event
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant execute on function stipend.payload_get(text[], text), stipend.newest_run(), stipend.said_since(bigint), stipend.person_of(text), stipend.key_at(text, bigint),
  stipend.debtor(text) to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.person_value, stipend.person_key, stipend.person_name to stipend_officer;
grant execute on function stipend.guard_persons(), stipend.person_lock(), stipend.person_done(bigint, int), stipend.person_shared(bigint) to stipend_officer;
grant execute on function stipend.same_request(text, text, text, text), stipend.request_confirm(bigint, text) to stipend_officer, stipend_approver;
grant execute on function stipend.request_cancel(bigint, text) to stipend_officer, stipend_approver;
