package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

type cosigning struct {
	name string
	key  ed25519.PublicKey
}

func cosigner(name string, key []byte) note.Verifier { return cosigning{name, key} }

func (c cosigning) Name() string { return c.name }

func (c cosigning) KeyHash() uint32 {
	h := sha256.Sum256(append([]byte(c.name+"\n\x04"), c.key...))
	return binary.BigEndian.Uint32(h[:])
}

func (c cosigning) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
	return ed25519.Verify(c.key, []byte(text), sig[8:])
}
