# Officer, approver, payer, auditor and a stranger as users of the operating system. Only root can make and become them.
people_begin() {
    [ "$(id -u)" -eq 0 ] && command -v useradd >/dev/null && command -v setpriv >/dev/null || return 0
    export PEOPLE=$$
    local who
    for who in officer approver second payer auditor stranger; do
        useradd -M -N -s /usr/sbin/nologin "st$PEOPLE$who" 2>/dev/null || return 1
    done
    # the program and the rules may lie where only root may look
    cp "$STIPEND" "$DIR/stipend" && cp -r "$TOP/rules" "$TOP/schemas" "$DIR/" && chmod -R a+rX "$DIR"
    STIPEND=$DIR/stipend
    export STIPEND
    rules_for_all
}
rules_for_all() { # lib.bash, loaded anew for each test, names those of the sources
    RULES=$DIR/rules/${RULES##*/}
    SCHEME=$RULES/scheme.xml ROSTER=$RULES/records-2023-11.xml
}
people_end() {
    local who
    [ -z "${PEOPLE:-}" ] || for who in officer approver second payer auditor stranger; do userdel "st$PEOPLE$who" 2>/dev/null || true; done
}
people_needed() {
    [ -n "${PEOPLE:-}" ] || skip "only root can make users and become them"
    rules_for_all
}
roles() { # STATE: gives each their role
    ledger_in "$1"
    local pair
    for pair in officer:officer approver:approver approver:second payer:payer auditor:auditor; do
        "$STIPEND" db grant "${pair%:*}" "st$PEOPLE${pair#*:}" --state "$1"
    done
}
# as WHO COMMAND...: stipend COMMAND, against $STATE
as() {
    local who=$1
    shift
    setpriv --reuid "st$PEOPLE$who" --regid users --clear-groups env HOME=/nonexistent "$STIPEND" "$@" --state "$STATE"
}
as_owner() { # SQL: as the owner of the tables, who may switch their guards off
    local link
    link=$("$STIPEND" db status --state "$STATE" | sed -n 's/^psql\t//p')
    psql "${link%user=*}user=stipend_owner" -qAtX -v ON_ERROR_STOP=1 -c "$1"
}
state_of() { "$STIPEND" show "$1" --state "$STATE" --format json | jq -r '.state + (if .sealed then " sealed" else "" end)'; }
