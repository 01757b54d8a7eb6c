// What stipend exports, looked at by golang.org/x/mod/sumdb, which knows nothing of stipend:
//
//	tlog vectors                      digests over all roots and proofs of trees of 0 to 200 leaves
//	tlog open FILE VKEY...            opens a signed note with these keys, prints origin, size, root
//	tlog extends OLD NEW PROOF VKEY   NEW begins with OLD; PROOF: lines of base64
//	tlog includes PROOF VKEY          a tlog-proof file, whose extra says what its record is; a line
//	                                  of a run down to its bytes
//	tlog sign SKEY < TEXT             signs a text as a note
//	tlog key NAME                     a new key: secret and public text, a line each
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "tlog:", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	b, err := os.ReadFile(name)
	must(err)
	return b
}

type store []tlog.Hash

func (s store) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		out[i] = s[x]
	}
	return out, nil
}

func vectors() {
	const max = 200
	var s store
	roots, paths, extends := sha256.New(), sha256.New(), sha256.New()
	for n := int64(0); n <= max; n++ {
		root := tlog.Hash(sha256.Sum256(nil))
		if n > 0 {
			var err error
			root, err = tlog.TreeHash(n, s)
			must(err)
		}
		roots.Write(root[:])
		for i := int64(0); i < n; i++ {
			p, err := tlog.ProveRecord(n, i, s)
			must(err)
			for _, h := range p {
				paths.Write(h[:])
			}
		}
		for m := int64(1); m <= n; m++ {
			p, err := tlog.ProveTree(n, m, s)
			must(err)
			for _, h := range p {
				extends.Write(h[:])
			}
		}
		h, err := tlog.StoredHashes(n, []byte(strconv.FormatInt(n, 10)), s)
		must(err)
		s = append(s, h...)
	}
	fmt.Printf("roots %x\npaths %x\nextends %x\n", roots.Sum(nil), paths.Sum(nil), extends.Sum(nil))
}

// A key of type 1 is one of the package's; type 4 signs "cosignature/v1", a time and the text.
func verifier(vkey string) note.Verifier {
	part := strings.SplitN(vkey, "+", 3)
	if len(part) != 3 {
		must(fmt.Errorf("no verifier key: %s", vkey))
	}
	raw, err := base64.StdEncoding.DecodeString(part[2])
	must(err)
	if raw[0] != 4 {
		v, err := note.NewVerifier(vkey)
		must(err)
		return v
	}
	return cosigner(part[0], raw[1:])
}

func open(b []byte, vkeys ...string) (*note.Note, string, tlog.Tree) {
	var vs []note.Verifier
	for _, k := range vkeys {
		vs = append(vs, verifier(strings.TrimSpace(k)))
	}
	n, err := note.Open(b, note.VerifierList(vs...))
	must(err)
	if len(n.Sigs) != len(vs) {
		must(fmt.Errorf("%d of %d signatures", len(n.Sigs), len(vs)))
	}
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 {
		must(fmt.Errorf("%d lines", len(line)))
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	must(err)
	return n, line[0], tlog.Tree{N: size, Hash: hash(line[2])}
}

func hash(line string) tlog.Hash {
	h, err := tlog.ParseHash(line)
	must(err)
	return h
}

func hashes(lines []string) []tlog.Hash {
	var out []tlog.Hash
	for _, x := range lines {
		if x != "" {
			out = append(out, hash(x))
		}
	}
	return out
}

func includes(proof []byte, vkey string) {
	head, checkpoint, ok := bytes.Cut(proof, []byte("\n\n"))
	line := strings.Split(string(head), "\n")
	if !ok || line[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(line[1], "extra ") {
		must(fmt.Errorf("no tlog-proof with a record"))
	}
	text, err := base64.StdEncoding.DecodeString(line[1][len("extra "):])
	must(err)
	x := said(string(text))
	index, err := strconv.ParseInt(strings.TrimPrefix(line[2], "index "), 10, 64)
	must(err)
	_, _, tree := open(checkpoint, vkey)
	must(tlog.CheckRecord(hashes(line[3:]), tree.N, tree.Hash, index, tlog.RecordHash(x.bytes("link"))))
	fmt.Printf("%s %s is event %d of %d\n", x["kind"][0], x["ref"][0], index+1, tree.N)
	if len(x["canonical"]) > 0 {
		lineOfRun(x)
	}
}

func main() {
	a := os.Args[1:]
	switch {
	case len(a) == 1 && a[0] == "vectors":
		vectors()
	case len(a) > 2 && a[0] == "open":
		n, origin, tree := open(read(a[1]), a[2:]...)
		for _, s := range n.Sigs {
			fmt.Printf("signed by %s\n", s.Name)
		}
		fmt.Printf("%s %d %v\n", origin, tree.N, tree.Hash)
	case len(a) == 5 && a[0] == "extends":
		_, _, old := open(read(a[1]), a[4])
		_, _, tree := open(read(a[2]), a[4])
		must(tlog.CheckTree(hashes(strings.Split(string(read(a[3])), "\n")), tree.N, tree.Hash, old.N, old.Hash))
		fmt.Println("extended")
	case len(a) == 3 && a[0] == "includes":
		includes(read(a[1]), a[2])
	case len(a) == 2 && a[0] == "sign":
		s, err := note.NewSigner(strings.TrimSpace(a[1]))
		must(err)
		text, err := io.ReadAll(os.Stdin)
		must(err)
		b, err := note.Sign(&note.Note{Text: string(text)}, s)
		must(err)
		os.Stdout.Write(b)
	case len(a) == 2 && a[0] == "key":
		secret, public, err := note.GenerateKey(rand.Reader, a[1])
		must(err)
		fmt.Printf("%s\n%s\n", secret, public)
	default:
		fmt.Fprintln(os.Stderr, "usage: tlog vectors | open | extends | includes | sign | key")
		os.Exit(64)
	}
}
