-- The chain: the canonical bytes of what decides, and the links over them. Integers, dates and times go in as PostgreSQL
-- sends them (big-endian; microseconds since 2000), texts as UTF-8, all with their length in front: nothing is formatted.

create or replace function stipend.field_text(p text) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(int4send(octet_length(convert_to(p, 'UTF8'))) || convert_to(p, 'UTF8'), '\xffffffff'::bytea)
$$;

create or replace function stipend.field_bytes(p bytea) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(int4send(octet_length(p)) || p, '\xffffffff'::bytea)
$$;

create or replace function stipend.field_int(p bigint) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(int4send(8) || int8send(p), '\xffffffff'::bytea)
$$;

create or replace function stipend.field_bool(p boolean) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_int(p::int::bigint)
$$;

create or replace function stipend.field_date(p date) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_bytes(date_send(p))
$$;

create or replace function stipend.field_time(p timestamptz) returns bytea
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_bytes(timestamptz_send(p))
$$;

-- -- bodies: a row and what belongs to it --

create or replace function stipend.run_body(p_run bigint) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_int(r.run) || stipend.field_int(r.scheme) || stipend.field_date(r.period) || stipend.field_date(r.as_of) || stipend.field_bytes(r.records)
      || stipend.field_bytes(r.rules) || stipend.field_text(r.engine) || stipend.field_text(r.created_by::text) || stipend.field_int(r.maker::bigint) || stipend.field_time(r.created_at)
      || coalesce((select string_agg(stipend.field_text(p.part) || stipend.field_int(p.items) || stipend.field_bytes(p.digest), ''::bytea order by p.part)
                   from stipend.run_part p where p.run = r.run), ''::bytea)
  from stipend.run r where r.run = p_run
$$;

create or replace function stipend.event_body(e stipend.run_event) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-event-v1') || stipend.field_int(e.run) || stipend.field_int(e.seq) || stipend.field_text(e.state)
      || stipend.field_text(e.actor::text) || stipend.field_time(e.at) || stipend.field_text(e.note) || stipend.field_int(e.lines) || stipend.field_int(e.total)
      || stipend.field_bool(e.controls_ok) || stipend.field_bytes(e.root) || stipend.field_bytes(e.settlements) || stipend.field_int(e.bookings)
      || stipend.field_bytes(e.bookings_head) || stipend.field_bytes(e.prev_digest) || stipend.field_bytes(e.digest) || stipend.field_int(e.newest)
      || stipend.field_int(e.login::bigint) || stipend.field_int(e.alone)
      || case when e.state = 'draft' then coalesce(stipend.run_body(e.run), ''::bytea) else ''::bytea end
$$;

create or replace function stipend.claim_body(a stipend.claim_action) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-claim-v1') || stipend.field_int(a.no) || stipend.field_text(a.kind) || stipend.field_int(a.target) || stipend.field_int(a.scheme)
      || stipend.field_text(a.subject_id) || stipend.field_int(a.amount) || stipend.field_date(a.date) || stipend.field_text(a.note)
      || stipend.field_text(a.actor::text) || stipend.field_int(a.login::bigint) || stipend.field_time(a.at) || stipend.field_text(a.receipt) || stipend.field_int(a.newest)
      || coalesce((select string_agg(stipend.field_text(r.subject_id) || stipend.field_int(r.benefit) || stipend.field_text(r.occasion) || stipend.field_int(r.seq)
                       || stipend.field_int(r.amount) || stipend.field_bool(r.writeoff) || stipend.field_time(r.at), ''::bytea
                       order by r.subject_id, r.benefit, r.occasion, r.seq)
                   from stipend.repayment r where r.action = a.no), ''::bytea)
$$;

create or replace function stipend.request_body(q stipend.request) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-request-v2') || stipend.field_int(q.no) || stipend.field_text(q.kind) || stipend.field_bytes(stipend.canonical(variadic q.payload))
      || stipend.field_text(q.reason) || stipend.field_text(q.document) || stipend.field_text(q.actor::text) || stipend.field_int(q.login::bigint) || stipend.field_time(q.at) || stipend.field_bytes(q.digest)
$$;

create or replace function stipend.answer_body(e stipend.request_event) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-request-event-v2') || stipend.field_int(e.request) || stipend.field_text(e.state) || stipend.field_int(e.run)
      || stipend.field_text(e.actor::text) || stipend.field_int(e.alone) || stipend.field_text(e.note) || stipend.field_time(e.at) || stipend.field_bytes(e.digest)
$$;

create or replace function stipend.exception_body(x stipend.exception) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-exception-v1') || stipend.field_int(x.no) || stipend.field_text(x.actor::text) || stipend.field_bool(x.alone)
      || stipend.field_text(x.reason) || stipend.field_text(x.granted_by::text) || stipend.field_time(x.at)
