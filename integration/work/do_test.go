package work_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/work"
)

type greet struct {
	work.Header
	Name string
}

func (g greet) CommandName() string          { return "test.greet" }
func (g greet) AppendJSON(dst []byte) []byte { return fmt.Appendf(dst, `{"name":%q}`, g.Name) }
func (g greet) Access() work.Access          { return work.Access{Amount: tandem.MoneyFromMinor(5, tandem.GBP)} }

type greeting struct {
	Text  string   `json:"text"`
	Extra []string `json:"extra,omitempty"`
}

func (g greeting) AppendJSON(dst []byte) []byte {
	b, _ := json.Marshal(g)
	return append(dst, b...)
}

type greeted struct{ n int }

func (greeted) EventName() string              { return "test.greeted" }
func (g greeted) AppendJSON(dst []byte) []byte { return fmt.Appendf(dst, `{"n":%d}`, g.n) }

type clock struct{ at tandem.Instant }

func (c clock) Now() tandem.Instant { return c.at }

// gate notes what it is asked and refuses actors whose name it has.
type gate struct {
	refuse string
	asked  []work.Access
}

func (g *gate) Authorize(_ context.Context, a work.Access) error {
	g.asked = append(g.asked, a)
	if a.Actor.ID == g.refuse || a.Action == g.refuse {
		return errRefused
	}
	return nil
}

var noon = tandem.InstantOfUnixMicro(1_000_000)

func runner(t *testing.T, f *fake, g *gate) *work.Runner[*fakeBundle] {
	t.Helper()
	r, err := work.NewRunner[*fakeBundle](f, work.Config{Authorizer: g, Clock: clock{noon}, IDs: work.SequentialUUIDs(7), Retry: work.RetryPolicy{Tries: 5}})
	require.NoError(t, err)
	return r
}

func hello(key, name string) greet {
	return greet{work.Header{Key: key, Actor: work.Actor{ID: "ann"}}, name}
}

func greetWith(t *testing.T, r *work.Runner[*fakeBundle], cmd greet, fn func(s *work.Scope) error) (greeting, error) {
	t.Helper()
	return work.Do(t.Context(), r, cmd, func(_ context.Context, b *fakeBundle, s *work.Scope) (greeting, error) {
		s.Emit(tandem.Recorded{Kind: "greeter", ID: [16]byte{1}, Last: int64(len(b.events)) + 2, Events: []tandem.Event{greeted{1}, greeted{2}}})
		if fn != nil {
			if err := fn(s); err != nil {
				return greeting{}, err
			}
		}
		return greeting{Text: "hello " + cmd.Name}, nil
	})
}

// The company of a runner is that of its commands, and of what is asked inside them.
func TestTheAuthoriserIsToldTheCompanyOfTheRunner(t *testing.T) {
	f, g := newFake(), &gate{}
	company := tandem.DeriveID[tandem.CompanyID]("company", "one")
	r := runner(t, f, g).For(company)
	inside := func(s *work.Scope) error { return s.Authorize(work.Access{Action: "test.approve"}) }
	_, err := greetWith(t, r, hello("k1", "bob"), inside)
	require.NoError(t, err)
	_, err = greetWith(t, r.On(f), hello("k2", "bob"), inside)
	require.NoError(t, err)
	require.Len(t, g.asked, 4)
	for _, access := range g.asked {
		require.Equal(t, company, access.Company, access.Action)
	}
	_, err = greetWith(t, r.For(tandem.CompanyID{}), hello("k3", "bob"), func(s *work.Scope) error {
		return s.Authorize(work.Access{Action: "test.approve", Company: company})
	})
	require.NoError(t, err)
	require.True(t, g.asked[4].Company.IsZero())
	require.Equal(t, company, g.asked[5].Company, "a runner of no company leaves what is asked as it is")
}

