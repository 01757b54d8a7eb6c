-- Whose funding a line carries, and what that comes to in legs.

-- The parts, by origin, of a run's lines that may carry the funding of others: those that take back, and those of keys of
-- which something was taken back before. Read a key's sum as a height: what fills it up to there carries the funding of the
-- run that first reached that height, so a recovery takes the newest away and what is due again puts it back. A part is what
-- there must be of an origin after the line, minus what the lines before have of it: what a void run leaves is mended by the
-- next line of the key, and a sum of nothing leaves nothing of any origin. A run that streams what is posted has sorts
-- switched off: without them the keys would be looked through for each line.
create or replace function stipend.origins_due(p_run bigint)
returns table (subject_id text, benefit int, occasion text, seq int, origin bigint, run bigint, amount bigint)
language sql stable set search_path = pg_catalog, pg_temp set enable_sort = on as $$
  with void as materialized (select e.run from stipend.run_event e where e.state = 'void'),
  touched as materialized (
    select l.subject_id, l.benefit, l.occasion, l.seq from stipend.line l
    where l.run = p_run and l.seq > 0
      and (l.amount < 0 or exists (select from stipend.line n where n.amount < 0 and n.subject_id = l.subject_id
                                   and n.benefit = l.benefit and n.occasion = l.occasion and n.seq < l.seq))),
  before as (
    select l.subject_id, l.benefit, l.occasion, t.seq as of, l.seq, l.run, l.amount,
           sum(l.amount) over (partition by l.subject_id, l.benefit, l.occasion order by l.seq) as height,
           sum(l.amount) over (partition by l.subject_id, l.benefit, l.occasion) as final
    from touched t
    join stipend.line l on l.subject_id = t.subject_id and l.benefit = t.benefit and l.occasion = t.occasion and l.seq <= t.seq
    where l.run not in (select v.run from void v)),
  reach as (
    select b.*, greatest(b.final, 0) as top, least(b.final, 0) as bottom,
           greatest(0, max(b.height) over w) as high, greatest(0, coalesce(max(b.height) over p, 0)) as high_before,
           least(0, min(b.height) over w) as low, least(0, coalesce(min(b.height) over p, 0)) as low_before
    from before b
    window w as (partition by b.subject_id, b.benefit, b.occasion order by b.seq),
           p as (partition by b.subject_id, b.benefit, b.occasion order by b.seq rows between unbounded preceding and 1 preceding)),
  part as (
    select r.subject_id, r.benefit, r.occasion, r.of, r.run as origin,
           least(r.high, r.top) - least(r.high_before, r.top) + greatest(r.low, r.bottom) - greatest(r.low_before, r.bottom) as amount
    from reach r
    union all
    select r.subject_id, r.benefit, r.occasion, r.of, coalesce(o.origin, r.run), -coalesce(o.amount, r.amount)
    from reach r
    left join stipend.line_origin o on o.subject_id = r.subject_id and o.benefit = r.benefit and o.occasion = r.occasion and o.seq = r.seq
    where r.seq < r.of)
  select p.subject_id, p.benefit, p.occasion, p.of, p.origin, p_run, sum(p.amount)::bigint
  from part p
  group by p.subject_id, p.benefit, p.occasion, p.of, p.origin
  having sum(p.amount) <> 0
$$;

-- What the run's lines with parts come to: of lines that pay and of lines that take back.
create or replace function stipend.origin_parts(p_run bigint) returns table (benefit int, origin bigint, paid numeric, taken numeric)
language sql stable set search_path = pg_catalog, pg_temp as $$
  select o.benefit, o.origin, coalesce(sum(o.amount) filter (where l.amount > 0), 0), coalesce(sum(o.amount) filter (where l.amount < 0), 0)
  from stipend.line_origin o
  join stipend.line l on l.subject_id = o.subject_id and l.benefit = o.benefit and l.occasion = o.occasion and l.seq = o.seq
  where o.run = p_run
  group by o.benefit, o.origin order by 1, 2
$$;

-- Expense that stands on the funding of other runs: of those whose lines the run takes back or gives back, and of those of
-- whose rounding a void run left a rest. weight 0: a party that has something and is not among those who bear.
create or replace function stipend.origin_legs(p_run bigint)
returns table (benefit int, origin bigint, share text, budget_line text, weight bigint, amount numeric)
language sql stable set search_path = pg_catalog, pg_temp as $$
  with void as materialized (select e.run from stipend.run_event e where e.state = 'void'),
  here as materialized (
    select o.benefit, o.origin from stipend.line_origin o where o.run = p_run and o.origin <> p_run
    union
    select p.benefit, p.origin from stipend.posting p
    join stipend.run r on r.run = p.run
    where p.origin <> p.run and p.run in (select v.run from void v) and r.scheme = (select x.scheme from stipend.run x where x.run = p_run)),
  leg as (
    select p.benefit, coalesce(p.origin, p.run) as origin, p.share, p.budget_line, sum(p.amount) as amount
    from stipend.posting p
    join here h on h.benefit = p.benefit and h.origin = coalesce(p.origin, p.run)
    where p.account = 'expense' and p.run not in (select v.run from void v)
    group by 1, 2, 3, 4),
  bears as (
    select f.benefit, f.run as origin, f.share, f.budget_line, min(f.no) as no, sum(f.weight) as weight
    from stipend.run_funding f
    join here h on h.benefit = f.benefit and h.origin = f.run
    group by 1, 2, 3, 4)
  select coalesce(b.benefit, g.benefit), coalesce(b.origin, g.origin), coalesce(b.share, g.share), coalesce(b.budget_line, g.budget_line),
         coalesce(b.weight, 0)::bigint, coalesce(g.amount, 0)
  from bears b
  full join leg g on g.benefit = b.benefit and g.origin = b.origin and g.share = b.share and g.budget_line = b.budget_line
  order by 1, 2, b.no nulls last, 3, 4
$$;