$$;

create or replace function stipend.scheme_body(s stipend.scheme) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-scheme-v1') || stipend.field_int(s.number) || stipend.field_text(s.id) || stipend.field_text(s.title) || stipend.field_text(s.currency)
$$;

create or replace function stipend.benefit_body(b stipend.benefit) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-benefit-v1') || stipend.field_int(b.number) || stipend.field_int(b.scheme) || stipend.field_text(b.id)
      || stipend.field_text(b.title) || stipend.field_text(b.budget_line)
$$;

create or replace function stipend.ended_body(e stipend.ended) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-ended-v1') || stipend.field_int(e.no) || stipend.field_time(e.at) || stipend.field_text(e.actor::text)
      || stipend.field_text(e.login::text) || stipend.field_text(e.program) || stipend.field_int(e.session) || stipend.field_time(e.since) || stipend.field_text(e.why)
$$;

-- Persons read from an archive later than their run was posted: that it was done, and what came of it.
create or replace function stipend.persons_body(c stipend.person_run) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select stipend.field_text('stipend-persons-v1') || stipend.field_int(c.run) || stipend.field_int(c.voids) || stipend.field_int(c.noted)
      || coalesce((select string_agg(stipend.field_text(v.subject_id) || stipend.field_text(v.kind) || stipend.field_bytes(v.value)
                                     || stipend.field_int(v.state), ''::bytea order by v.subject_id, v.kind, v.value, v.state)
                   from stipend.person_value v where v.run = c.run and v.noted = c.noted), ''::bytea)
      || coalesce((select string_agg(stipend.field_text(k.key) || stipend.field_text(k.subject_id), ''::bytea order by k.key, k.subject_id)
                   from stipend.person_key k where k.run = c.run and k.noted = c.noted), ''::bytea)
$$;

-- Every row that has a link, or should have one: its kind, its name within the kind, the run it is about (0: none), a word for
-- it, and its bytes. In an order in which it can have happened.
create or replace function stipend.linkable() returns table (o_kind text, o_ref text, o_run bigint, o_word text, o_body bytea)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select 'scheme', s.number::text, 0::bigint, s.id, stipend.scheme_body(s) from stipend.scheme s
  union all select 'benefit', b.number::text, 0, b.id, stipend.benefit_body(b) from stipend.benefit b
  union all select 'event', e.run || '/' || e.seq, e.run, e.state, stipend.event_body(e) from stipend.run_event e
  union all select 'claim', a.no::text, 0, a.kind, stipend.claim_body(a) from stipend.claim_action a
  union all select 'exception', x.no::text, 0, x.actor::text, stipend.exception_body(x) from stipend.exception x
  union all select 'request', q.no::text, 0, q.kind, stipend.request_body(q) from stipend.request q
  union all select 'request-event', e.request::text, 0, e.state, stipend.answer_body(e) from stipend.request_event e
  union all select 'persons', c.run || '/' || c.voids, c.run, 'noted ' || c.noted, stipend.persons_body(c)
    from stipend.person_run c where c.noted > c.run
  union all select 'ended', e.no::text, 0, e.login::text, stipend.ended_body(e) from stipend.ended e
$$;

-- What a run wrote beside its lines and is small: digests that the database takes when the run is posted, and verify again.
create or replace function stipend.small_parts(p_run bigint) returns table (o_part text, o_items bigint, o_digest bytea)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select x.part, x.items, sha256(convert_to('stipend-' || x.part || '-v1', 'UTF8') || coalesce(x.body, ''::bytea)) from (
    select 'posting' as part, count(*) as items,
           string_agg(stipend.field_int(p.entry) || stipend.field_int(p.leg) || stipend.field_text(p.account) || stipend.field_int(p.benefit)
                      || stipend.field_text(p.budget_line) || stipend.field_text(p.share) || stipend.field_int(p.amount)
                      || stipend.field_int(p.origin), ''::bytea order by p.entry, p.leg) as body
      from stipend.posting p where p.run = p_run
    union all
    select 'funding', count(*),
           string_agg(stipend.field_int(f.benefit) || stipend.field_int(f.no) || stipend.field_text(f.share) || stipend.field_int(f.weight)
                      || stipend.field_text(f.budget_line), ''::bytea order by f.benefit, f.no)
      from stipend.run_funding f where f.run = p_run
    union all
    select 'origins', count(*),
           string_agg(stipend.field_text(o.subject_id) || stipend.field_int(o.benefit) || stipend.field_text(o.occasion) || stipend.field_int(o.seq)
                      || stipend.field_int(o.origin) || stipend.field_int(o.amount), ''::bytea
                      order by o.subject_id, o.benefit, o.occasion, o.seq, o.origin)
      from stipend.line_origin o where o.run = p_run
    union all
    select 'input', count(*),
           string_agg(stipend.field_date(i.known_at) || stipend.field_bool(i.whole) || stipend.field_text(i.sender) || stipend.field_int(i.part)
                      || stipend.field_int(i.parts) || stipend.field_text(i.asked) || stipend.field_text(i.because), ''::bytea)
      from stipend.run_input i where i.run = p_run
    union all
    select 'sources', count(*),
           string_agg(stipend.field_text(s.kind) || stipend.field_text(s.name) || stipend.field_bytes(s.digest), ''::bytea
                      order by s.kind collate "C", s.name collate "C")
      from stipend.run_source s where s.run = p_run
    union all
    select 'names', count(*), string_agg(stipend.field_int(n.benefit) || stipend.field_text(n.id), ''::bytea order by n.benefit)
      from stipend.run_name n where n.run = p_run
    union all
    select 'summary', count(*), string_agg(stipend.field_text(s.json), ''::bytea) from stipend.run_summary s where s.run = p_run) x
