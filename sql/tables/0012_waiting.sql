-- Sessions that kept others waiting and were ended for it.

create table stipend.ended (
  no      bigint primary key check (no > 0),
  at      timestamptz not null default clock_timestamp(),
  actor   name not null,
  login   name not null,
  program text not null,
  session int not null,
  since   timestamptz not null,
  why     text not null check (why in ('idle', 'long'))
);
comment on table stipend.ended is 'sessions that held what others needed and made no progress: actor waited and had it ended, login held it since then; idle: it did nothing, long: beyond what anybody may hold';

-- The owner's functions look at other logins' sessions and end them. Who may not grant this to himself (PostgreSQL 16 and
-- later, without a superuser) goes on without: waiting then ends by its own limit, and says what to grant.
do $$
begin
  if not (select r.rolsuper from pg_roles r where r.rolname = current_user) then
    execute format('grant pg_signal_backend, pg_read_all_stats to %I', current_user);
  end if;
exception when insufficient_privilege then
  null;
end $$;