func TestDoKeepsResultKeyAndEventsWithTheEffect(t *testing.T) {
	f, g := newFake(), &gate{}
	r := runner(t, f, g)
	got, err := greetWith(t, r, hello("k1", "bob"), func(s *work.Scope) error {
		require.Equal(t, noon, s.Now)
		require.Equal(t, "ann", s.Actor.ID)
		require.Equal(t, "k1", s.Key)
		require.NotEqual(t, s.NewUUID(), s.NewUUID())
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, "hello bob", got.Text)
	require.Equal(t, []work.Access{{Actor: work.Actor{ID: "ann"}, Action: "test.greet", Amount: tandem.MoneyFromMinor(5, tandem.GBP)}}, g.asked)
	record := f.commands["k1"]
	require.Equal(t, "test.greet", record.Name)
	require.JSONEq(t, `{"text":"hello bob"}`, string(record.Result))
	require.Equal(t, noon, record.At)
	require.Len(t, f.events, 2)
	for i, e := range f.events {
		require.Equal(t, fmt.Sprintf(`{"n":%d}`, i+1), string(e.Payload))
		require.EqualValues(t, i+1, e.Sequence)
		require.Equal(t, "ann", e.Actor)
		require.Equal(t, "k1", e.Cause)
		require.Equal(t, noon, e.At)
		require.Equal(t, fmt.Sprintf("greeter/01000000-0000-0000-0000-000000000000/%d", i+1), e.Identity())
	}
}

func TestDoReplaysTheFirstResult(t *testing.T) {
	f := newFake()
	r := runner(t, f, &gate{})
	first, err := greetWith(t, r, hello("k1", "bob"), nil)
	require.NoError(t, err)
	ran := false
	again, err := greetWith(t, r, hello("k1", "bob"), func(*work.Scope) error { ran = true; return nil })
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.False(t, ran)
	require.Len(t, f.events, 2)
}

func TestDoRefusesAKeyUsedOtherwise(t *testing.T) {
	f := newFake()
	r := runner(t, f, &gate{})
	_, err := greetWith(t, r, hello("k1", "bob"), nil)
	require.NoError(t, err)
	other := hello("k1", "bob")
	other.Actor.ID = "eve"
	for name, cmd := range map[string]greet{"payload": hello("k1", "bo"), "actor": other} {
		_, err = greetWith(t, r, cmd, nil)
		var used *work.KeyConflictError
		require.ErrorAs(t, err, &used, name)
		require.ErrorIs(t, err, tandem.ErrDuplicate)
		require.Equal(t, "test.greet", used.Name)
	}
	one, two := tandem.DeriveID[tandem.CompanyID]("company", "one"), tandem.DeriveID[tandem.CompanyID]("company", "two")
	first, err := greetWith(t, r.For(one), hello("nightly", "bob"), nil)
	require.NoError(t, err)
	_, err = greetWith(t, r.For(two), hello("nightly", "bob"), nil)
	var used *work.KeyConflictError
	require.ErrorAs(t, err, &used, "one company's result is no answer to another")
	again, err := greetWith(t, r.For(one), hello("nightly", "bob"), nil)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, f.events, 4)
}

// The key of a consumer's command is one that no client can use up.
func TestReactionsHaveKeysOfTheirOwn(t *testing.T) {
	event := &work.Event{Name: "test.happened", Kind: "test", ID: [16]byte{1}, Sequence: 3, Actor: "bob"}
	header := work.Reaction("greeter", event)
	require.NoError(t, work.CheckHeader(header))
	require.Equal(t, "bob", header.Actor.ID)
	require.ErrorIs(t, work.CheckHeader(work.Header{Key: header.Key, Actor: header.Actor}), tandem.ErrInvalid)
	cmd := hello("", "bob")
	cmd.Header = header
	f := newFake()
	first, err := greetWith(t, runner(t, f, &gate{}), cmd, nil)
	require.NoError(t, err)
	again, err := greetWith(t, runner(t, f, &gate{}), cmd, nil)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, f.events, 2)
	event.Actor = ""
	require.ErrorIs(t, work.CheckHeader(work.Reaction("greeter", event)), tandem.ErrInvalid)
}

func TestDoKeepsNoRefusal(t *testing.T) {
	f := newFake()
	r := runner(t, f, &gate{})
	got, err := greetWith(t, r, hello("k1", "bob"), func(*work.Scope) error { return errRefused })
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.Zero(t, got)
	require.Empty(t, f.commands)
	require.Empty(t, f.events)
	_, err = greetWith(t, r, hello("k1", "bob"), nil)
	require.NoError(t, err)
}

