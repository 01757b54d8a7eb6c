-- For people who ask by hand, in yuan.

create or replace view stipend.ledger_yuan as
select l.run, l.line_no as line, l.subject_id as subject, s.id as scheme, b.id as benefit, b.title, l.occasion, l.seq,
       (array['new', 'arrears', 'recovery', 'reversal'])[l.cause + 1] as cause, l.tier,
       (l.amount / 100.0)::numeric(18, 2) as amount, (l.due / 100.0)::numeric(18, 2) as due, s.currency, l.rule, o.state
from stipend.line l
join stipend.benefit b on b.number = l.benefit
join stipend.scheme s on s.number = b.scheme
join stipend.run_overview o on o.run = l.run;
comment on view stipend.ledger_yuan is 'every line in yuan, with the state of its run; lines of void runs do not count';

create or replace view stipend.posted_yuan as
select l.subject_id as subject, s.id as scheme, b.id as benefit, l.occasion, count(*) as lines,
       (sum(l.amount) / 100.0)::numeric(18, 2) as posted, s.currency
from stipend.line l
join stipend.benefit b on b.number = l.benefit
join stipend.scheme s on s.number = b.scheme
left join stipend.run_event v on v.run = l.run and v.state = 'void'
where v.run is null
group by l.subject_id, s.id, b.id, l.occasion, s.currency;

create or replace view stipend.run_yuan as
select o.run, o.scheme, to_char(o.period, 'YYYY-MM') as period, o.as_of, o.state, o.sealed, o.lines,
       (o.total / 100.0)::numeric(18, 2) as total, o.currency, o.created_by, o.created_at,
       encode(substr(o.digest, 1, 8), 'hex') as digest
from stipend.run_overview o;

create or replace view stipend.posting_yuan as
select p.run, to_char(r.period, 'YYYY-MM') as period, p.entry, p.leg, p.account, s.id as scheme, b.id as benefit,
       p.budget_line, p.share, (p.amount / 100.0)::numeric(18, 2) as amount, s.currency, r.state, p.date, p.booking, p.what
from stipend.leg p
join stipend.benefit b on b.number = p.benefit
join stipend.scheme s on s.number = b.scheme
left join stipend.run_overview r on r.run = p.run;
comment on view stipend.posting_yuan is 'every leg of the general ledger in yuan: of runs (state), of their payments, and of bookings about debts';

create or replace view stipend.claim_yuan as
select c.subject, s.id as scheme, b.id as benefit, c.occasion, c.run, c.line_no as line,
       (c.amount / 100.0)::numeric(18, 2) as amount, (c.settled / 100.0)::numeric(18, 2) as settled,
       (c.open / 100.0)::numeric(18, 2) as open, s.currency
from stipend.claim c
join stipend.benefit b on b.number = c.benefit
join stipend.scheme s on s.number = c.scheme;
