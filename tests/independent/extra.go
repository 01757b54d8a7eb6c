package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
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

// A length of 4 bytes and so many bytes, or none for -1.
func fields(b []byte) (f [][]byte) {
	for len(b) >= 4 {
		n := int(int32(binary.BigEndian.Uint32(b)))
		if n < 0 {
			n = 0
		}
		if len(b) < 4+n {
			break
		}
		f = append(f, b[4:4+n])
		b = b[4+n:]
	}
	if len(b) > 0 || len(f) < 11 || len(f[1]) != 8 {
		must(fmt.Errorf("no fields of an event"))
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
	if sum := sha256.Sum256(seal); !bytes.HasSuffix(link, sum[:]) {
		must(fmt.Errorf("the seal is not the one of the event"))
	}
	f := fields(seal)
	if string(f[0]) != "stipend-event-v1" || int64(binary.BigEndian.Uint64(f[1])) != x.number("run") || string(f[3]) != "sealed" || !bytes.Equal(f[10], root[:]) {
		must(fmt.Errorf("the root is not the one that was sealed"))
	}
	fmt.Printf("line %d of run %d is under its root\n", x.number("line"), x.number("run"))
}
