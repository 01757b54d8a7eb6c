-- Everything that decides is a link of one chain, in the order in which it happened: of a number, never of a clock.

create table stipend.link (
  no        bigint primary key check (no > 0),
  kind      text collate "C" not null check (kind <> ''),
  ref       text collate "C" not null check (ref <> ''),
  actor     name not null,
  actor_oid oid not null,
  content   bytea not null check (length(content) = 32),
  leaf      bytea not null check (length(leaf) = 32),
  unique (kind, ref)
);
comment on table stipend.link is 'what happened, one after the other without gaps; written by the functions that let it happen (functions/link.sql)';
comment on column stipend.link.ref is 'the row that it is about, within its kind: run/seq of an event, the number of a booking';
comment on column stipend.link.actor_oid is 'who did it, under whatever name he has now';
comment on column stipend.link.content is 'SHA-256 over the canonical bytes of that row and of what belongs to it';
comment on column stipend.link.leaf is 'leaf of an RFC 6962 tree: SHA-256 over a zero byte, the leaf before, the number, kind, ref, actor and content';

create table stipend.run_part (
  run    bigint not null,
  part   text collate "C" not null check (part <> ''),
  items  bigint not null check (items >= 0),
  digest bytea not null check (length(digest) = 32),
  primary key (run, part)
);
comment on table stipend.run_part is 'digests of what a run wrote beside its lines; they are in the link of its first event';

-- What was void or booked when a run began is told by numbers alone. Rows from before there were these numbers (0009) are
-- placed by their times here, once and for all. A ledger from before has triggers that keep every row as it is; a new one
-- gets them after its tables.
do $$
declare
  t text;
  guarded boolean;
begin
  foreach t in array array['run_event', 'claim_action'] loop
    guarded := exists (select from pg_trigger g where g.tgrelid = format('stipend.%I', t)::regclass and g.tgname = 'deny_change');
    if guarded then
      execute format('alter table stipend.%I disable trigger deny_change', t);
    end if;
    execute format('update stipend.%I x set newest = (select coalesce(max(r.run), 0) from stipend.run r where r.created_at <= x.at)
                    where x.newest is null', t);
    if guarded then
      execute format('alter table stipend.%I enable always trigger deny_change', t);
    end if;
    execute format('alter table stipend.%I alter column newest set not null', t);
  end loop;
end $$;
comment on column stipend.run_event.newest is 'highest run number when this happened';
comment on column stipend.claim_action.newest is 'highest run number when this was booked';

-- Their successors take the digest of the run themselves, and digests of what it wrote beside its lines (functions/run.sql).
drop function if exists stipend.run_seal(bigint, bytea, bytea, bigint, bytea, bytea, bytea);
drop function if exists stipend.run_post(bigint, bigint, bigint, boolean, text, text);
