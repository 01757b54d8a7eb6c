-- Functions, views, triggers and rights stand once, in the other folders of sql/; they are put into the database anew
-- whenever their text changed. This says which text it has.

create table stipend.definition (
  no         int primary key check (no > 0),
  sha256     bytea not null check (length(sha256) = 32),
  applied_by name not null default session_user,
  applied_at timestamptz not null default clock_timestamp()
);
comment on table stipend.definition is 'functions, views, triggers and rights this database was given, with the digest of their text; the newest row counts';
