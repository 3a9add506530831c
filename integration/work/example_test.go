package work_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/tandem-go/tandem"
	"github.com/tandem-go/tandem/integration/store"
	"github.com/tandem-go/tandem/integration/store/memory"
	"github.com/tandem-go/tandem/integration/work"
	"github.com/tandem-go/tandem/internal/jsonw"
)

// openCase is a command of the host's own.
type openCase struct {
	work.Header
	Subject string `json:"subject"`
}

func (openCase) CommandName() string { return "host.open_case" }
func (openCase) Access() work.Access { return work.Access{} }
func (c openCase) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.String("subject", c.Subject)
	return o.Close()
}

// opened is its result, and the event that it records.
type opened struct {
	Number int64 `json:"number"`
}

func (opened) EventName() string { return "host.case.opened" }
func (e opened) AppendJSON(dst []byte) []byte {
	o := jsonw.Object(dst)
	o.Int("number", e.Number)
	return o.Close()
}

// A client sends a command twice, since the first answer was lost: it takes
// effect once, and whoever listens hears of it once.
func Example() {
	ctx := context.Background()
	db := memory.Open()
	runner, err := work.NewRunner(db, work.Config{Authorizer: work.AllowAll{}, IDs: work.SequentialUUIDs(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	company := tandem.DeriveID[tandem.CompanyID]("company", "acme")
	open := func(key, subject string) (opened, error) {
		cmd := openCase{work.Header{Key: key, Actor: work.Actor{ID: "clerk"}}, subject}
		return work.Do(ctx, runner, cmd, func(ctx context.Context, b *store.Bundle, s *work.Scope) (opened, error) {
			n, err := b.Numbers().Next(ctx, company, "CASE", tandem.Date{})
			if err != nil {
				return opened{}, err
			}
			out := opened{n.Value}
			s.Emit(tandem.Recorded{Kind: "host.case", ID: s.NewUUID(), Company: company, Last: 1, Events: []tandem.Event{out}})
			return out, nil
		})
	}
	fmt.Println(open("call-7", "late parcel"))
	fmt.Println(open("call-7", "late parcel"))
	_, err = open("call-7", "broken mug")
	fmt.Println(err, errors.Is(err, tandem.ErrDuplicate))

	dispatcher, err := work.NewDispatcher(db, work.Consumer[*store.Bundle]{Name: "desk", Handlers: map[string]work.Handler[*store.Bundle]{
		"host.case.opened": func(_ context.Context, _ *store.Bundle, e *work.Event) error {
			fmt.Println(e.Name, string(e.Payload), "by", e.Actor, "for", e.Cause)
			return nil
		},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(dispatcher.Deliver(ctx))
	fmt.Println(dispatcher.Deliver(ctx))
	// Output:
	// {1} <nil>
	// {1} <nil>
	// command key "call-7" was used for another host.open_case, or by another actor or company true
	// host.case.opened {"number":1} by clerk for call-7
	// 1 <nil>
	// 0 <nil>
}
