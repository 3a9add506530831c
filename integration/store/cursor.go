package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/tandem-go/tandem"
)

// ErrCursor: a cursor that was tampered with, or that belongs to another tenant
// or query.
var ErrCursor = fmt.Errorf("store: cursor does not belong to this query: %w", tandem.ErrInvalid)

func sealKey(secret []byte) [32]byte {
	return sha256.Sum256(append([]byte("tandem cursor\x00"), secret...))
}

const sealSize = 12

// mac binds a place to tenant, kind, index, range and direction.
func (s *Store) mac(scan *Scan, place []byte) []byte {
	h := hmac.New(sha256.New, s.secret[:])
	part := func(b []byte) {
		_, _ = fmt.Fprintf(h, "%d:", len(b))
		_, _ = h.Write(b)
	}
	part([]byte(s.tenant))
	part([]byte(scan.Kind.Name))
	part([]byte(scan.Kind.Indexes[scan.Index].Name))
	part(AppendValues(nil, scan.Prefix))
	for _, bound := range []*Value{scan.Low, scan.High} {
		if bound == nil {
			part(nil)
		} else {
			part(AppendValues(nil, []Value{*bound}))
		}
	}
	if scan.Descending {
		part([]byte("descending"))
	}
	part(place)
	return h.Sum(nil)[:sealSize]
}

func (s *Store) seal(scan *Scan, place []byte) tandem.Cursor {
	raw := append(s.mac(scan, place), place...)
	return tandem.Cursor(base64.RawURLEncoding.EncodeToString(raw))
}

func (s *Store) unseal(scan *Scan, cursor tandem.Cursor) ([]byte, error) {
	if len(cursor) > 8192 {
		return nil, ErrCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(cursor))
	if err != nil || len(raw) <= sealSize {
		return nil, ErrCursor
	}
	place := raw[sealSize:]
	if !hmac.Equal(raw[:sealSize], s.mac(scan, place)) {
		return nil, ErrCursor
	}
	return place, nil
}
