-- The ledger: schemes and benefits, runs and their events, lines, assessments, findings.
--
-- Amounts are bigint minor units (fen). Nothing here is ever updated or deleted: a correction is a
-- new line, a change of state is a new event. Big tables (line, assessment) have no foreign key, no
-- row trigger and no serial key, and subject_id is part of each of their unique keys, so that the
-- same file serves plain PostgreSQL and Citus. The reasons stand in sql/README.md.

create schema if not exists stipend;

create table stipend.migration (
  number     int primary key,
  name       text not null,
  sha256     bytea not null check (length(sha256) = 32),
  applied_by name not null default session_user,
  applied_at timestamptz not null default clock_timestamp()
);
comment on table stipend.migration is 'the numbered files of sql/ this database has, with the digest of their text';

-- One row, never changed: its row lock puts runs, seals and registrations in order.
create table stipend.head (
  one boolean primary key default true check (one)
);
insert into stipend.head values (true);

create table stipend.scheme (
  number   int primary key,
  id       text collate "C" not null unique,
  title    text not null,
  currency text not null check (length(currency) = 3)
);

create table stipend.benefit (
  number      int primary key,
  scheme      int not null references stipend.scheme,
  id          text collate "C" not null,
  title       text not null,
  budget_line text not null default '',
  unique (scheme, id)
);
comment on column stipend.benefit.number is 'given once, kept for ever: lines refer to it';

create table stipend.run (
  run        bigint primary key check (run > 0),
  scheme     int not null references stipend.scheme,
  period     date not null check (extract(day from period) = 1),
  as_of      date not null,
  records    bytea not null check (length(records) = 32),
  rules      bytea not null check (length(rules) = 32),
  engine     text not null,
  created_by name not null,
  created_at timestamptz not null
);
comment on table stipend.run is 'one calculation over one records file and one rule set for a period';
create index run_scheme on stipend.run (scheme, run);

create table stipend.run_event (
  run         bigint not null references stipend.run,
  seq         int not null check (seq >= 0),
  state       text not null check (state in ('draft', 'sealed', 'approved', 'released', 'settled', 'void')),
  actor       name not null,
  at          timestamptz not null,
  note        text not null default '',
  lines       bigint,
  total       bigint,
  controls_ok boolean,
  root        bytea check (length(root) = 32),
  prev_digest bytea check (length(prev_digest) = 32),
  digest      bytea check (length(digest) = 32),
  primary key (run, seq),
  unique (run, state),
  check (state <> 'draft' or (lines is not null and total is not null and controls_ok is not null)),
  check (state <> 'sealed' or (root is not null and prev_digest is not null and digest is not null))
);
comment on table stipend.run_event is 'what happened to a run, by whom; the state of a run is read from here';
-- The chain cannot fork: each digest has at most one successor, and the zero digest one first run.
create unique index run_event_chain on stipend.run_event (prev_digest) where state = 'sealed';

create table stipend.run_summary (
  run  bigint primary key references stipend.run,
  json text not null
);

create table stipend.line (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  run        bigint not null,
  line_no    bigint not null,
  cause      smallint not null check (cause between 0 and 3),
  tier       text not null,
  amount     bigint not null check (amount <> 0),
  due        bigint not null,
  rule       text not null,
  facts      bytea not null,
  leaf       bytea not null check (length(leaf) = 32),
  primary key (subject_id, benefit, occasion, seq)
);
comment on table stipend.line is 'the subledger: what a run posted, the difference between due and posted; in fen';
comment on column stipend.line.seq is 'number of lines already there for the key, of all runs: of two runs that read the same sum one is refused';
comment on column stipend.line.cause is '0 new, 1 arrears, 2 recovery, 3 reversal';
create index line_run on stipend.line (run, line_no);

create table stipend.assessment (
  run        bigint not null,
  subject_id text collate "C" not null,
  benefit    int not null,
  outcome    smallint not null check (outcome between 0 and 4),
  tier       text not null,
  due        bigint not null,
  occasions  int not null,
  reasons    text not null,
  facts      bytea,
  primary key (run, subject_id, benefit)
);
comment on column stipend.assessment.outcome is '0 entitled, 1 refused, 2 held, 3 rejected, 4 missing';

create table stipend.finding (
  run      bigint not null,
  no       bigint not null,
  subject  text not null,
  benefit  int not null,
  code     text not null,
  severity smallint not null,
  file     text not null,
  line     bigint not null,
  col      bigint not null,
  message  text not null,
  hint     text not null,
  primary key (run, no)
);
comment on column stipend.finding.severity is '0 error, 1 rejected, 2 held, 3 warning, 4 note';

