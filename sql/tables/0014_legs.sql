-- Accounts of the way of the money: what was sent to the bank, and what the bank has done.

alter table stipend.account drop constraint account_kind_check;
alter table stipend.account add constraint account_kind_check
  check (kind in ('expense', 'payable', 'claim', 'transit', 'bank', 'writeoff'));
insert into stipend.account values
  ('transit', 'transit', 'payments on their way'),
  ('bank', 'bank', 'paid by the bank');