$$;

-- -- links --

create or replace function stipend.link_leaf(p_before bytea, p_no bigint, p_kind text, p_ref text, p_actor text, p_oid bigint, p_content bytea)
returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
  select sha256('\x00'::bytea || convert_to('stipend-link-v1', 'UTF8') || p_before || int8send(p_no) || stipend.field_text(p_kind)
                || stipend.field_text(p_ref) || stipend.field_text(p_actor) || int8send(p_oid) || p_content)
$$;

create or replace function stipend.link_put(p_kind text, p_ref text, p_body bytea) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_no bigint;
  v_before bytea;
  v_oid bigint := (select r.oid::bigint from pg_roles r where r.rolname = session_user);
begin
  select l.no, l.leaf into v_no, v_before from stipend.link l order by l.no desc limit 1;
  v_no := coalesce(v_no, 0) + 1;
  insert into stipend.link values (v_no, p_kind, p_ref, session_user, v_oid, sha256(p_body),
    stipend.link_leaf(coalesce(v_before, decode(repeat('00', 32), 'hex')), v_no, p_kind, p_ref, session_user::text, v_oid, sha256(p_body)));
end $$;

-- Adds a link under the lock of stipend.head. Sessions are ended by who waits for that lock: what was written about them
-- becomes a link here.
create or replace function stipend.link_add(p_kind text, p_ref text, p_body bytea) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  e stipend.ended;
begin
  perform from stipend.head for update;
  for e in select x.* from stipend.ended x
           where not exists (select from stipend.link l where l.kind = 'ended' and l.ref = x.no::text) order by x.no loop
    perform stipend.link_put('ended', e.no::text, stipend.ended_body(e));
  end loop;
  perform stipend.link_put(p_kind, p_ref, p_body);
end $$;

-- After each row of a table whose rows are whole when they are inserted. A booking is linked when it was spread over debts.
create or replace function stipend.link_row() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  case tg_table_name
    when 'run_event' then perform stipend.link_add('event', new.run || '/' || new.seq, stipend.event_body(new));
    when 'request' then perform stipend.link_add('request', new.no::text, stipend.request_body(new));
    when 'request_event' then perform stipend.link_add('request-event', new.request::text, stipend.answer_body(new));
    when 'exception' then perform stipend.link_add('exception', new.no::text, stipend.exception_body(new));
    when 'scheme' then perform stipend.link_add('scheme', new.number::text, stipend.scheme_body(new));
    when 'person_run' then perform stipend.link_add('persons', new.run || '/' || new.voids, stipend.persons_body(new));
    when 'benefit' then perform stipend.link_add('benefit', new.number::text, stipend.benefit_body(new));
  end case;
  return null;
end $$;

create or replace function stipend.link_claim(p_no bigint) returns void
language sql set search_path = pg_catalog, pg_temp as $$
  select stipend.link_add('claim', a.no::text, stipend.claim_body(a)) from stipend.claim_action a where a.no = p_no
$$;

-- What a ledger has from before there were links gets them once, when it is brought up to date.
create or replace function stipend.link_carry() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v record;
begin
  perform from stipend.head for update;
  if exists (select from stipend.link) then
    return;
  end if;
  for v in select x.o_kind, x.o_ref, x.o_body from stipend.linkable() x
           order by case x.o_kind when 'scheme' then 0 when 'benefit' then 1 else 2 end, x.o_run, x.o_kind, length(x.o_ref), x.o_ref loop
    perform stipend.link_put(v.o_kind, v.o_ref, v.o_body);
  end loop;
end $$;