func TestDoAsksFirstAndInside(t *testing.T) {
	f := newFake()
	_, err := greetWith(t, runner(t, f, &gate{refuse: "ann"}), hello("k1", "bob"), nil)
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.Zero(t, f.runs, "the store was not even asked")
	g := &gate{refuse: "test.approve"}
	_, err = greetWith(t, runner(t, f, g), hello("k1", "bob"), func(s *work.Scope) error {
		return s.Authorize(work.Access{Action: "test.approve", Actor: work.Actor{ID: "forged"}})
	})
	require.ErrorIs(t, err, tandem.ErrNotAllowed)
	require.Equal(t, "ann", g.asked[1].Actor.ID, "the actor is the command's")
	require.Empty(t, f.commands)
	_, err = greetWith(t, runner(t, f, &gate{}), hello("k1", "bob"), nil)
	require.NoError(t, err)
	_, err = greetWith(t, runner(t, f, &gate{refuse: "ann"}), hello("k1", "bob"), nil)
	require.ErrorIs(t, err, tandem.ErrNotAllowed, "a kept result is not told to who may not ask")
}

func TestDoStartsCleanAfterAConflict(t *testing.T) {
	f := newFake()
	f.fails = repeat(conflict, 2)
	_, err := greetWith(t, runner(t, f, &gate{}), hello("k1", "bob"), nil)
	require.NoError(t, err)
	require.Equal(t, 3, f.runs)
	require.Len(t, f.events, 2, "events of runs that lost are not kept")
}

func TestDoReplaysIntoACleanResultAfterALostRace(t *testing.T) {
	f := newFake()
	r := runner(t, f, &gate{})
	raced := &racing{fake: f}
	got, err := work.Do(t.Context(), r.On(raced), hello("k3", "bob"), func(context.Context, *fakeBundle, *work.Scope) (greeting, error) {
		return greeting{Text: "mine", Extra: []string{"of the run that lost"}}, nil
	})
	require.NoError(t, err)
	require.Equal(t, greeting{Text: "theirs"}, got)
}

// racing lets another client with the same key win after the first run.
type racing struct {
	*fake
	ran bool
}

func (r *racing) Update(ctx context.Context, fn func(context.Context, *fakeBundle) error) error {
	if r.ran {
		return r.fake.Update(ctx, fn)
	}
	r.ran = true
	b := &fakeBundle{commands: map[string]work.CommandRecord{}}
	if err := fn(ctx, b); err != nil {
		return err
	}
	won := b.commands["k3"]
	won.Result = []byte(`{"text":"theirs"}`)
	r.commands["k3"] = won
	return conflict
}

func TestDoChecksTheHeader(t *testing.T) {
	f := newFake()
	r := runner(t, f, &gate{})
	long := strings.Repeat("k", tandem.MaxName+1)
	for name, h := range map[string]work.Header{
		"no key": {Actor: work.Actor{ID: "ann"}}, "a long key": {Key: long, Actor: work.Actor{ID: "ann"}}, "no actor": {Key: "k"},
		"a long actor": {Key: "k", Actor: work.Actor{ID: long}}, "a key of a consumer": {Key: "\x1fonce/x/y", Actor: work.Actor{ID: "ann"}},
		"a key that is no text": {Key: "\xff", Actor: work.Actor{ID: "ann"}}, "an actor with a line break": {Key: "k", Actor: work.Actor{ID: "a\nb"}},
	} {
		_, err := greetWith(t, r, greet{Header: h}, nil)
		require.ErrorIs(t, err, tandem.ErrInvalid, name)
	}
	require.Zero(t, f.runs)
}

func TestARunnerNeedsAStoreAndAnAuthorizer(t *testing.T) {
	_, err := work.NewRunner[*fakeBundle](newFake(), work.Config{})
	require.ErrorContains(t, err, "authorizer")
	_, err = work.NewRunner[*fakeBundle](nil, work.Config{Authorizer: work.AllowAll{}})
	require.ErrorContains(t, err, "store")
	r, err := work.NewRunner[*fakeBundle](newFake(), work.Config{Authorizer: work.AllowAll{}})
	require.NoError(t, err)
	require.False(t, r.Now().IsZero(), "the system's clock")
	_, err = greetWith(t, r, hello("k1", "bob"), func(s *work.Scope) error {
		require.Equal(t, byte(7), s.NewUUID()[6]>>4, "version 7")
		return nil
	})
	require.NoError(t, err)
}
