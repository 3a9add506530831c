package redemption_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/pricing/redemption"
)

func TestCodesAreFolded(t *testing.T) {
	for text, want := range map[string]redemption.Code{
		"summer10": "SUMMER10", " Summer-10\n": "SUMMER-10", "a": "A", "x_y.z": "X_Y.Z", strings.Repeat("a", 64): redemption.Code(strings.Repeat("A", 64)),
	} {
		code, err := redemption.ParseCode(text)
		require.NoError(t, err, text)
		require.Equal(t, want, code)
		require.Equal(t, redemption.CodeID(companyID(), want), redemption.CodeID(companyID(), must(redemption.ParseCode(string(code)))))
	}
	for _, text := range []string{"", " ", "-a", "a-", "a b", "ä", "ı", "a\x00b", strings.Repeat("a", 65), "a/b"} {
		_, err := redemption.ParseCode(text)
		require.Equal(t, []string{"code"}, codes(err), "%q", text)
		require.Error(t, new(redemption.Code).UnmarshalText([]byte(text)))
	}
}

func FuzzParseCode(f *testing.F) {
	for _, seed := range []string{"summer10", " A-B ", "İ", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := redemption.ParseCode(text)
		if err != nil {
			return
		}
		again, err := redemption.ParseCode(strings.ToLower(string(code)))
		require.NoError(t, err)
		require.Equal(t, code, again, "folding is settled, and lower-case letters are the same code")
	})
}

func TestSeriesGenerateCodes(t *testing.T) {
	s := redemption.Series{Prefix: "SUMMER-", Length: 10}
	require.Equal(t, redemption.Code("SUMMER-0123456789"), must(s.Code([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})))
	require.Equal(t, redemption.Code("SUMMER-ZZZZZZZZZZ"), must(s.Code(bytes.Repeat([]byte{255}, 12))))
	_, err := s.Code(make([]byte, 9))
	require.Equal(t, []string{"entropy"}, codes(err))
	require.Equal(t, []string{"prefix", "length"}, codes(redemption.Series{Prefix: "su ", Length: 9}.Validate()))
	require.Equal(t, []string{"too_long"}, codes(redemption.Series{Prefix: strings.Repeat("A", 40), Length: 32}.Validate()))
	require.NoError(t, redemption.Series{Length: 10}.Validate())
	for b := range 256 {
		code := must(s.Code(bytes.Repeat([]byte{byte(b)}, 10)))
		require.Equal(t, code, must(redemption.ParseCode(string(code))))
	}
}

type shelf map[redemption.ID]*redemption.Limit

func (s shelf) Get(_ context.Context, _ tandem.CompanyID, id redemption.ID) (*redemption.Limit, error) {
	if l := s[id]; l != nil {
		return l, nil
	}
	return nil, &tandem.NotFoundError{Kind: "redemption_limit", Key: id.String()}
}

// Whatever is the matter with a code, the answer is the same.
func TestNoErrorTellsWhetherACodeExists(t *testing.T) {
	now, ann := at("2026-06-02"), customer("ann")
	codeOf := func(code redemption.Code, who tandem.PartyID, terms redemption.Terms) *redemption.Limit {
		return must(redemption.OpenCode(companyID(), code, redemption.ID{}, who, terms, at("2026-06-01")))
	}
	used := codeOf("USED", tandem.PartyID{}, redemption.Terms{Uses: 1})
	must(used.Reserve("k", uses(1), now))
	closed := codeOf("CLOSED", tandem.PartyID{}, redemption.Terms{Uses: 1})
	require.NoError(t, closed.Close("r", now))
	all := shelf{}
	for _, l := range []*redemption.Limit{used, closed, codeOf("PERSONAL", ann, redemption.Terms{Uses: 1}),
		codeOf("LATER", tandem.PartyID{}, redemption.Terms{Uses: 1, From: at("2026-07-01")}),
		codeOf("EUROS", tandem.PartyID{}, redemption.Terms{Value: tandem.MoneyFromMinor(1, tandem.EUR)})} {
		all[l.ID()] = l
	}
	for _, text := range []string{"used", "closed", "personal", "later", "euros", "unknown", "no code", ""} {
		l, err := redemption.FindCode(t.Context(), all, companyID(), text)
		if err == nil {
			_, err = l.Reserve("new", uses(1), now)
		}
		require.EqualError(t, err, "the code cannot be used", text)
		for _, target := range []error{tandem.ErrNotFound, tandem.ErrInsufficient, tandem.ErrInvalid} {
			require.NotErrorIs(t, err, target, text)
		}
		require.ErrorIs(t, err, tandem.ErrNotAllowed, text)
		var hidden *redemption.CodeError
		require.ErrorAs(t, err, &hidden)
		require.Error(t, hidden.Reason(), "the company's own people are told")
		require.Same(t, hidden, redemption.HideReason(err))
	}
	require.NoError(t, redemption.HideReason(nil))
	broken := errors.New("disk")
	require.Equal(t, broken, redemption.HideReason(broken))
	require.ErrorIs(t, redemption.HideReason(&tandem.ConflictError{}), tandem.ErrConflict, "a lost race runs again")
}
