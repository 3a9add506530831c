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

// binding gives what a query asks for, its page left out, in a form that differs
// where the query does; nil where the page needs no cursor. It empties the page for
// a moment: the query is the copy that its Find was given, and nobody else's.
func binding[Q any](q *Q, page *tandem.Page) []byte {
	if page.After == "" && page.Next == nil {
		return nil
	}
	kept := *page
	*page = tandem.Page{}
	text := fmt.Appendf(nil, "%#v", *q)
	*page = kept
	return text
}

// bound gives what a cursor is bound to: tenant, kind, index, direction and query.
func (s *Store) bound(kind, index string, descending bool, query []byte) []byte {
	return fmt.Appendf(nil, "%d:%s %s %s %t %s", len(s.tenant), s.tenant, kind, index, descending, query)
}

func (s *Store) mac(bound, place []byte) []byte {
	h := hmac.New(sha256.New, s.secret[:])
	_, _ = fmt.Fprintf(h, "%d:", len(bound))
	_, _ = h.Write(bound)
	_, _ = h.Write(place)
	return h.Sum(nil)[:sealSize]
}

func (s *Store) sealPlace(bound, place []byte) tandem.Cursor {
	raw := append(s.mac(bound, place), place...)
	return tandem.Cursor(base64.RawURLEncoding.EncodeToString(raw))
}

func (s *Store) unsealPlace(bound []byte, cursor tandem.Cursor) ([]byte, error) {
	if len(cursor) > 8192 {
		return nil, ErrCursor
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(cursor))
	if err != nil || len(raw) <= sealSize {
		return nil, ErrCursor
	}
	place := raw[sealSize:]
	if !hmac.Equal(raw[:sealSize], s.mac(bound, place)) {
		return nil, ErrCursor
	}
	return place, nil
}
