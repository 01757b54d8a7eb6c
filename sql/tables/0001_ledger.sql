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
