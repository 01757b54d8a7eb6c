#!/bin/sh
# Makes variants of a UTF-8 records file that must give the same root over the lines:
#   roster_variants.sh RECORDS.xml FOLDER
#   FOLDER/gb18030.xml    GB18030 bytes, labelled GB18030
#   FOLDER/gbk-label.xml  the same bytes, labelled GBK (as Chinese offices often have it)
#   FOLDER/shuffled.xml   UTF-8, workers in another order
# The input has one <worker ...> or <.../> start and one </worker> end, each on a line of its own.
set -eu
[ $# -eq 2 ] || { echo "usage: roster_variants.sh RECORDS.xml FOLDER" >&2; exit 64; }
records=$1
out=$2
[ -r "$records" ] || { echo "roster_variants.sh: cannot read $records" >&2; exit 66; }
mkdir -p "$out"

label() { # ENCODING < bytes: only the first line, which is ASCII, is changed
    LC_ALL=C sed "1s/encoding=\"[^\"]*\"/encoding=\"$1\"/"
}

iconv -f UTF-8 -t GB18030 "$records" > "$out/bytes"
label GB18030 < "$out/bytes" > "$out/gb18030.xml"
label GBK < "$out/bytes" > "$out/gbk-label.xml"
rm "$out/bytes"

# A fixed permutation: each worker becomes one line, sorted by the end of the id number, and is unfolded again.
LC_ALL=C awk -v sep="$(printf '\001')" '
    /^ *<worker / { block = $0; inside = 1; match($0, /id-number="[^"]*"/); key = substr($0, RSTART + 17, RLENGTH - 18); next }
    inside && /^ *<\/worker>/ { print "1" key sep block sep $0; inside = 0; next }
    inside { block = block sep $0; next }
    /^<\/records>/ { print "2" sep $0; next }
    { print "0" sprintf("%06d", NR) sep $0 }
' "$records" | LC_ALL=C sort -s -t "$(printf '\001')" -k 1,1 | cut -d "$(printf '\001')" -f 2- | tr '\001' '\n' > "$out/shuffled.xml"
