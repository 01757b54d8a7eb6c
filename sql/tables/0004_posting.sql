-- The general ledger: a few balanced legs per run. Debits are positive, credits negative; fen.

create table stipend.account (
  id   text collate "C" primary key,
  kind text not null check (kind in ('expense', 'payable', 'claim', 'bank')),
  title text not null
);

create table stipend.posting (
  run         bigint not null references stipend.run,
  entry       int not null check (entry > 0),
  leg         int not null check (leg > 0),
  account     text collate "C" not null references stipend.account,
  benefit     int not null references stipend.benefit,
  budget_line text not null default '',
  share       text not null default '',
  amount      bigint not null check (amount <> 0),
  primary key (run, entry, leg)
);
comment on table stipend.posting is 'legs of the general ledger; each entry of a run adds up to nothing';
comment on column stipend.posting.share is 'the payer of a funding share, empty without shares';

insert into stipend.account values
  ('expense', 'expense', 'grants and allowances'),
  ('payable', 'payable', 'owed to subjects'),
  ('claim', 'claim', 'owed by subjects');
