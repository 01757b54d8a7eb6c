"""Reads a proof from standard input (stipend prove RUN LINE), prints the root that its leaf and path give (RFC 6962)."""
import hashlib
import sys

fields, path = {}, []
for row in sys.stdin.read().splitlines()[1:]:
    name, value = row.split(": ", 1)
    if name == "path":
        path.append(bytes.fromhex(value))
    fields[name] = value


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root(index, size, node, siblings):
    """Splits as RFC 6962 does; siblings stand from the leaf upwards."""
    if size == 1:
        assert not siblings
        return node
    half = 1
    while half * 2 < size:
        half *= 2
    if index < half:
        return sha(b"\1", root(index, half, node, siblings[:-1]), siblings[-1])
    return sha(b"\1", siblings[-1], root(index - half, size - half, node, siblings[:-1]))


leaf = sha(b"\0", bytes.fromhex(fields["canonical"]))
assert leaf.hex() == fields["leaf"], "the leaf is not that of the canonical bytes"
print(root(int(fields["line"]) - 1, int(fields["lines"]), leaf, path).hex())
