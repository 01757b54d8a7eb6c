package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Lines "name: value" of what stands beside a proof.
type extra map[string][]string

func said(text string) extra {
	x := extra{}
	for _, line := range strings.Split(text, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			x[name] = append(x[name], value)
		}
	}
	return x
}

func (x extra) one(name string) string {
	if len(x[name]) != 1 {
		must(fmt.Errorf("%d times %s", len(x[name]), name))
	}
	return x[name][0]
}

func (x extra) bytes(name string) []byte {
	b, err := hex.DecodeString(x.one(name))
	must(err)
	return b
}

func (x extra) number(name string) int64 {
	n, err := strconv.ParseInt(x.one(name), 10, 64)
	must(err)
	return n
}

func aHash(b []byte) (h tlog.Hash) {
	if copy(h[:], b) != len(h) || len(b) != len(h) {
		must(fmt.Errorf("a hash of %d bytes", len(b)))
	}
	return
}

// From the bytes of a line to the root of its run, from the root to the seal, from the seal to the link.
func lineOfRun(x extra) {
	var path []tlog.Hash
	for _, p := range x["path"] {
		b, err := hex.DecodeString(p)
		must(err)
		path = append(path, aHash(b))
	}
	root, seal, link := aHash(x.bytes("root")), x.bytes("seal"), x.bytes("link")
	must(tlog.CheckRecord(path, x.number("lines"), root, x.number("line")-1, tlog.RecordHash(x.bytes("canonical"))))
	field := append([]byte{0, 0, 0, tlog.HashSize}, root[:]...)
	if sum := sha256.Sum256(seal); !bytes.Contains(seal, field) || !bytes.HasSuffix(link, sum[:]) {
		must(fmt.Errorf("the root is not the one that was sealed"))
	}
	fmt.Printf("line %d of run %d is under its root\n", x.number("line"), x.number("run"))
}
