# A scheme whose amounts come from a table behind a business knowledge model behind an expression; hands that damage an archive.
tamper() { # SQL: as the owner of the tables, the guards out of the way
    local link
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "
        do \$\$ declare t regclass; begin for t in select distinct tgrelid::regclass from pg_trigger where not tgisinternal
            and tgrelid::regclass::text like 'stipend.%' loop execute format('alter table %s disable trigger user', t); end loop; end \$\$;
        $1;
        do \$\$ declare r record; begin for r in select tgrelid::regclass t, tgname n from pg_trigger where not tgisinternal
            and tgrelid::regclass::text like 'stipend.%' loop execute format('alter table %s enable always trigger %I', r.t, r.n); end loop; end \$\$"
}
damage() { # RUN KIND: the first byte of the archived bytes is another
    tamper "create schema if not exists kept; create table kept.part as select p.* from stipend.source_part p join stipend.run_source s using (digest)
            where s.run = $1 and s.kind = '$2' and p.no = 0 order by s.name limit 1;
        update stipend.source_part p set content = set_byte(p.content, 0, 255 - get_byte(p.content, 0)) from kept.part k where p.digest = k.digest and p.no = 0"
}
repair() {
    tamper "update stipend.source_part p set content = k.content from kept.part k where p.digest = k.digest and p.no = k.no; drop table kept.part"
}
rates_begin() { # the package $DIR/kit/rules/p with its schema in another folder, records in a third
    local package=$DIR/kit/rules/p
    mkdir -p "$package" "$DIR/kit/schemas" "$DIR/kit/records"
    kit_begin "$DIR/kit/schemas"
    KIT=$package
    sed -i 's|<xs:attribute name="t" type|<xs:attribute name="who" type="xs:string" st:mask="name"/>\n      &|' "$DIR/kit/schemas/kit.xsd"
    rates_model >"$package/rates.dmn"
    cat >"$DIR/kit/records/r.in" <<'XML'
<records xmlns="urn:kit" known-at="@-20" roster="full">
  <p id="A01" who="张三" t="plain"/>
  <p id="A02" who="欧阳明月" t="hard"/>
  <p id="A03" who="=李四" t="left"/>
  <p id="A04" t="odd"/>
</records>
XML
}
rates_month() { # PERIOD CODE [GUARDS]
    local rc=0
    cat >"$DIR/kit/rules/p/scheme.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<scheme xmlns="urn:stipend:scheme:1" currency="CNY" id="rates" first="2024-01">
  <title lang="en">Rates</title><payer name="Office" division="640202"/>
  <basis id="decree">Decree</basis><records schema="../../schemas/kit.xsd"/>
  <benefit id="b" cadence="P1M" first="2024-01"><title lang="en">b</title><rules model="rates.dmn" refusals="refusals" amount="amount" basis="decree"/></benefit>
  ${3:-}
</scheme>
XML
    sed "s/@/$1/" "$DIR/kit/records/r.in" >"$DIR/kit/records/scheme.xml"
    "$STIPEND" run --quiet --state "$STATE" --scheme "$DIR/kit/rules/p/scheme.xml" --records "$DIR/kit/records/scheme.xml" --period "$1" \
        --because "as the story needs it" >/dev/null || rc=$?
    same "$rc" "$2"
}
rates_model() {
    local input needs=
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates" name="rates" namespace="urn:kit:rates">\n'
    for input in subject period occasion prior; do
        printf '  <inputData id="%s" name="%s"><variable name="%s"/></inputData>\n' "$input" "$input" "$input"
        needs+="<informationRequirement><requiredInput href=\"#$input\"/></informationRequirement>"
    done
    cat <<XML
  <knowledgeSource id="notice" name="Notice 7 of 2023"/>
  <decision id="refusals" name="refusals"><description>Decree, article 9</description><variable name="refusals"/>$needs
    <literalExpression><text>if subject.t = "left" then ["left"] else []</text></literalExpression></decision>
  <decision id="base" name="base"><variable name="base"/>$needs
    <decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>subject.t</text></inputExpression></input><output/>
      <rule><description>Decree, article 1</description><inputEntry><text>"hard"</text></inputEntry><outputEntry><text>120</text></outputEntry></rule>
      <rule><description>Decree, article 2</description><inputEntry><text>not("hard")</text></inputEntry><outputEntry><text>100</text></outputEntry></rule>
    </decisionTable></decision>
  <businessKnowledgeModel id="factor" name="factor"><variable name="factor"/>
    <encapsulatedLogic><formalParameter name="kind"/>
      <decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>kind</text></inputExpression></input><output/>
        <rule><description>Decree, article 3</description><inputEntry><text>"hard"</text></inputEntry><outputEntry><text>1.4</text></outputEntry></rule>
        <rule><description>Decree, article 4</description><inputEntry><text>not("hard")</text></inputEntry><outputEntry><text>0.9</text></outputEntry></rule>
      </decisionTable></encapsulatedLogic></businessKnowledgeModel>
  <businessKnowledgeModel id="rate" name="rate"><description>Decree, article 5</description><variable name="rate"/>
    <encapsulatedLogic><formalParameter name="kind"/><literalExpression><text>factor(kind) + 0.1</text></literalExpression></encapsulatedLogic>
    <knowledgeRequirement><requiredKnowledge href="#factor"/></knowledgeRequirement></businessKnowledgeModel>
  <decision id="amount" name="amount"><variable name="amount"/>$needs
    <informationRequirement><requiredDecision href="#base"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#rate"/></knowledgeRequirement>
    <authorityRequirement><requiredAuthority href="#notice"/></authorityRequirement>
    <literalExpression><text>base * rate(subject.t)</text></literalExpression></decision>
</definitions>
XML
}
