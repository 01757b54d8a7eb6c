-- Who may do what: everybody named reads; an officer adds rows and calls; nobody changes anything. Nothing is kept of
-- earlier rights: what is not said here is not allowed.

revoke all on schema stipend from public;
revoke all on all tables in schema stipend from public, stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
revoke all on all functions in schema stipend from public, stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant usage on schema stipend to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;
grant select on all tables in schema stipend to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

-- everybody: what answers a question
grant execute on function stipend.require_role(text), stipend.is_void(bigint), stipend.voided_since(bigint),
  stipend.said_since(bigint), stipend.next_event(bigint), stipend.newest_run(), stipend.gives_way(bigint),
  stipend.posting_differences(bigint), stipend.benefits_named(text), stipend.scheme_named(text),
  stipend.payload_get(text[], text), stipend.is_me(name, oid), stipend.alone(), stipend.person_of(text), stipend.person_at(text, bigint), stipend.subjects_of(text),
  stipend.key_at(text, bigint), stipend.debtor(text), stipend.canonical(text[]), stipend.field_text(text), stipend.field_bytes(bytea),
  stipend.field_int(bigint), stipend.field_bool(boolean), stipend.field_date(date), stipend.field_time(timestamptz), stipend.run_body(bigint),
  stipend.event_body(stipend.run_event), stipend.claim_body(stipend.claim_action), stipend.request_body(stipend.request),
  stipend.answer_body(stipend.request_event), stipend.exception_body(stipend.exception), stipend.scheme_body(stipend.scheme),
  stipend.benefit_body(stipend.benefit), stipend.ended_body(stipend.ended), stipend.persons_body(stipend.person_run), stipend.linkable(), stipend.small_parts(bigint),
  stipend.origins_due(bigint), stipend.origin_parts(bigint), stipend.origin_legs(bigint)
  to stipend_officer, stipend_approver, stipend_payer, stipend_auditor;

-- officer: the rows of a run
grant insert on stipend.line, stipend.assessment, stipend.finding, stipend.source, stipend.source_part, stipend.run_source,
  stipend.posting, stipend.settlement, stipend.run_name, stipend.run_input, stipend.person_value, stipend.person_key,
  stipend.person_name, stipend.run_funding, stipend.line_origin to stipend_officer;
grant execute on function stipend.deny_change(), stipend.guard_open_run(), stipend.check_entry(), stipend.guard_persons(),
  stipend.check_posted(), stipend.guard_source(), stipend.check_source()
  to stipend_officer;
grant execute on function stipend.register_scheme(text, text, text), stipend.register_benefit(int, text, text, text),
  stipend.run_begin(text, date, date, bytea, bytea, text, boolean), stipend.run_post(bigint, bigint, bigint, boolean, text, text, bigint[], bytea[]),
  stipend.person_lock(), stipend.person_done(bigint, int), stipend.person_shared(bigint),
  stipend.claim_write_off(text, text, bigint, date, text) to stipend_officer;

-- whoever writes: to know who is waited for
grant execute on function stipend.waited_for(int) to stipend_officer, stipend_approver, stipend_payer;

-- officer or approver
grant execute on function stipend.chain_head(), stipend.run_seal(bigint, bytea, bytea, bigint, bytea),
  stipend.run_void(bigint, text), stipend.same_request(text, text, text, text), stipend.request_confirm(bigint, text),
  stipend.request_cancel(bigint, text) to stipend_officer, stipend_approver;

-- approver
grant execute on function stipend.run_accept(bigint, text), stipend.run_approve(bigint, text),
  stipend.claim_approve(bigint, date, text) to stipend_approver;

-- payer
grant execute on function stipend.run_release(bigint, text), stipend.run_settle(bigint, text),
  stipend.claim_repay(text, text, bigint, date, text, text) to stipend_payer;

-- who asked, or whose step it is
grant execute on function stipend.claim_cancel(bigint, date, text) to stipend_payer, stipend_approver, stipend_officer;
