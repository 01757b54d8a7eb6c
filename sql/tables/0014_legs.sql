-- Where the money of a run comes from, frozen, and its way to the bank.

-- What was sent to the bank, what the bank has done, and what the fund of one benefit has of another's.
alter table stipend.account drop constraint account_kind_check;
alter table stipend.account add constraint account_kind_check
  check (kind in ('expense', 'payable', 'claim', 'interfund', 'transit', 'bank', 'writeoff'));
insert into stipend.account values
  ('interfund', 'interfund', 'kept of a payment for another benefit'),
  ('transit', 'transit', 'payments on their way'),
  ('bank', 'bank', 'paid by the bank');

create table stipend.run_funding (
  run         bigint not null references stipend.run,
  benefit     int not null references stipend.benefit,
  no          int not null check (no > 0),
  share       text not null,
  weight      bigint not null check (weight >= 0),
  budget_line text not null,
  primary key (run, benefit, no)
);
comment on table stipend.run_funding is 'who bears what a run posted of a benefit, in the stated order, and on which budget line: what is taken back later goes back to them';

-- A line that takes back carries the funding of what it takes back; one that is due again that of what had been taken. A
-- line without rows here carries that of its own run.
create table stipend.line_origin (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  origin     bigint not null,
  run        bigint not null,
  amount     bigint not null check (amount <> 0),
  primary key (subject_id, benefit, occasion, seq, origin)
);
comment on table stipend.line_origin is 'parts of a line by the run whose funding they carry; they add up to the line';
create index line_origin_run on stipend.line_origin (run);

do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.line_origin', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

alter table stipend.posting add column origin bigint;
comment on column stipend.posting.origin is 'the run whose funding the leg carries; null before there was this column: that of its run';

-- Runs from before keep their legs; their first entry says who bore what, as far as anything was posted.
insert into stipend.run_funding (run, benefit, no, share, weight, budget_line)
  select p.run, p.benefit, row_number() over (partition by p.run, p.benefit order by p.leg), p.share, abs(p.amount), p.budget_line
  from stipend.posting p
  where p.account = 'expense'
    and p.entry = (select min(q.entry) from stipend.posting q where q.run = p.run and q.benefit = p.benefit and q.account = 'expense');
