-- What the program reads: states of runs, debts and what settled them, words about persons.

create or replace view stipend.run_overview as
select r.run, s.id as scheme, s.currency, r.period, r.as_of, r.records, r.rules, r.engine, r.created_by, r.created_at,
       d.lines, d.total, d.controls_ok, x.root, x.prev_digest, x.digest, x.run is not null as sealed,
       coalesce((select e.state from stipend.run_event e
                 where e.run = r.run and e.state in ('approved', 'released', 'settled', 'void')
                 order by e.seq desc limit 1), 'draft') as state,
       d.note as guards, d.controls_ok or a.run is not null as sealable, p.actor as approved_by,
       x.settlements, x.bookings, x.bookings_head
from stipend.run r
join stipend.scheme s on s.number = r.scheme
join stipend.run_event d on d.run = r.run and d.state = 'draft'
left join stipend.run_event a on a.run = r.run and a.state = 'accepted'
left join stipend.run_event x on x.run = r.run and x.state = 'sealed'
left join stipend.run_event p on p.run = r.run and p.state = 'approved';

create or replace view stipend.run_void as
select e.run, e.newest
from stipend.run_event e where e.state = 'void';
comment on view stipend.run_void is 'void runs: a run with a number above newest began when they were void already';

-- Everything that settles a debt and counts.
create or replace view stipend.settled as
select s.subject_id, s.benefit, s.occasion, s.seq, case s.kind when 0 then 'offset' when 1 then 'reversal' when 2 then 'netted' else 'forgiven' end as kind,
       s.run, null::bigint as action, s.amount, false as writeoff, s.payment, s.bound, r.as_of as date, r.created_by as actor, r.created_at as at
from stipend.settlement s
join stipend.run r on r.run = s.run
left join stipend.run_event v on v.run = s.run and v.state = 'void'
where v.run is null
union all
select p.subject_id, p.benefit, p.occasion, p.seq, case a.kind when 'approve' then 'writeoff' else a.kind end,
       null, p.action, p.amount, p.writeoff, null, null, a.date, a.actor, a.at
from stipend.repayment p
join stipend.claim_action a on a.no = p.action;

create or replace view stipend.claim as
select l.subject_id as subject, b.scheme, l.benefit, l.occasion, l.seq, l.run, l.line_no, l.cause, -l.amount as amount,
       coalesce(s.amount, 0)::bigint as settled, (-l.amount - coalesce(s.amount, 0))::bigint as open,
       coalesce(s.forgiven, 0)::bigint as forgiven
from stipend.line l
join stipend.benefit b on b.number = l.benefit
left join stipend.run_event v on v.run = l.run and v.state = 'void'
left join (select x.subject_id, x.benefit, x.occasion, x.seq, sum(case when x.kind <> 'forgiven' then x.amount end) as amount,
                  sum(case when x.kind = 'forgiven' then -x.amount when x.writeoff then x.amount end) as forgiven
           from stipend.settled x group by x.subject_id, x.benefit, x.occasion, x.seq) s
  on s.subject_id = l.subject_id and s.benefit = l.benefit and s.occasion = l.occasion and s.seq = l.seq
where l.amount < 0 and v.run is null;
comment on view stipend.claim is 'debts, also those that are settled (open = 0); forgiven: written off and not due again since';

-- What two people said about persons: key is subject_id's (from run on); value: the identity number it has since, which
-- fixes the earlier ones: they were wrong and tell nothing about anybody.
create or replace view stipend.person_word as
select q.no, stipend.payload_get(q.payload, 'key') as key, stipend.payload_get(q.payload, 'person') as subject_id,
       decode(stipend.payload_get(q.payload, 'identity'), 'hex') as value,
       coalesce(stipend.payload_get(q.payload, 'asked'), stipend.payload_get(q.payload, 'key')) = stipend.payload_get(q.payload, 'old') as fixes,
       stipend.payload_get(q.payload, 'whole') = 'yes' as whole, e.run
from stipend.request q
join stipend.request_event e on e.request = q.no and e.state = 'confirmed'
where q.kind = 'same';

-- What a run would pay each subject, be it approved or not.
create or replace view stipend.run_payable as
select coalesce(l.run, s.run) as run, coalesce(l.subject_id, s.subject_id) as subject, coalesce(l.gross, 0)::bigint as gross,
       coalesce(s.kept, 0)::bigint as kept, (coalesce(l.gross, 0) - coalesce(s.kept, 0))::bigint as net
from (select x.run, x.subject_id, sum(x.amount) as gross from stipend.line x where x.amount > 0 group by x.run, x.subject_id) l
full join (select y.run, (case when w.key is null then y.subject_id else stipend.person_at(y.subject_id, y.run) end) collate "C" as subject_id,
                  sum(y.amount) as kept
           from stipend.settlement y
           left join (select distinct x.key from stipend.person_word x where x.whole) w on w.key = y.subject_id
           group by 1, 2) s
  on s.run = l.run and s.subject_id = l.subject_id;
comment on view stipend.run_payable is 'what a run would pay each subject: the positive lines minus what was kept for debts, those under his other keys included; drafts and void runs too';

create or replace view stipend.payable as
select p.run, p.subject, p.gross, p.kept, p.net from stipend.run_payable p
where exists (select from stipend.run_event e where e.run = p.run and e.state = 'approved')
  and not exists (select from stipend.run_event e where e.run = p.run and e.state = 'void');
comment on view stipend.payable is 'what is to be paid: run_payable of the runs that somebody approved and nobody made void';

