package work_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

var (
	conflict    = &tandem.ConflictError{Kind: "test", Key: "k"}
	errMaybe    = fmt.Errorf("lost: %w", tandem.ErrUnknown)
	errBoth     = errors.Join(tandem.ErrConflict, tandem.ErrUnknown)
	errRefused  = fmt.Errorf("no: %w", tandem.ErrNotAllowed)
	insideNoted = func(context.Context, *fakeBundle) error { return nil }
)

func repeat(err error, n int) (out []error) {
	for range n {
		out = append(out, err)
	}
	return out
}

func TestRetryRunsAgainAfterConflictsOnly(t *testing.T) {
	for name, c := range map[string]struct {
		fails []error
		want  error
		runs  int
	}{
		"no error":                   {nil, nil, 1},
		"one conflict":               {repeat(conflict, 1), nil, 2},
		"many conflicts":             {repeat(conflict, 7), nil, 8},
		"conflicts to the last try":  {repeat(conflict, 9), nil, 10},
		"one conflict too many":      {repeat(conflict, 10), tandem.ErrConflict, 10},
		"a refusal":                  {repeat(errRefused, 1), tandem.ErrNotAllowed, 1},
		"a conflict, then a refusal": {[]error{conflict, errRefused}, tandem.ErrNotAllowed, 2},
		"an unknown outcome":         {repeat(errMaybe, 1), tandem.ErrUnknown, 1},
		"a conflict of unknown outcome is not repeated": {repeat(errBoth, 1), tandem.ErrUnknown, 1},
		"a duplicate met twice":                         {repeat(&tandem.DuplicateError{Kind: "k", Index: "i", Key: "1", Raced: true}, 5), tandem.ErrDuplicate, 2},
		"different duplicates": {[]error{&tandem.DuplicateError{Kind: "k", Index: "i", Key: "1", Raced: true},
			&tandem.DuplicateError{Kind: "k", Index: "i", Key: "2", Raced: true}}, nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFake()
				f.fails = c.fails
				err := work.Retry(f, work.RetryPolicy{Tries: 10}).Update(t.Context(), insideNoted)
				if c.want == nil {
					require.NoError(t, err)
				} else {
					require.ErrorIs(t, err, c.want)
				}
				require.Equal(t, c.runs, f.runs)
			})
		})
	}
}

func TestRetryEndsWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.fails = repeat(conflict, 1_000_000)
		start := time.Now()
		err := work.Retry(f, work.RetryPolicy{Tries: 1000, Elapsed: 300 * time.Millisecond, Pause: time.Second}).Update(t.Context(), insideNoted)
		require.ErrorIs(t, err, tandem.ErrConflict)
		require.GreaterOrEqual(t, time.Since(start), 300*time.Millisecond)
		require.LessOrEqual(t, time.Since(start), 300*time.Millisecond+time.Second, "at most one more pause")
	})
}

func TestRetryPausesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.fails = repeat(conflict, 99)
		start := time.Now()
		require.NoError(t, work.Retry(f, work.RetryPolicy{Tries: 100}).Update(t.Context(), insideNoted))
		require.LessOrEqual(t, time.Since(start), 97*50*time.Millisecond+time.Second)
		require.Equal(t, 100, f.runs)
	})
}

func TestRetryEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		f.fails = repeat(conflict, 1000)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := work.Retry(f, work.RetryPolicy{Tries: 1000}).Update(ctx, insideNoted)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorIs(t, err, tandem.ErrConflict, "and says why it was still trying")
	})
}

func TestRetryCoversViews(t *testing.T) {
	f := newFake()
	runs := 0
	require.NoError(t, work.Retry(f, work.RetryPolicy{}).View(t.Context(), func(context.Context, *fakeBundle) error {
		if runs++; runs < 3 {
			return conflict
		}
		return nil
	}))
	require.Equal(t, 3, runs)
}

func TestTriesDoNotMultiply(t *testing.T) {
	same := func(b *fakeBundle) *fakeBundle { return b }
	for name, wrap := range map[string]func(s work.Store[*fakeBundle]) work.Store[*fakeBundle]{
		"retry of retry": func(s work.Store[*fakeBundle]) work.Store[*fakeBundle] {
			return work.Retry(s, work.RetryPolicy{Tries: 9})
		},
		"retry of narrow of retry": func(s work.Store[*fakeBundle]) work.Store[*fakeBundle] {
			return work.Narrow(work.Retry(s, work.RetryPolicy{Tries: 9}), same)
		},
		"retry of narrow of narrow of retry": func(s work.Store[*fakeBundle]) work.Store[*fakeBundle] {
			return work.Narrow(work.Narrow(work.Retry(s, work.RetryPolicy{Tries: 9}), same), same)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.fails = repeat(conflict, 100)
			require.ErrorIs(t, work.Retry(wrap(f), work.RetryPolicy{Tries: 3}).Update(t.Context(), insideNoted), tandem.ErrConflict)
			require.Equal(t, 3, f.runs, "the policy given last holds")
		})
	}
}

func TestRetryPolicyIsValidated(t *testing.T) {
	require.NoError(t, work.RetryPolicy{}.Validate())
	err := work.RetryPolicy{Tries: -1, Elapsed: 2 * time.Hour, Pause: -1}.Validate()
	var invalid *tandem.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Faults, 3)
}

func TestJoinPoisonsAndNeverRepeats(t *testing.T) {
	f := newFake()
	inner := 0
	err := f.Update(t.Context(), func(ctx context.Context, b *fakeBundle) error {
		joined := work.Retry(work.Retry(work.Join(b), work.RetryPolicy{Tries: 5}), work.RetryPolicy{Tries: 5})
		_ = joined.Update(ctx, func(context.Context, *fakeBundle) error { inner++; return conflict })
		return nil
	})
	require.ErrorIs(t, err, tandem.ErrConflict)
	require.Equal(t, 1, inner)
	err = f.Update(t.Context(), func(ctx context.Context, b *fakeBundle) error {
		require.Panics(t, func() { _ = work.Join(b).Update(ctx, func(context.Context, *fakeBundle) error { panic("x") }) })
		return nil
	})
	require.ErrorContains(t, err, "panic in a joined unit of work")
}
