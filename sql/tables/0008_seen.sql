-- What a regular month may take over from the one before, person by person.

alter table stipend.assessment add column seen bigint;
comment on column stipend.assessment.seen is
  'first eight bytes of the SHA-256 over the facts as the rules see them: values in their order, decimals with their scale; null: nothing may be taken over';