-- A draft that was not sealed gives way to the next run of its scheme. Money brought back for its debts, or a write-off of
-- them, would keep it from going and the scheme from running: only what a sealed run took back can be booked.
create or replace view stipend.bookable as
select c.* from stipend.claim c
join stipend.run_event e on e.run = c.run and e.state = 'sealed'
where c.open > 0;
comment on view stipend.bookable is 'open debts that people may book something about: those of sealed runs';

-- Follows from the bookings row by row, so it is a view: nothing to keep in step.
create or replace view stipend.booking_posting as
with part as (
  select r.action, r.benefit, r.writeoff, sum(r.amount)::bigint as amount
  from stipend.repayment r group by r.action, r.benefit, r.writeoff)
select a.no as booking, a.date, p.benefit, leg.no as leg, leg.account, leg.amount
from part p
join stipend.claim_action a on a.no = p.action
cross join lateral (values (1, case when p.writeoff then 'writeoff' else 'cash' end, p.amount),
                           (2, 'claim', -p.amount)) as leg (no, account, amount)
where p.amount <> 0;
comment on view stipend.booking_posting is 'legs of the general ledger for money brought back and claims written off; cancelling a booking is its opposite';

-- Parts that are not their line, and legs on the funding of another run that are not what its lines carry of it.
create or replace view stipend.origin_difference as
select o.run
from stipend.line_origin o
left join stipend.line l on l.subject_id = o.subject_id and l.benefit = o.benefit and l.occasion = o.occasion and l.seq = o.seq
group by o.run, o.subject_id, o.benefit, o.occasion, o.seq
having sum(o.amount) is distinct from max(l.amount) or max(l.run) is distinct from o.run
union
select coalesce(p.run, g.run)
from (select o.run, o.benefit, o.origin, sum(o.amount) as amount from stipend.line_origin o where o.origin <> o.run group by 1, 2, 3) p
full join (select x.run, x.benefit, x.origin, sum(x.amount) as amount from stipend.posting x
           where x.account = 'expense' and x.origin <> x.run group by 1, 2, 3) g
  on g.run = p.run and g.benefit = p.benefit and g.origin = p.origin
where coalesce(p.amount, 0) <> coalesce(g.amount, 0);
comment on view stipend.origin_difference is 'runs whose lines carry other funding than they say, or whose legs do not follow it: none';

-- Where a run is released its payable goes on its way, and what one fund has of another's goes with it; where it is
-- settled the bank has paid. Both follow from the legs that the run posted, so nothing is kept beside them.
create or replace view stipend.payment_posting as
with owed as (
  select p.run, p.benefit, p.account, sum(p.amount) as amount
  from stipend.posting p where p.account in ('payable', 'interfund')
  group by p.run, p.benefit, p.account)
select e.run, e.state, (e.at at time zone 'UTC')::date as date, o.benefit,
       case o.account when 'payable' then leg.no else leg.no + 2 end as leg, leg.account, leg.amount
from owed o
join stipend.run_event e on e.run = o.run and e.state in ('released', 'settled')
cross join lateral (values (1, case e.state when 'released' then o.account else 'transit' end, -o.amount),
                           (2, case e.state when 'released' then 'transit' else 'bank' end, o.amount)) as leg (no, account, amount)
where leg.amount <> 0;
comment on view stipend.payment_posting is 'legs of the general ledger for what was sent to the bank and what the bank paid: of a settled run nothing is open';

-- The one place of the legs. A budget line is what an expense burdens: accounts of the balance sheet have none, or what
-- is kept in one year for a debt of another would stay open on both lines.
create or replace view stipend.leg as
select 0 as kind, p.run, null::bigint as booking, p.entry, p.leg, (o.period + interval '1 month' - interval '1 day')::date as date,
       o.state as what, p.account, p.benefit, case when a.kind = 'expense' then p.budget_line else '' end as budget_line, p.share,
       p.amount::numeric as amount
from stipend.posting p
join stipend.account a on a.id = p.account
join stipend.run_overview o on o.run = p.run
union all
select case m.state when 'released' then 1 else 2 end, m.run, null, m.benefit, m.leg, m.date, m.state, m.account, m.benefit, '', '', m.amount
from stipend.payment_posting m
union all
select 3, null, b.booking, b.benefit, b.leg, b.date, case t.kind when 'approve' then 'writeoff' else t.kind end, b.account, b.benefit,
       '', '', b.amount
from stipend.booking_posting b
join stipend.claim_action t on t.no = b.booking;
comment on view stipend.leg is 'every leg of the general ledger, of void runs too. kind: 0 posted by a run, 1 sent to the bank, 2 paid by the bank, 3 booked about debts; what: state of the run, or what was booked';

create or replace view stipend.booking_order as
select a.no, a.newest
from stipend.claim_action a;
comment on view stipend.booking_order is 'bookings about debts: a run with a number above newest began when they were there already';

-- Runs that count and whose persons are not collected: those of older programs, and those before which a run became void since.
create or replace view stipend.person_due as
with v as (select r.run, exists (select from stipend.run_event e where e.run = r.run and e.state = 'void')
             or exists (select from stipend.run_overview o where o.run = r.run and o.state = 'draft' and not o.sealed and not o.sealable) as void
           from stipend.run r),
     n as (select v.run, v.void, count(*) filter (where v.void) over (order by v.run rows between unbounded preceding and 1 preceding) as voids
           from v)
select n.run, n.voids::int as voids from n
where not n.void and not exists (select from stipend.person_run c where c.run = n.run and c.voids = n.voids);
