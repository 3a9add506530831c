package forecast

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
)

// MaxWorkers is the most goroutines of [Method.MakeAll].
const MaxWorkers = 1024

// Answer is the forecast of one of many series, or the faults of its arguments, or
// [context.Canceled] where [Method.MakeAll] was stopped before.
type Answer struct {
	Forecast Forecast
	Err      error
}

// written is an answer as JSON, the fault as its text.
type written struct {
	Forecast *Forecast `json:"forecast,omitempty"`
	Error    string    `json:"error,omitempty"`
}

// MarshalJSON writes the forecast or the text of the error, under these names.
func (a Answer) MarshalJSON() ([]byte, error) {
	if a.Err != nil {
		return json.Marshal(written{Error: a.Err.Error()})
	}
	return json.Marshal(written{Forecast: &a.Forecast})
}

// UnmarshalJSON reads what [Answer.MarshalJSON] writes; of an error the text is left.
func (a *Answer) UnmarshalJSON(data []byte) error {
	var w written
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*a = Answer{}
	if w.Forecast != nil {
		a.Forecast = *w.Forecast
	}
	if w.Error != "" {
		a.Err = errors.New(w.Error)
	}
	return nil
}

// MakeAll forecasts many series, in order, on so many goroutines (brought into 1 to
// [MaxWorkers]); the answers do not depend on their number. After each series done
// is called with the number of those that are, from any of the goroutines, and stops
// the rest by false; it may be nil.
func (m Method) MakeAll(list []Series, c Config, workers int, done func(count int) bool) []Answer {
	answers := make([]Answer, len(list))
	var next, count atomic.Int64
	var stopped atomic.Bool
	var wait sync.WaitGroup
	for range min(max(workers, 1), MaxWorkers, max(len(list), 1)) {
		wait.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) {
					return
				}
				if stopped.Load() {
					answers[i].Err = context.Canceled
					continue
				}
				answers[i].Forecast, answers[i].Err = m.Make(list[i], c)
				if n := count.Add(1); done != nil && !done(int(n)) {
					stopped.Store(true)
				}
			}
		})
	}
	wait.Wait()
	return answers
}
