#!/usr/bin/env bash
# libxml2: in a pattern of an XML Schema, \p{L} takes the first and the last character of a big block, and none between.
#
# Package: libxml2-wasm 0.7.2 of npm (libxml2 compiled to WebAssembly); 0.5.0 and xmllint of Debian 12 (2.9.14) do the same.
# Needs node and npm. Run without stipend; nothing is installed outside of a temporary folder.
#
# XML Schema part 2 (appendix on regular expressions) defines \p{L} as all characters of the Unicode category L. The file
# UnicodeData.txt writes large blocks as two lines, "<CJK Ideograph, First>" and "<..., Last>"; it looks as if only these two
# were taken: U+4E00 and U+AC00 are letters, U+5F20 (one of the most common family names) and U+AC01 are not.
# \w has them all. Who writes \p{L}+ for a name in a schema refuses most Chinese and Korean names, and a test with U+4E00 passes.
#
# Seen (+ valid, - not valid):
#   \p{L}+   a+ U+4E00+ U+5F20- U+AC00+ U+AC01- U+D7A3+ U+3400+ U+3401- U+20000+ U+20001-
#   \p{Lo}+  a- U+4E00+ U+5F20- U+AC00+ U+AC01- U+D7A3+ U+3400+ U+3401- U+20000+ U+20001-
#   \w+      a+ U+4E00+ U+5F20+ U+AC00+ U+AC01+ U+D7A3+ U+3400+ U+3401+ U+20000+ U+20001+
set -eu
for tool in node npm; do command -v $tool >/dev/null || { echo "needs $tool" >&2; exit 77; }; done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts libxml2-wasm@0.7.2 >/dev/null
cat >seen.mjs <<'JS'
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
const schema = (pattern) => `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="n"><xs:simpleType>
<xs:restriction base="xs:string"><xs:pattern value="${pattern}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>`;
const valid = (pattern, text) => {
  const validator = XsdValidator.fromDoc(XmlDocument.fromString(schema(pattern)));
  try { validator.validate(XmlDocument.fromString(`<n>${text}</n>`)); return true; } catch { return false; }
};
const name = (c) => c === 0x61 ? 'a' : 'U+' + c.toString(16).toUpperCase();
const characters = [0x61, 0x4e00, 0x5f20, 0xac00, 0xac01, 0xd7a3, 0x3400, 0x3401, 0x20000, 0x20001];
for (const pattern of ['\\p{L}+', '\\p{Lo}+', '\\w+'])
  console.log(pattern, characters.map((c) => name(c) + (valid(pattern, String.fromCodePoint(c)) ? '+' : '-')).join(' '));
JS
node seen.mjs >seen.txt
cat seen.txt
cat >wanted.txt <<'TXT'
\p{L}+ a+ U+4E00+ U+5F20- U+AC00+ U+AC01- U+D7A3+ U+3400+ U+3401- U+20000+ U+20001-
\p{Lo}+ a- U+4E00+ U+5F20- U+AC00+ U+AC01- U+D7A3+ U+3400+ U+3401- U+20000+ U+20001-
\w+ a+ U+4E00+ U+5F20+ U+AC00+ U+AC01+ U+D7A3+ U+3400+ U+3401+ U+20000+ U+20001+
TXT
diff wanted.txt seen.txt && echo "as described" || { echo "it behaves otherwise now" >&2; exit 1; }
