-- Money brought back is known by its receipt, not by looking alike.

alter table stipend.claim_action add column receipt text;
comment on column stipend.claim_action.receipt is 'number of the receipt of money brought back, empty without one; null in bookings from before there was this column';

-- Their successors take the receipt (functions/claim.sql).
drop function if exists stipend.claim_repay(text, text, bigint, date, text);
drop function if exists stipend.claim_add(text, bigint, int, text, bigint, date, text);
drop function if exists stipend.claim_repeated(text, text, text, bigint, date, text);
