#!/bin/sh
# Checks an evidence pack of Understudy with nothing but sha256sum, openssl and jq (and tar for an archive).
#
#   sh verify.sh [-k PUBLIC-KEY.pem] [PACK.tar.gz | FOLDER]
#
# Without a name it checks the folder that this script lies in. With -k the pack must be signed by that key; get the key
# from the people who run the mail server, not from the pack. Exit code 0: every check passed; 1: one did not; 2: the
# check could not be made. The format is described in docs/evidence-pack.md.
set -u
LC_ALL=C
export LC_ALL

trusted=
if [ "${1:-}" = -k ]; then
    trusted=${2:?-k needs the file of a public key}
    shift 2
fi
for tool in sha256sum openssl jq; do
    command -v "$tool" >/dev/null 2>&1 || { echo "cannot check: $tool is not installed" >&2; exit 2; }
done
if [ -n "$trusted" ]; then
    [ -r "$trusted" ] || { echo "cannot check: the key $trusted cannot be read" >&2; exit 2; }
    trusted=$(cd -- "$(dirname -- "$trusted")" && pwd -P)/$(basename -- "$trusted")
fi

scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' HUP INT TERM
pack=${1:-$(dirname -- "$0")}
if [ -f "$pack" ]; then
    mkdir "$scratch/pack"
    tar -xzf "$pack" -C "$scratch/pack" || { echo "cannot check: $pack is not a whole tar.gz archive" >&2; exit 2; }
    set -- "$scratch/pack"/*
    pack=$1
fi
cd -- "$pack" 2>/dev/null || { echo "cannot check: there is no file or folder $pack" >&2; exit 2; }

failed=0
ok() { echo "ok    $*"; }
fail() { echo "FAIL  $*"; failed=$((failed + 1)); }
has() { [ -f "$1" ] && return 0; fail "$2: the file $1 is missing"; return 1; }
key_id() { openssl pkey -pubin -in "$1" -outform DER 2>/dev/null | sha256sum | cut -c1-16; }
signed() { openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$2" -sigfile "$2.sig" >/dev/null 2>&1; }
hash() { sha256sum <"$1" | cut -d' ' -f1; }
# says FILE WHAT PROGRAM...: the program prints nothing if all is well, else what is wrong.
says() {
    label=$1
    good=$2
    shift 2
    if ! answer=$("$@" 2>&1); then
        fail "$label: a file cannot be read as JSON: $(printf '%s' "$answer" | head -n 1)"
    elif [ -n "$answer" ]; then
        fail "$label: $(printf '%s\n' "$answer" | head -n 3 | tr '\n' ';')"
    else
        ok "$label: $good"
    fi
}

# 1. Who signed it.
if has SHA256SUMS signature && has SHA256SUMS.sig signature && has public-key.pem signature; then
    own=$(key_id public-key.pem)
    key=public-key.pem
    if [ -n "$trusted" ]; then
        key=$trusted
        if [ "$(key_id "$trusted")" = "$own" ]; then
            ok "key: $own, the one that you trust"
        else
            fail "key: the pack names key $own, and the one that you trust is $(key_id "$trusted")"
        fi
    else
        echo "note  key: $own comes with the pack; ask the people who run the server whether it is theirs, or use -k"
    fi
    if signed "$key" SHA256SUMS; then
        ok "signature: SHA256SUMS is signed by key $(key_id "$key")"
    else
        fail "signature: SHA256SUMS is not signed by key $(key_id "$key"); it was changed after signing, or by another"
    fi
fi

# 2. Every file is the one that was signed, and there is none besides.
if [ -f SHA256SUMS ]; then
    if sha256sum -c --strict --quiet SHA256SUMS >"$scratch/sums" 2>&1; then
        ok "digests: $(wc -l <SHA256SUMS | tr -d ' ') files are as they were signed"
    else
        fail "digests: $(grep -v '^sha256sum: WARNING' "$scratch/sums" | head -n 3 | tr '\n' ';')"
    fi
    cut -c67- SHA256SUMS | sort >"$scratch/listed"
    find . -type f ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig | cut -c3- | sort >"$scratch/there"
    if [ -z "$(comm -13 "$scratch/listed" "$scratch/there")" ]; then
        ok "files: there is none that is not signed for"
    else
        fail "files: not signed for: $(comm -13 "$scratch/listed" "$scratch/there" | head -n 3 | tr '\n' ';')"
    fi
fi

# 3. Verdicts: the rows add up to the report.
if has verdicts.jsonl verdicts && has report.json verdicts; then
    # shellcheck disable=SC2016 # jq's variables
    says verdicts "$(wc -l <verdicts.jsonl | tr -d ' ') rows add up to the report's totals" \
        jq -nr --slurpfile report report.json '
        (reduce inputs as $row ({}; .[$row.verdict] += 1)) as $counted
        | $report[0].totals as $totals
        | ("proven", "consistent", "suspect", "damaged", "unreadable") as $verdict
        | select(($counted[$verdict] // 0) != $totals[$verdict])
        | "\($counted[$verdict] // 0) rows are \($verdict), the report says \($totals[$verdict])"' verdicts.jsonl
fi

# 4. Snapshots that were restored from.
for manifest in manifests/*.json; do
    [ -f "$manifest" ] || continue
    signer=manifests/$(jq -r '.signingKey // "none"' "$manifest" 2>/dev/null).pem
    if [ -f "$signer" ] && [ "manifests/$(key_id "$signer").pem" = "$signer" ] && signed "$signer" "$manifest"; then
        ok "snapshot: $manifest is signed by key $(key_id "$signer")"
    else
        fail "snapshot: $manifest has no good signature"
    fi
done

# 5. Each plan that was approved or carried out.
if has pack.json attempts; then
    for attempt in $(jq -r '.attempts[].attempt' pack.json); do
        plan=plan-$attempt.json
        approvals=approvals-$attempt.json
        receipt=receipt-$attempt.json
        proof=proof-merge-$attempt.json
        has "$plan" "plan $attempt" || continue
        planned=$(hash "$plan")
        if has "$approvals" "approval $attempt"; then
            # shellcheck disable=SC2016
            says "approval $attempt" "the approved plan is this plan, $planned" \
                jq -r --arg hash "$planned" '
                if length == 0 then "nobody approved the plan"
                else .[] | select(.planHash != $hash) | "\(.by) approved plan \(.planHash), and this plan is \($hash)"
                end' "$approvals"
        fi
        jq -e --argjson n "$attempt" '.attempts[] | select(.attempt == $n) | .merged' pack.json >/dev/null || continue
        has "$receipt" "receipt $attempt" || continue
        # shellcheck disable=SC2016
        says "receipt $attempt" "it is of this plan, and adds up" \
            jq -r --arg hash "$planned" '
            if .planHash != $hash then "it is of plan \(.planHash), and this plan is \($hash)" else empty end,
            if .planned != .added + .appeared then "\(.planned) planned are not \(.added) added and \(.appeared) appeared" else empty end,
            (([.mailboxes[].messages | length] | add // 0) as $listed
             | if $listed != .added then "\(.added) messages were added, \($listed) are listed" else empty end)' "$receipt"
        # shellcheck disable=SC2016
        says "merged $attempt" "every merged message is one of the plan, once, in the mailbox that the plan says" \
            jq -nr --slurpfile plan "$plan" --slurpfile receipt "$receipt" '
            (reduce ($plan[0].steps[] | select(.step == "add")) as $add ({};
                .["\($add.from)/\($add.uid)"] = "\($add.target.user):\($add.target.name)")) as $adds
            | [$receipt[0].mailboxes[] | "\(.mailbox.user):\(.mailbox.name)" as $to
               | .messages[] | {place: "\(.from)/\(.fromUid)", to: $to}] as $merged
            | ($merged[] | select($adds[.place] != .to) | "shadow message \(.place) was merged into \(.to), the plan says \($adds[.place] // "not at all")"),
              ($merged | group_by(.place)[] | select(length > 1) | "shadow message \(.[0].place) was merged \(length) times")'
        if [ -f verdicts.jsonl ]; then
            # shellcheck disable=SC2016
            says "digests $attempt" "every merged message has the digest that its verdict is about, and none is damaged" \
                jq -nr --slurpfile plan "$plan" --slurpfile receipt "$receipt" '
                (reduce inputs as $row ({}; if $row.uid == null then . else .["\($row.mailboxId)/\($row.uid)"] = $row end)) as $rows
                | (reduce ($plan[0].steps[] | select(.step == "add")) as $add ({}; .["\($add.from)/\($add.uid)"] = $add)) as $adds
                | $receipt[0].mailboxes[].messages[] | "\(.from)/\(.fromUid)" as $place
                | if $rows[$place] == null then "shadow message \($place) was merged and has no verdict"
                  elif $rows[$place].digest != $adds[$place].digest then "shadow message \($place): the verdict is about \($rows[$place].digest), merged was \($adds[$place].digest)"
                  elif $rows[$place].verdict == "damaged" then "shadow message \($place) is damaged and was merged"
                  else empty end' verdicts.jsonl
        fi
        if has "$proof" "proof $attempt"; then
            if signed "$key" "$proof"; then
                ok "proof $attempt: it is signed by the same key"
            else
                fail "proof $attempt: it has no good signature by the same key"
            fi
            # shellcheck disable=SC2016
            says "proof $attempt" "it passed: nothing was written beyond the plan, all of the plan was, and what was read back is equal" \
                jq -r --slurpfile receipt "$receipt" --arg hash "$planned" '
                $receipt[0] as $r
                | if .format != "understudy-proof" or .version != 1 then "it is of another format" else empty end,
                  if .step != "merge" or .restoreId != $r.restoreId or .attempt != $r.attempt or .storeId != $r.storeId then "it is of another merge" else empty end,
                  if .planHash != $hash then "it is of plan \(.planHash)" else empty end,
                  if .verdict != "PASSED" then "its verdict is \(.verdict)" else empty end,
                  if .radius.strayCount != 0 then "\(.radius.strayCount) stray writes, the first: \(.radius.strays[0].key), \(.radius.strays[0].hex), by \(.radius.strays[0].author)" else empty end,
                  if .radius.missingCount != 0 then "\(.radius.missingCount) things are missing, the first: \(.radius.missing[0])" else empty end,
                  if ([.radius.gaps[] | select(.explained == "")] | length) != 0 then "the log has gaps" else empty end,
                  if (.readBack.different | length) != 0 then "\(.readBack.different | length) messages differ" else empty end,
                  if .readBack.equal + .readBack.gone != $r.added then "\($r.added) messages were merged, \(.readBack.equal) read back equal, \(.readBack.gone) gone" else empty end' "$proof"
        fi
        if jq -e --argjson n "$attempt" '.state == "undoing" and ([.attempts[].attempt] | max) == $n' pack.json >/dev/null; then
            fail "undo $attempt: it was begun and not ended when this was packed, so the receipt no longer says what is in live; resume the undo and pack again"
        fi
        jq -e --argjson n "$attempt" '.attempts[] | select(.attempt == $n) | .undone' pack.json >/dev/null || continue
        undo=undo-$attempt.json
        if has "$undo" "undo $attempt"; then
            # shellcheck disable=SC2016
            says "undo $attempt" "every merged message is accounted for" \
                jq -r --slurpfile receipt "$receipt" '
                if .added != $receipt[0].added then "\(.added) messages to take back, \($receipt[0].added) were merged" else empty end,
                if .added != .expunged + (.touched | length) + .gone then "it does not add up" else empty end' "$undo"
        fi
        proof=proof-undo-$attempt.json
        if has "$proof" "undo proof $attempt"; then
            if signed "$key" "$proof"; then
                ok "undo proof $attempt: it is signed by the same key"
            else
                fail "undo proof $attempt: it has no good signature by the same key"
            fi
            # shellcheck disable=SC2016
            says "undo proof $attempt" "it passed: nothing was written beyond what the undo lists" \
                jq -r --arg hash "$planned" '
                if .step != "undo" or .planHash != $hash then "it is of another undo" else empty end,
                if .verdict != "PASSED" then "its verdict is \(.verdict)" else empty end,
                if .radius.strayCount != 0 then "\(.radius.strayCount) stray writes, the first: \(.radius.strays[0].key)" else empty end' "$proof"
        fi
    done
fi

if [ "$failed" -eq 0 ]; then
    echo "GOOD: every check passed"
    exit 0
fi
echo "BAD: $failed checks failed"
exit 1
