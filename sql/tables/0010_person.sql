-- Persons: who stands behind a subject's key. The ledger remembers which identifying values each key had, as HMACs under a
-- secret of its own, which keys are one person's, and what two people said about it. Everything counts by numbers of runs,
-- never by a clock: a row with run n is seen by the runs after n, unless n is void.

create table stipend.person_secret (
  one    boolean primary key default true check (one),
  secret bytea not null check (length(secret) = 32)
);
comment on table stipend.person_secret is 'key of the HMACs in person_value; without it they tell nothing';
insert into stipend.person_secret (secret)
  values (sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')));

create table stipend.person_value (
  subject_id text collate "C" not null,
  run        bigint not null check (run > 0),
  kind       text collate "C" not null,
  value      bytea not null,
  state      smallint not null check (state between 0 and 2),
  noted      bigint not null check (noted >= run),
  primary key (subject_id, run, kind, value, state)
);
comment on table stipend.person_value is 'identifying values of persons, from which run on; a value that is known already is not written again';
comment on column stipend.person_value.state is '0 the person''s, 1 seen in a record that was held (kind empty: the key alone), 2 somebody else was seen with it';
comment on column stipend.person_value.noted is 'newest run when the row was written: later than run where it was read from an archived file';
create index person_value_holder on stipend.person_value (value);

create table stipend.person_key (
  key        text collate "C" not null,
  run        bigint not null check (run > 0),
  subject_id text collate "C" not null,
  noted      bigint not null check (noted >= run),
  primary key (key, run, subject_id)
);
comment on table stipend.person_key is 'keys that continue a person: the record said so (formerly=), from that run on';

create table stipend.person_name (
  subject_id text collate "C" not null,
  run        bigint not null check (run > 0),
  key        text collate "C" not null,
  primary key (subject_id, run)
);
comment on table stipend.person_name is 'the key that a person''s record had from that run on, where it is not subject_id';
create index person_name_key on stipend.person_name (key);

create table stipend.person_run (
  run   bigint not null,
  voids int not null check (voids >= 0),
  noted bigint not null,
  primary key (run, voids)
);
comment on table stipend.person_run is 'runs whose persons are in person_value, given that so many runs before them are void';

do $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    perform create_distributed_table('stipend.person_value', 'subject_id', colocate_with => 'stipend.line');
  end if;
end $$;

-- -- two hands --

create table stipend.exception (
  no      bigint primary key check (no > 0),
  actor   name not null,
  alone   boolean not null,
  reason  text not null check (reason <> ''),
  granted_by name not null,
  at      timestamptz not null
);
comment on table stipend.exception is 'who may confirm what he asked for himself; the newest row of a person counts; granted by the owner of the ledger';

create table stipend.request (
  no       bigint primary key check (no > 0),
  kind     text not null,
  payload  text[] not null check (cardinality(payload) % 2 = 0),
  reason   text not null check (reason <> ''),
  document text not null,
  actor    name not null,
  at       timestamptz not null,
  digest   bytea not null check (length(digest) = 32)
);
comment on table stipend.request is 'what somebody asks for; it counts when somebody else confirms it. payload: names and values in turn';

create table stipend.request_event (
  request bigint not null references stipend.request,
  state   text not null check (state in ('confirmed', 'cancelled')),
  run     bigint not null check (run >= 0),
  actor   name not null,
  alone   bigint references stipend.exception,
  note    text not null,
  at      timestamptz not null,
  digest  bytea not null check (length(digest) = 32),
  primary key (request)
);
comment on column stipend.request_event.run is 'the newest run then: what was confirmed counts for the runs after it';
comment on column stipend.request_event.alone is 'the exception by which one person asked and confirmed';
