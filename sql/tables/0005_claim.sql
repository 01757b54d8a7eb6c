-- Recovery. A debt is a negative line of a run that is not void. What settles it is a row of its own: an offset or
-- a reversal comes with a run and counts as long as that run does; money brought back, a write-off and the
-- cancelling of either come from a person. The open amount is the debt minus these rows; it is stored nowhere.

-- Debts are few among many lines: without this every month would read the whole history for them.
create index line_debt on stipend.line (subject_id, benefit, occasion, seq) where amount < 0;

create table stipend.settlement (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  no         int not null check (no > 0),
  run        bigint not null,
  kind       smallint not null check (kind between 0 and 3),
  bound      smallint not null check (bound between 0 and 3),
  amount     bigint not null check (amount > 0),
  payment    bigint not null check (payment >= 0),
  primary key (subject_id, benefit, occasion, seq, no),
  check (kind > 0 or amount <= payment)
);
comment on table stipend.settlement is 'what a run kept of a payment for the debt of that line';
comment on column stipend.settlement.no is 'settlements there for the debt, of all runs, plus one: of two runs that read the same debt one is refused';
comment on column stipend.settlement.kind is '0 offset against the payment, 1 reversal: the same key is due again, 2 netted: the same run gives it under another occasion, 3 forgiven: it was written off and the same key is due again';
comment on column stipend.settlement.bound is 'why not more: 0 it is the whole debt, 1 share of the payment, 2 floor, 3 instalment';
comment on column stipend.settlement.payment is 'the subject''s payment in this run before anything was kept for debts';
create index settlement_run on stipend.settlement (run);

create table stipend.repayment (
  subject_id text collate "C" not null,
  benefit    int not null,
  occasion   text collate "C" not null,
  seq        int not null check (seq >= 0),
  action     bigint not null,
  amount     bigint not null check (amount <> 0),
  writeoff   boolean not null,
  at         timestamptz not null,
  primary key (subject_id, benefit, occasion, seq, action)
);
comment on table stipend.repayment is 'how an action was spread over debts; below zero when an action was cancelled';

do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.settlement', 'subject_id', colocate_with => 'stipend.line');
    perform create_distributed_table('stipend.repayment', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

create table stipend.claim_action (
  no         bigint primary key check (no > 0),
  kind       text not null check (kind in ('cash', 'writeoff', 'approve', 'cancel')),
  target     bigint references stipend.claim_action,
  scheme     int not null references stipend.scheme,
  subject_id text collate "C" not null,
  amount     bigint not null check (amount > 0),
  date       date not null,
  note       text not null,
  actor      name not null,
  at         timestamptz not null,
  check ((kind in ('approve', 'cancel')) = (target is not null)),
  check (kind = 'approve' or note <> '')
);
comment on table stipend.claim_action is 'what people did about debts: money brought back, write-offs asked for and approved, cancelled bookings';
create unique index claim_action_once on stipend.claim_action (target, kind) where target is not null;

insert into stipend.account values ('writeoff', 'claim', 'claims written off that became due again');