-- With Citus the big tables are distributed by subject; without it this does nothing.
do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.line', 'subject_id');
    perform create_distributed_table('stipend.assessment', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

-- Roles. Where the one who migrates may not create roles, an administrator makes them beforehand.
do $$
declare
  r text;
begin
  foreach r in array array['stipend_officer', 'stipend_approver', 'stipend_payer', 'stipend_auditor'] loop
    if not exists (select from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin', r);
      exception when duplicate_object or unique_violation then
        null;
      end;
    end if;
  end loop;
  -- Who makes the ledger is its first officer (not its approver).
  if not pg_has_role(session_user, 'stipend_officer', 'member') then
    execute format('grant stipend_officer to %I', session_user);
  end if;
end $$;

create function stipend.require_role(p_role text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not pg_has_role(session_user, p_role, 'member') then
    raise exception '% has not the role %', session_user, p_role using errcode = '42501';
  end if;
end $$;

create function stipend.register_scheme(p_id text, p_title text, p_currency text) returns int
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

create function stipend.register_benefit(p_scheme int, p_id text, p_title text, p_budget_line text) returns int
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

create function stipend.is_void(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run_event e where e.run = p_run and e.state = 'void');
end $$;

-- Whether an earlier run of the scheme was made void after this one: then the same inputs may be due lines again.
create function stipend.voided_since(p_run bigint) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return exists (select from stipend.run r
    join stipend.run m on m.scheme = r.scheme and m.run < r.run
    join stipend.run_event e on e.run = m.run and e.state = 'void' and e.at >= r.created_at
    where r.run = p_run);
end $$;

-- Begins a run: takes the lock that every run takes, looks for an equal newest run of the scheme, and
-- otherwise inserts the next number. Numbers have no gaps: a run that fails gives its number back.
create function stipend.run_begin(p_scheme text, p_period date, p_as_of date, p_records bytea, p_rules bytea,
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
               and not stipend.voided_since(v_last.run);
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

-- Ends the posting of a run, in the transaction that began it: from here on the run takes no more rows.
create function stipend.run_post(p_run bigint, p_lines bigint, p_total bigint, p_controls_ok boolean,
                                 p_note text, p_json text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from stipend.run r where r.run = p_run and r.created_by = session_user) then
    raise exception 'run % was not begun by %', p_run, session_user using errcode = '42501';
  end if;
  insert into stipend.run_event (run, seq, state, actor, at, note, lines, total, controls_ok)
    values (p_run, 0, 'draft', session_user, clock_timestamp(), p_note, p_lines, p_total, p_controls_ok);
  insert into stipend.run_summary values (p_run, p_json);
end $$;

create function stipend.next_event(p_run bigint) returns int
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(max(e.seq), -1) + 1 from stipend.run_event e where e.run = p_run);
end $$;

-- Locks the end of the chain and returns the digest that the next sealed run must name.
create function stipend.chain_head() returns bytea
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

-- Seals a run in a transaction of its own: the rows that are there must be those that were posted.
create function stipend.run_seal(p_run bigint, p_root bytea, p_prev bytea, p_digest bytea) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_draft stipend.run_event;
  v_lines bigint;
  v_total bigint;
  v_max bigint;
begin
  if not (pg_has_role(session_user, 'stipend_officer', 'member')
          or pg_has_role(session_user, 'stipend_approver', 'member')) then
    raise exception '% may not seal a run', session_user using errcode = '42501';
  end if;
  perform from stipend.head for update;
  if exists (select from stipend.run_event e where e.run = p_run and e.state = 'sealed' and e.root = p_root) then
    return; -- somebody else finished the same job
  end if;
  if stipend.chain_head() <> p_prev then
    raise exception 'another run was sealed meanwhile' using errcode = 'STB01';
  end if;
  select e.* into v_draft from stipend.run_event e where e.run = p_run and e.state = 'draft';
  if v_draft.run is null then
    raise exception 'there is no run %', p_run using errcode = 'STU01';
  end if;
  select count(*), coalesce(sum(l.amount), 0), coalesce(max(l.line_no), 0)
    into v_lines, v_total, v_max from stipend.line l where l.run = p_run;
  if (v_lines, v_total, v_max) is distinct from (v_draft.lines, v_draft.total, v_draft.lines) then
    raise exception 'run % has % lines with a sum of %, posted were % with %', p_run, v_lines, v_total,
      v_draft.lines, v_draft.total using errcode = 'STM01';
  end if;
  insert into stipend.run_event (run, seq, state, actor, at, root, prev_digest, digest)
    values (p_run, stipend.next_event(p_run), 'sealed', session_user, clock_timestamp(), p_root, p_prev, p_digest);
end $$;

-- Nothing is changed or taken away, whoever asks. Rights already forbid it; this stops mistakes of the owner.
create function stipend.deny_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '% on % is not allowed: the ledger only grows', tg_op, tg_table_name using errcode = '42501';
end $$;

-- Rows enter a run only in the transaction that began it, from the one who began it.
create function stipend.guard_open_run() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  v_run bigint;
begin
  select n.run into v_run from (select distinct x.run from added x) n
    left join stipend.run r on r.run = n.run
    left join stipend.run_event e on e.run = n.run and e.seq = 0
    where r.run is null or e.run is not null or r.created_by <> session_user limit 1;
  if found then
    raise exception 'run % takes no rows', v_run using errcode = 'STS01';
  end if;
  return null;
end $$;

do $$
declare
  t text;
  distributed boolean := exists (select from pg_extension where extname = 'citus');
begin
  foreach t in array array['migration', 'head', 'scheme', 'benefit', 'run', 'run_event', 'run_summary', 'line',
                           'assessment', 'finding'] loop
    -- Citus refuses triggers on distributed tables; there the rights alone stand guard.
    if not (distributed and t in ('line', 'assessment')) then
      execute format('create trigger deny_change before update or delete or truncate on stipend.%I
                      for each statement execute function stipend.deny_change()', t);
      execute format('alter table stipend.%I enable always trigger deny_change', t);
      if t in ('line', 'assessment', 'finding') then
        execute format('create trigger guard_open_run after insert on stipend.%I referencing new table as added
                        for each statement execute function stipend.guard_open_run()', t);
        execute format('alter table stipend.%I enable always trigger guard_open_run', t);
      end if;
    end if;
  end loop;
end $$;

-- What people and the program read.
create view stipend.run_overview as
select r.run, s.id as scheme, s.currency, r.period, r.as_of, r.records, r.rules, r.engine, r.created_by, r.created_at,
       d.lines, d.total, d.controls_ok, x.root, x.prev_digest, x.digest, x.run is not null as sealed,
       coalesce((select e.state from stipend.run_event e
                 where e.run = r.run and e.state not in ('draft', 'sealed') order by e.seq desc limit 1), 'draft') as state
from stipend.run r
join stipend.scheme s on s.number = r.scheme
join stipend.run_event d on d.run = r.run and d.state = 'draft'
left join stipend.run_event x on x.run = r.run and x.state = 'sealed';

create view stipend.ledger_yuan as
select l.run, l.line_no as line, l.subject_id as subject, s.id as scheme, b.id as benefit, b.title, l.occasion, l.seq,
       (array['new', 'arrears', 'recovery', 'reversal'])[l.cause + 1] as cause, l.tier,
       (l.amount / 100.0)::numeric(18, 2) as amount, (l.due / 100.0)::numeric(18, 2) as due, s.currency, l.rule, o.state
from stipend.line l
join stipend.benefit b on b.number = l.benefit
join stipend.scheme s on s.number = b.scheme
join stipend.run_overview o on o.run = l.run;
comment on view stipend.ledger_yuan is 'every line in yuan, with the state of its run; lines of void runs do not count';

create view stipend.posted_yuan as
select l.subject_id as subject, s.id as scheme, b.id as benefit, l.occasion, count(*) as lines,
       (sum(l.amount) / 100.0)::numeric(18, 2) as posted, s.currency
from stipend.line l
join stipend.benefit b on b.number = l.benefit
join stipend.scheme s on s.number = b.scheme
left join stipend.run_event v on v.run = l.run and v.state = 'void'
where v.run is null
group by l.subject_id, s.id, b.id, l.occasion, s.currency;

create view stipend.run_yuan as
select o.run, o.scheme, to_char(o.period, 'YYYY-MM') as period, o.as_of, o.state, o.sealed, o.lines,
       (o.total / 100.0)::numeric(18, 2) as total, o.currency, o.created_by, o.created_at,
       encode(substr(o.digest, 1, 8), 'hex') as digest
from stipend.run_overview o;

-- Rights: everybody named reads; an officer adds rows and calls; nobody changes anything.
revoke all on schema stipend from public;
revoke all on all functions in schema stipend from public;
grant usage on schema stipend to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant select on all tables in schema stipend to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant insert on stipend.line, stipend.assessment, stipend.finding to stipend_officer;
grant execute on function stipend.require_role(text), stipend.is_void(bigint), stipend.voided_since(bigint), stipend.next_event(bigint)
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant execute on function stipend.deny_change(), stipend.guard_open_run() to stipend_officer;
grant execute on function stipend.register_scheme(text, text, text),
  stipend.register_benefit(int, text, text, text),
  stipend.run_begin(text, date, date, bytea, bytea, text, boolean),
  stipend.run_post(bigint, bigint, bigint, boolean, text, text) to stipend_officer;
grant execute on function stipend.chain_head(), stipend.run_seal(bigint, bytea, bytea, bytea)
  to stipend_officer, stipend_approver;
