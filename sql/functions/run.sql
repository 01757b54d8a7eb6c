-- A run from its beginning to its seal; names of schemes and benefits.

create or replace function stipend.is_void(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run_event e where e.run = p_run and e.state = 'void');
end $$;

create or replace function stipend.newest_run() returns bigint
language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(max(r.run), 0) from stipend.run r
$$;

create or replace function stipend.next_event(p_run bigint) returns int
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(max(e.seq), -1) + 1 from stipend.run_event e where e.run = p_run);
end $$;

create or replace function stipend.voided_since(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run r
    join stipend.run m on m.scheme = r.scheme and m.run < r.run
    join stipend.run_void v on v.run = m.run and v.newest >= r.run
    where r.run = p_run);
end $$;

-- Whether two people said since a run who somebody is: then the same inputs may give something else.
create or replace function stipend.said_since(p_run bigint) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from stipend.person_word w where w.run >= p_run)
$$;

-- Whether a run of the scheme would set this one aside: it is void, or a draft that could not be sealed and that nobody accepted.
create or replace function stipend.gives_way(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return stipend.is_void(p_run)
    or exists (select from stipend.run_overview o
               where o.run = p_run and o.state = 'draft' and not o.sealed and not o.sealable);
end $$;

create or replace function stipend.register_scheme(p_id text, p_title text, p_currency text) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_number int;
  v_currency text;
begin
  select s.number, s.currency into v_number, v_currency from stipend.scheme s where s.id = p_id;
  if v_number is null then
    perform stipend.require_role('stipend_officer');
    perform from stipend.head for update;
    select s.number, s.currency into v_number, v_currency from stipend.scheme s where s.id = p_id;
  end if;
  if v_number is null then
    select coalesce(max(s.number), 0) + 1 into v_number from stipend.scheme s;
    insert into stipend.scheme values (v_number, p_id, p_title, p_currency);
  elsif v_currency <> p_currency then
    raise exception 'scheme % was registered in %, not %', p_id, v_currency, p_currency using errcode = 'STD01';
  end if;
  return v_number;
end $$;

create or replace function stipend.register_benefit(p_scheme int, p_id text, p_title text, p_budget_line text) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_number int;
begin
  select b.number into v_number from stipend.benefit b where b.scheme = p_scheme and b.id = p_id;
  if v_number is null then
    perform stipend.require_role('stipend_officer');
    perform from stipend.head for update;
    select b.number into v_number from stipend.benefit b where b.scheme = p_scheme and b.id = p_id;
  end if;
  if v_number is null then
    select coalesce(max(b.number), 0) + 1 into v_number from stipend.benefit b;
    insert into stipend.benefit values (v_number, p_scheme, p_id, p_title, p_budget_line);
  end if;
  return v_number;
end $$;

-- The numbers that a name was ever used for, by runs that are not void or as the first id.
create or replace function stipend.benefits_named(p_id text) returns setof int
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select b.number from stipend.benefit b where b.id = p_id
    union
    select n.benefit from stipend.run_name n where n.id = p_id and n.benefit > 0 and not stipend.is_void(n.run);
end $$;

-- The first id of the scheme that is or was called so; the name itself when there is none.
create or replace function stipend.scheme_named(p_id text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(
    (select s.id from stipend.run_name n join stipend.run r on r.run = n.run join stipend.scheme s on s.number = r.scheme
     where n.id = p_id and n.benefit = 0 and not stipend.is_void(n.run) order by n.run desc limit 1), p_id);
end $$;

-- Begins a run: takes the lock that every run takes, looks for an equal newest run of the scheme, and otherwise inserts
-- the next number. Numbers have no gaps: a run that fails gives its number back. A run whose persons are others by now,
-- or before which something became void, is not done already.
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
    from stipend.run_overview o
    where o.scheme = p_scheme and o.state = 'draft' and not o.sealed and not o.sealable;
  insert into stipend.run (run, scheme, period, as_of, records, rules, engine, created_by, created_at)
    values (o_run, v_scheme, p_period, p_as_of, p_records, p_rules, p_engine, session_user, clock_timestamp());
end $$;

-- Ends the posting of a run, in the transaction that began it: from here on the run takes no more rows. What it wrote beside
-- its lines is counted and digested: p_items and p_digests by the program, while it wrote, for what may be large; the rest here.
create or replace function stipend.run_post(p_run bigint, p_lines bigint, p_total bigint, p_controls_ok boolean,
                                 p_note text, p_json text, p_items bigint[], p_digests bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_parts text[] := array['assessments', 'findings', 'person-values', 'person-keys', 'person-names'];
begin
  if not exists (select from stipend.run r where r.run = p_run and r.created_by = session_user) then
    raise exception 'run % was not begun by %', p_run, session_user using errcode = '42501';
  end if;
  if (cardinality(p_items), cardinality(p_digests)) is distinct from (cardinality(v_parts), cardinality(v_parts)) then
    raise exception 'run % comes without the digests of what it wrote', p_run using errcode = 'STD01';
  end if;
  insert into stipend.run_summary values (p_run, p_json);
  insert into stipend.run_part
    select p_run, x.part, x.items, x.digest from unnest(v_parts, p_items, p_digests) as x (part, items, digest)
    union all
    select p_run, s.o_part, s.o_items, s.o_digest from stipend.small_parts(p_run) s;
  insert into stipend.run_event (run, seq, state, actor, at, note, lines, total, controls_ok)
    values (p_run, 0, 'draft', session_user, clock_timestamp(), p_note, p_lines, p_total, p_controls_ok);
end $$;

-- Expense by benefit in the general ledger against the lines; every row shown is a difference. Void runs included:
-- they must agree with themselves too.
create or replace function stipend.posting_differences(p_run bigint)
returns table (benefit int, lines numeric, posted numeric)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select coalesce(l.benefit, p.benefit), coalesce(l.total, 0), coalesce(p.total, 0)
    from (select x.benefit, sum(x.amount) as total from stipend.line x where x.run = p_run group by x.benefit) l
    full join (select y.benefit, sum(y.amount) as total from stipend.posting y
               join stipend.account a on a.id = y.account and a.kind = 'expense'
               where y.run = p_run group by y.benefit) p on p.benefit = l.benefit
    where coalesce(l.total, 0) <> coalesce(p.total, 0);
end $$;

-- Locks the end of the chain and returns the digest that the next sealed run must name.
create or replace function stipend.chain_head() returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_head bytea;
begin
  perform from stipend.head for update;
  select e.digest into v_head from stipend.run_event e
    where e.state = 'sealed'
      and not exists (select from stipend.run_event n where n.state = 'sealed' and n.prev_digest = e.digest);
  return coalesce(v_head, decode(repeat('00', 32), 'hex'));
end $$;

-- D(n), the digest of a run (engine/ledger/leaf.h says the bytes): over the run, the digest before, what was sealed with its
-- lines and what its records said of themselves. Taken here, so that nobody chooses it.
create or replace function stipend.run_digest(p stipend.run_overview, p_prev bytea, p_root bytea, p_settlements bytea, p_bookings bigint,
                                              p_bookings_head bytea) returns bytea
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  i stipend.run_input;
  v bytea;
begin
  select x.* into i from stipend.run_input x where x.run = p.run;
  v := convert_to(case when i.run is null then 'stipend-run-v2' else 'stipend-run-v3' end, 'UTF8') || p_prev || int8send(p.run)
    || stipend.field_text(p.scheme::text) || int4send((extract(year from p.period) * 12 + extract(month from p.period) - 1)::int)
    || int4send(stipend.day_number(p.as_of)) || int8send(p.lines) || int8send(p.total) || p_root || p.records || p.rules
    || stipend.field_text(p.engine) || p_settlements || int8send(p_bookings) || p_bookings_head;
  if i.run is not null then
    v := v || int4send(stipend.day_number(i.known_at)) || case when i.whole then '\x01'::bytea else '\x00'::bytea end
      || stipend.field_text(i.sender) || int4send(i.part) || int4send(i.parts) || stipend.field_text(i.asked) || stipend.field_text(i.because);
  end if;
  return sha256(v);
end $$;

create or replace function stipend.day_number(p date) returns int
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select (extract(year from p) * 10000 + extract(month from p) * 100 + extract(day from p))::int
$$;

-- The rows that are there must be those that were posted.
create or replace function stipend.seal_check(v stipend.run_overview) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_lines bigint;
  v_total bigint;
  v_max bigint;
begin
  select count(*), coalesce(sum(l.amount), 0), coalesce(max(l.line_no), 0)
    into v_lines, v_total, v_max from stipend.line l where l.run = v.run;
  if (v_lines, v_total, v_max) is distinct from (v.lines, v.total, v.lines) then
    raise exception 'run % has % lines with a sum of %, posted were % with %', v.run, v_lines, v_total,
      v.lines, v.total using errcode = 'STM01';
  end if;
  if exists (select from stipend.posting_differences(v.run)) then
    raise exception 'the general ledger of run % differs from its lines', v.run using errcode = 'STM01';
  end if;
end $$;

-- Seals a run in a transaction of its own. Guards that did not hold must have been accepted; a void run is never sealed. The
-- digest covers the lines, what the run settled and everything that was booked by then; yields it, or null when somebody
-- else sealed the same lines meanwhile. Who gives a root that is not that of the lines harms this run alone: verify names it,
-- and the run can be made void.
create or replace function stipend.run_seal(p_run bigint, p_root bytea, p_settlements bytea, p_bookings bigint, p_bookings_head bytea)
returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v stipend.run_overview := stipend.lock_run(p_run);
  v_prev bytea := stipend.chain_head();
  v_digest bytea;
begin
  perform stipend.require_asker();
  if v.sealed and v.root = p_root then
    return null;
  end if;
  if v.sealed or v.state = 'void' then
    raise exception 'run % is %', p_run, case when v.sealed then 'sealed' else 'void' end using errcode = 'STS01';
  end if;
  if not v.sealable then
    raise exception 'run % did not pass the guard %', p_run, v.guards using errcode = 'STG01';
  end if;
  if p_bookings <> (select coalesce(max(a.no), 0) from stipend.claim_action a) then
    raise exception 'something was booked meanwhile' using errcode = 'STB01';
  end if;
  perform stipend.seal_check(v);
  v_digest := stipend.run_digest(v, v_prev, p_root, p_settlements, p_bookings, p_bookings_head);
  insert into stipend.run_event (run, seq, state, actor, at, root, settlements, bookings, bookings_head, prev_digest, digest)
    values (p_run, stipend.next_event(p_run), 'sealed', session_user, clock_timestamp(), p_root, p_settlements, p_bookings,
            p_bookings_head, v_prev, v_digest);
  return v_digest;
end $$;
